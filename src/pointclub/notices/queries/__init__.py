"""Questions about what people were told, and what they want to be sent."""

from pointclub.notices.queries.announcements import (
    UnknownAnnouncementError,
    get_announcement,
    list_all_announcements,
    list_announcements,
)
from pointclub.notices.queries.frames import MailPreview, preview_of_advertising
from pointclub.notices.queries.inbox import (
    Told,
    Way,
    count_told,
    count_unread,
    find_notice,
    given_at,
    list_ways,
    notices_for,
)
from pointclub.notices.queries.letters import (
    UnknownLettersError,
    find_letter_batch,
    get_letter_batch,
    list_letter_batches,
    which_were_put_back,
    who_waits_for_a_letter,
)
from pointclub.notices.queries.mailings import (
    Progress,
    UnknownMailingError,
    count_waiting_mails,
    get_mailing,
    list_mailings,
    list_mailings_going_out,
    progress_of,
)
from pointclub.notices.queries.texts import Paragraph, Text, names, text_of
from pointclub.notices.queries.wishes import (
    advertising_choice_of,
    count_wanting_advertising,
    list_wishes,
    wants_reminders,
    without_reminders,
)

__all__ = [
    "MailPreview",
    "Paragraph",
    "Progress",
    "Text",
    "Told",
    "UnknownAnnouncementError",
    "UnknownLettersError",
    "UnknownMailingError",
    "Way",
    "advertising_choice_of",
    "count_told",
    "count_unread",
    "count_waiting_mails",
    "count_wanting_advertising",
    "find_letter_batch",
    "find_notice",
    "get_announcement",
    "get_letter_batch",
    "get_mailing",
    "given_at",
    "list_all_announcements",
    "list_announcements",
    "list_letter_batches",
    "list_mailings",
    "list_mailings_going_out",
    "list_ways",
    "list_wishes",
    "names",
    "notices_for",
    "preview_of_advertising",
    "progress_of",
    "text_of",
    "wants_reminders",
    "which_were_put_back",
    "who_waits_for_a_letter",
    "without_reminders",
]
