"""Telling people, handing mail over, and keeping what they want to be sent."""

from pointclub.notices.services.bounces import Taken, take_bounce
from pointclub.notices.services.outlet import Outlet, ServerDownError, open_outlet
from pointclub.notices.services.send import Outcome, erase_expired, send_next
from pointclub.notices.services.tell import QUEUE, TASK, NotOnceError, tell
from pointclub.notices.services.trials import InvalidTrialAddressError, TooManyTrialsError, send_trial
from pointclub.notices.services.wishes import agree_to_advertising, choose_reminders, stop_advertising

__all__ = [
    "QUEUE",
    "TASK",
    "InvalidTrialAddressError",
    "NotOnceError",
    "Outcome",
    "Outlet",
    "ServerDownError",
    "Taken",
    "TooManyTrialsError",
    "agree_to_advertising",
    "choose_reminders",
    "erase_expired",
    "open_outlet",
    "send_next",
    "send_trial",
    "stop_advertising",
    "take_bounce",
    "tell",
]
