"""Wide and narrow letters, whole kana, nothing that cannot be seen; and what counts as one character.

Japanese forms ask for full-width letters in some fields and for half-width ones in others. What is typed otherwise is
converted letter by letter and never by NFKC as a whole, which would make 株 of ㈱ and rewrite people's names.
"""

from __future__ import annotations

import re
import unicodedata

import jaconv

from pointclub.people.rules.field_errors import FieldError

# Nothing in a form is longer than a tenth of this, so that nobody makes us convert a book.
LONGEST_TYPED = 1_000
_MOST_MARKS = 2
_MOST_SHOWN = 5
_TO_WIDE = {narrow: narrow + 0xFEE0 for narrow in range(0x21, 0x7F)} | {0x20: 0x3000, 0xA5: 0xFFE5}
_TO_NARROW = {wide: narrow for narrow, wide in _TO_WIDE.items()}
# Letters that show nothing although Unicode counts them as letters or marks: fillers, a joiner, an empty Braille cell.
_UNSEEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Compatibility ideographs: other shapes of a letter, which even NFC would replace by the common one.
_OTHER_SHAPES = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
# Dashes that Unicode counts as narrow or neutral and that stand in Japanese addresses all the same.
_WIDE_ENOUGH = frozenset("‐‑‒–—―−")
DASHES = "-‐‑‒–—―−－ｰー"


def wide(text: str) -> str:
    """Return the text in full-width letters: half-width katakana and ASCII are converted, all else is as it was.

    Raises:
        FieldError: it is far too long, or holds what cannot be written down.
    """
    seen = jaconv.h2z(_seen(text), kana=True, ascii=False, digit=False).translate(_TO_WIDE)
    return composed("　".join(seen.split()))


def narrow(text: str) -> str:
    """Return the text with full-width ASCII in half width, without spaces at its ends.

    Raises:
        FieldError: as for `wide`.
    """
    return " ".join(_seen(text).translate(_TO_NARROW).split())


def katakana(wide_text: str) -> str:
    """Return full-width text with its hiragana as katakana and its dashes as the long vowel mark."""
    turned = "".join(chr(ord(letter) + 0x60) if "ぁ" <= letter <= "ゖ" else letter for letter in wide_text)
    return re.sub(f"[{DASHES}]", "ー", turned)


def composed(text: str) -> str:
    """Return letters with their marks as one where there is such a letter: ガ of カ and ゛."""
    parts = _OTHER_SHAPES.split(text)
    return "".join(part if index % 2 else unicodedata.normalize("NFC", part) for index, part in enumerate(parts))


def length(text: str) -> int:
    """Return how many characters somebody sees.

    A letter outside the first plane (𠮷, two units in UTF-16) is one; marks upon a letter (an accent that has no letter
    of its own, the selector of a variant as in 葛󠄀) are none.

    Raises:
        FieldError: a mark stands on nothing, or marks are heaped up.
    """
    count = marks = 0
    before = " "
    for letter in text:
        if not _is_mark(letter):
            count, marks = count + 1, 0
        else:
            marks += 1
            if marks > _MOST_MARKS or before.isspace():
                raise FieldError("cannot_be_used", characters=letter)
        before = letter
    return count


def is_wide(letter: str) -> bool:
    """Return whether a letter is drawn in full width in Japanese."""
    return letter in _WIDE_ENOUGH or _is_mark(letter) or unicodedata.east_asian_width(letter) in "WFA"


def refuse_letters(text: str, code: str, unfit: set[str]) -> None:
    """Do nothing where there are none of them in the text.

    Raises:
        FieldError: the code given, with the first few of them.
    """
    found = list(dict.fromkeys(letter for letter in text if letter in unfit))
    if found:
        raise FieldError(code, characters="".join(found[:_MOST_SHOWN]))


def _seen(text: str) -> str:
    """Return the text without what nobody sees; what can be neither seen nor written down is refused."""
    if len(text) > LONGEST_TYPED:
        raise FieldError("too_long", longest=LONGEST_TYPED)
    left = [letter for letter in text if not _is_unseen(letter)]
    for letter in left:
        if unicodedata.category(letter) in {"Cc", "Cs", "Co", "Cn"} and not letter.isspace():
            raise FieldError("cannot_be_used", characters="")
    return "".join(left)


def _is_unseen(letter: str) -> bool:
    return letter in _UNSEEN_LETTERS or unicodedata.category(letter) == "Cf"


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")
