"""How the portal tells of documents, and of who accepted them."""

from collections.abc import Mapping

from django import template
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy

register = template.Library()

_MANNERS = {
    "explicit": gettext_lazy("express consent"),
    "deemed": gettext_lazy("deemed consent"),
}
_OCCASIONS = {
    "registration": gettext_lazy("On registration"),
    "enrolment": gettext_lazy("On joining the club"),
}
_LANGUAGES = {"ja": gettext_lazy("Japanese"), "en": gettext_lazy("English")}


@register.filter
def in_this_language(words: Mapping[str, str]) -> str:
    """Return those of a text's words that are in the language of the page."""
    return words[get_language() or settings.LANGUAGE_CODE]


@register.filter
def manner_words(manner: str) -> str:
    """Say in words whether a document was accepted expressly."""
    return str(_MANNERS[manner])


@register.filter
def occasion_words(how: str) -> str:
    """Say in words on what occasion a document was accepted; an occasion that has no words yet is shown by its code."""
    return str(_OCCASIONS.get(how, how))


@register.filter
def language_words(language: str) -> str:
    """Name a language in the language of the page."""
    return str(_LANGUAGES[language])
