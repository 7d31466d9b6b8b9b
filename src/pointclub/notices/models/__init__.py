"""Tables of the notices module."""

from pointclub.notices.models.notices import Channel, Delivery, Notice
from pointclub.notices.models.trials import Trial
from pointclub.notices.models.wishes import Wish

__all__ = ["Channel", "Delivery", "Notice", "Trial", "Wish"]
