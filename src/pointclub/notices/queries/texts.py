"""What a notice says: its subject and paragraphs, out of a template for each kind and language."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template import Context, Engine

from pointclub.notices.models import Notice
from pointclub.notices.rules import wording
from pointclub.notices.rules.kinds import FACTS, Change, Kind, Value

_FOLDER = Path(__file__).parent.parent / "templates"
_CODES = frozenset({"code", "login_id"})
TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a link or a code stands alone in its own."""

    text: str
    is_link: bool = False
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A notice in one language. It holds what may be seen by its person alone, so it shows nothing of itself."""

    subject: str
    paragraphs: tuple[Paragraph, ...]

    def __repr__(self) -> str:
        """Show no value."""
        return "Text()"


def text_of(notice: Notice, *, language: str | None = None) -> Text | None:
    """Return what the notice says, in its own language if no other is asked for; nothing once it is erased."""
    values = notice.values
    if values is None:
        return None
    return compose(notice.kind, values, language=language or notice.language)


def compose(kind: str, values: Mapping[str, str | int], *, language: str) -> Text:
    """Return what a notice of that kind says with those values."""
    shown = {name: _in_words(Kind(kind), name, value, language) for name, value in values.items()}
    if "valid_minutes" in values:
        shown["valid_for"] = wording.duration_in_words(int(values["valid_minutes"]), language=language)
    links = {f"{settings.ENVIRONMENT.public_url}{path}" for path in ("/", "/en/", "/points/", "/en/points/")}
    links |= {str(values["link"])} if "link" in values else set()
    codes = {shown[name] for name in _CODES & set(shown)}
    written = (
        _templates()
        .get_template(f"notices/{language}/{kind}.txt")
        .render(Context({**names(language), **shown}, autoescape=False))
    )
    subject, _, body = written.strip().partition("\n")
    return Text(
        subject.strip(),
        tuple(
            Paragraph(each.strip("\n"), is_link=each.strip() in links, is_code=each.strip() in codes)
            for each in body.strip().split("\n\n")
            if each.strip()
        ),
    )


def frame(template: str, context: Mapping[str, object]) -> str:
    """Return a whole mail; what goes into HTML is escaped, and what goes into plain text is not."""
    escapes = template.endswith(".html")
    return _templates().get_template(f"notices/mail/{template}").render(Context(dict(context), autoescape=escapes))


def names(language: str) -> dict[str, object]:
    """Return what every text can name: club, portal, and the site."""
    environment = settings.ENVIRONMENT
    is_japanese = language == "ja"
    return {
        "club": environment.club_name_ja if is_japanese else environment.club_name_en,
        "portal": environment.portal_name_ja if is_japanese else environment.portal_name_en,
        "public_url": environment.public_url,
    }


@functools.cache
def _templates() -> Engine:
    return Engine(dirs=[str(_FOLDER)])


def _in_words(kind: Kind, name: str, value: str | int, language: str) -> str | int:
    match FACTS[kind].values[name]:
        case Value.INSTANT:
            return wording.instant_in_words(dt.datetime.fromisoformat(str(value)), language=language)
        case Value.DAY:
            return wording.day_in_words(dt.date.fromisoformat(str(value)), language=language)
        case Value.CHANGE:
            return wording.change_in_words(Change(str(value)), language=language)
        case Value.WHOLE if name == "points":
            return f"{value:,}"
        case _:
            return value
