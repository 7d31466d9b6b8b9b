"""Questions about what people were told, and what they want to be sent."""

from pointclub.notices.queries.texts import Paragraph, Text, text_of
from pointclub.notices.queries.wishes import (
    advertising_choice_of,
    list_wishes,
    wants_reminders,
    without_reminders,
)

__all__ = [
    "Paragraph",
    "Text",
    "advertising_choice_of",
    "list_wishes",
    "text_of",
    "wants_reminders",
    "without_reminders",
]
