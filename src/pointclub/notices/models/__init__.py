"""Tables of the notices module."""

from pointclub.notices.models.announcements import Announcement
from pointclub.notices.models.bounces import ListedBounce
from pointclub.notices.models.letters import BatchedLetter, LetterBatch
from pointclub.notices.models.mailings import Mailing
from pointclub.notices.models.notices import Channel, Delivery, Notice
from pointclub.notices.models.trials import Trial
from pointclub.notices.models.wishes import Wish

__all__ = [
    "Announcement",
    "BatchedLetter",
    "Channel",
    "Delivery",
    "LetterBatch",
    "ListedBounce",
    "Mailing",
    "Notice",
    "Trial",
    "Wish",
]
