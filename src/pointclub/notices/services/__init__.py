"""Telling people, handing mail over, and keeping what they want to be sent."""

from pointclub.notices.rules.words import Words
from pointclub.notices.services.announcements import (
    AnnouncementOverError,
    InvalidAnnouncementError,
    WithdrawalReasonError,
    publish,
    reject_announcement,
    request_announcement,
    withdraw_announcement,
)
from pointclub.notices.services.bounces import Taken, take_bounce, take_listed_bounce
from pointclub.notices.services.letters import (
    LettersPutBackError,
    PutBackReasonError,
    TooManyLettersError,
    print_letters,
    put_letters_back,
)
from pointclub.notices.services.mailings import (
    InvalidMailingError,
    NotGoingOutError,
    approve_mailing,
    ask_for_mailing,
    cancel_mailing,
    carry_on_mailing,
    go_on_with_mailing,
    reject_mailing,
    stop_mailing,
)
from pointclub.notices.services.outlet import Outlet, ServerDownError, open_outlet
from pointclub.notices.services.reading import UnknownStopLinkError, note_read, stop_by_link
from pointclub.notices.services.refusals import AlreadyDecidedError, SamePersonError
from pointclub.notices.services.send import Outcome, erase_expired, send_next
from pointclub.notices.services.tell import QUEUE, TASK, NotOnceError, tell
from pointclub.notices.services.trials import InvalidTrialAddressError, TooManyTrialsError, send_trial
from pointclub.notices.services.wishes import (
    agree_to_advertising,
    choose_reminders,
    hold_advertising,
    release_advertising,
    stop_advertising,
)

__all__ = [
    "QUEUE",
    "TASK",
    "AlreadyDecidedError",
    "AnnouncementOverError",
    "InvalidAnnouncementError",
    "InvalidMailingError",
    "InvalidTrialAddressError",
    "LettersPutBackError",
    "NotGoingOutError",
    "NotOnceError",
    "Outcome",
    "Outlet",
    "PutBackReasonError",
    "SamePersonError",
    "ServerDownError",
    "Taken",
    "TooManyLettersError",
    "TooManyTrialsError",
    "UnknownStopLinkError",
    "WithdrawalReasonError",
    "Words",
    "agree_to_advertising",
    "approve_mailing",
    "ask_for_mailing",
    "cancel_mailing",
    "carry_on_mailing",
    "choose_reminders",
    "erase_expired",
    "go_on_with_mailing",
    "hold_advertising",
    "note_read",
    "open_outlet",
    "print_letters",
    "publish",
    "put_letters_back",
    "reject_announcement",
    "reject_mailing",
    "release_advertising",
    "request_announcement",
    "send_next",
    "send_trial",
    "stop_advertising",
    "stop_by_link",
    "stop_mailing",
    "take_bounce",
    "take_listed_bounce",
    "tell",
    "withdraw_announcement",
]
