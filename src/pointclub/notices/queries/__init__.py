"""Questions about what people were told, and what they want to be sent."""

from pointclub.notices.queries.inbox import (
    Told,
    Way,
    count_unread,
    find_notice,
    given_at,
    list_announcements,
    list_ways,
    notices_for,
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
    "Paragraph",
    "Text",
    "Told",
    "Way",
    "advertising_choice_of",
    "count_unread",
    "count_wanting_advertising",
    "find_notice",
    "given_at",
    "list_announcements",
    "list_ways",
    "list_wishes",
    "names",
    "notices_for",
    "text_of",
    "wants_reminders",
    "without_reminders",
]
