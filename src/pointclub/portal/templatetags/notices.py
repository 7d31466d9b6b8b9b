"""How the portal tells of notices and announcements."""

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.translation import get_language

from pointclub.notices import queries as notices
from pointclub.notices.models import Announcement
from pointclub.people.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_notices(context: Context) -> int:
    """Return how many notices the member who is signed in has not opened."""
    request: HttpRequest | None = context.get("request")
    user = None if request is None else request.user
    return notices.count_unread(user.person_id) if isinstance(user, User) else 0


@register.filter
def title_of(announcement: Announcement) -> str:
    """Return its title in the language of the page."""
    return announcement.title_en if get_language() == "en" else announcement.title_ja


@register.filter
def text_of(announcement: Announcement) -> str:
    """Return its text in the language of the page."""
    return announcement.text_en if get_language() == "en" else announcement.text_ja
