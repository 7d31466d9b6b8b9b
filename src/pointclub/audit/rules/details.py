"""What an entry may say beside who, what and when: ids, figures and the names of fields, never personal data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

Detail = str | int | bool | None | Sequence["Detail"] | Mapping[str, "Detail"]

_ACT = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")
_KIND = re.compile(r"[a-z][a-z_]*")
# Neither a Japanese name nor one with a space fits, nor an e-mail address: those who would write one down are stopped.
_CODE = re.compile(r"[A-Za-z0-9_.:+/-]*")
LONGEST_ACT = 64
LONGEST_KIND = 32
LONGEST_ID = 64
_LONGEST_TEXT = 120
_MOST_VALUES = 200
_DEEPEST = 4
_LARGEST = 2**63 - 1


class UnrecordableError(ValueError):
    """The act cannot be recorded as it was called: a mistake of the program, not an answer to its user."""


class Subject(NamedTuple):
    """What the act was done to: a kind such as ``membership``, and its id, never its name."""

    kind: str
    id: UUID | str


def require_act(act: str) -> str:
    """Return the act if it is named as ``membership.admit``: an area, and what was done there."""
    if len(act) > LONGEST_ACT or not _ACT.fullmatch(act):
        message = f"{act!r} names no act; write it as membership.admit."
        raise UnrecordableError(message)
    return act


def require_subject(subject: Subject) -> tuple[str, str]:
    """Return kind and id as they are kept."""
    kind, subject_id = subject.kind, str(subject.id)
    if len(kind) > LONGEST_KIND or not _KIND.fullmatch(kind):
        message = f"{kind!r} names no kind of subject; write it as change_request."
        raise UnrecordableError(message)
    if not 0 < len(subject_id) <= LONGEST_ID or not _CODE.fullmatch(subject_id):
        message = f"The id of a subject has 1 to {LONGEST_ID} of A-Z a-z 0-9 _ . : + / -"
        raise UnrecordableError(message)
    return kind, subject_id


def require_details(details: Mapping[str, Detail]) -> dict[str, object]:
    """Return the details as plain values, if there are not too many and each is of a kind that is kept."""
    left = [_MOST_VALUES]
    kept = _kept(details, depth=1, left=left)
    assert isinstance(kept, dict)
    return kept


def _kept(value: object, *, depth: int, left: list[int]) -> object:
    left[0] -= 1
    if left[0] < 0 or depth > _DEEPEST:
        message = f"Details have up to {_MOST_VALUES} values, {_DEEPEST} levels deep."
        raise UnrecordableError(message)
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _whole(value)
    if isinstance(value, Mapping):
        return {_text(name): _kept(each, depth=depth + 1, left=left) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [_kept(each, depth=depth + 1, left=left) for each in value]
    message = f"A {type(value).__name__} is no detail: text, whole numbers, yes and no, lists and names for them are."
    raise UnrecordableError(message)


def _whole(value: int) -> int:
    if abs(value) > _LARGEST:
        message = "A whole number in the details fits into 64 bits."
        raise UnrecordableError(message)
    return int(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or not _CODE.fullmatch(value):
        message = f"A text in the details is a code, an id or a day: up to {_LONGEST_TEXT} of A-Z a-z 0-9 _ . : + / -"
        raise UnrecordableError(message)
    return str(value)
