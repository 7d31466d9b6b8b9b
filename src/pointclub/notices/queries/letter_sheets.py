"""Letters as a file to be printed, a page each, with the address in the envelope's window; and a list of addresses."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import typst
from django.conf import settings

from pointclub.foundation.refusals import Refusal
from pointclub.foundation.spreadsheets import text_cell
from pointclub.notices.queries.texts import Text, names
from pointclub.notices.rules import wording

_TEMPLATE = Path(__file__).with_name("letter.typ")
_FAMILY = "Noto Sans CJK JP"
_DIGITS_BEFORE_THE_HYPHEN = 3


class LetterFontMissingError(Refusal):
    """Without a font that has Japanese letters nothing can be printed."""

    code = "letter_font_missing"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to be printed; shown in a log or a traceback, it says nothing."""

    person_id: UUID
    language: str
    postal_code: str
    address: str
    name: str
    text: Text

    def __repr__(self) -> str:
        """Show no value."""
        return "Letter()"


def as_pdf(letters: Sequence[Letter], *, on: dt.date, title: str = "Letters") -> bytes:
    """Return the letters as a PDF, a page each; the title is on no page.

    It takes some 3 ms and 240 KB a letter, and holds on to what the last few calls took: of thousands of letters, make
    several files.

    Raises:
        LetterFontMissingError: the font is not where the settings say.
    """
    font = settings.ENVIRONMENT.letter_font
    if not font.is_file():
        message = (
            f"The font {font} is not there. Install fonts-noto-cjk, or let POINTCLUB_LETTER_FONT name the file of "
            f"{_FAMILY}. Nothing was printed."
        )
        raise LetterFontMissingError(message)
    pages = json.dumps([_page(letter, on=on) for letter in letters])
    inputs = {"letters": pages, "font": _FAMILY, "title": title}
    made = typst.compile(_TEMPLATE, font_paths=[font.parent], ignore_system_fonts=True, sys_inputs=inputs)
    assert isinstance(made, bytes)
    return made


def as_csv(letters: Sequence[Letter]) -> bytes:
    """Return the addresses in the order of the pages, as a file that spreadsheets open as text."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["page", "postal_code", "address", "name"])
    for page, letter in enumerate(letters, start=1):
        cells = (grouped(letter.postal_code), letter.address, letter.name)
        rows.writerow([page, *(text_cell(cell) for cell in cells)])
    return written.getvalue().encode("utf-8-sig")


def _page(letter: Letter, *, on: dt.date) -> dict[str, Any]:
    environment = settings.ENVIRONMENT
    is_japanese = letter.language == "ja"
    club = str(names(letter.language)["club"])
    postal_address = environment.postal_address_ja if is_japanese else environment.postal_address_en
    return {
        "language": letter.language,
        "sender": f"{club}　{postal_address}",
        "postal_code": f"〒{grouped(letter.postal_code)}" if letter.postal_code else "",
        "address": letter.address,
        "name": f"{letter.name} 様" if is_japanese else letter.name,
        "day": wording.day_in_words(on, language=letter.language),
        "subject": letter.text.subject,
        "paragraphs": [paragraph.text for paragraph in letter.text.paragraphs],
        "foot": [club, postal_address, environment.call_centre_phone, wording.never(language=letter.language)],
    }


def grouped(postal_code: str) -> str:
    """Return the postal code as it is written on an envelope."""
    before, after = postal_code[:_DIGITS_BEFORE_THE_HYPHEN], postal_code[_DIGITS_BEFORE_THE_HYPHEN:]
    return f"{before}-{after}" if after else postal_code
