"""Telling people, handing mail over, and keeping what they want to be sent."""

from pointclub.notices.rules.words import Words
from pointclub.notices.services.announcements import (
    InvalidAnnouncementError,
    UnknownAnnouncementError,
    publish,
    withdraw_announcement,
)
from pointclub.notices.services.bounces import Taken, take_bounce
from pointclub.notices.services.letters import Letter, TooManyLettersError, print_letters
from pointclub.notices.services.mailings import (
    InvalidMailingError,
    UnknownMailingError,
    ask_for_mailing,
    carry_on_mailing,
)
from pointclub.notices.services.outlet import Outlet, ServerDownError, open_outlet
from pointclub.notices.services.reading import UnknownStopLinkError, note_read, stop_by_link
from pointclub.notices.services.send import Outcome, erase_expired, send_next
from pointclub.notices.services.tell import QUEUE, TASK, NotOnceError, tell
from pointclub.notices.services.trials import InvalidTrialAddressError, TooManyTrialsError, send_trial
from pointclub.notices.services.wishes import agree_to_advertising, choose_reminders, stop_advertising

__all__ = [
    "QUEUE",
    "TASK",
    "InvalidAnnouncementError",
    "InvalidMailingError",
    "InvalidTrialAddressError",
    "Letter",
    "NotOnceError",
    "Outcome",
    "Outlet",
    "ServerDownError",
    "Taken",
    "TooManyLettersError",
    "TooManyTrialsError",
    "UnknownAnnouncementError",
    "UnknownMailingError",
    "UnknownStopLinkError",
    "Words",
    "agree_to_advertising",
    "ask_for_mailing",
    "carry_on_mailing",
    "choose_reminders",
    "erase_expired",
    "note_read",
    "open_outlet",
    "print_letters",
    "publish",
    "send_next",
    "send_trial",
    "stop_advertising",
    "stop_by_link",
    "take_bounce",
    "tell",
    "withdraw_announcement",
]
