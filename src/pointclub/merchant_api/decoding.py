"""From bytes to a body of known shape, and from what does not fit to words about it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, Generic, NoReturn, TypeVar

import msgspec

from pointclub.merchant_api import field_words
from pointclub.merchant_api.problems import ProblemError, TwoTongues
from pointclub.merchant_api.receiving import refuse_deep

_Body = TypeVar("_Body", bound=msgspec.Struct)
_AT = re.compile(r" - at `\$(.*)`$", re.DOTALL)
_NAMED = re.compile(r"Object (?:missing required|contains unknown) field `(.*)`$", re.DOTALL)
_LONGEST_NAME_TOLD = 100
_NAMES = re.compile(rb'"([^"]*+)"[ \t\r\n]*+:')
_SPACE = b" \t\r\n"
_ONE_NAME = re.compile(rb'[ \t\r\n]*+\{[ \t\r\n]*+"[^"]*+"[ \t\r\n]*+:[ \t\r\n]*+')


class Shape(Generic[_Body]):
    """A kind of body: strict, without unknown names, and with each name at most once."""

    def __init__(self, body: type[_Body]) -> None:
        self.body = body
        self._decoder = msgspec.json.Decoder(body)

    def decode(self, raw: bytes) -> _Body:
        """Return the body.

        Raises:
            ProblemError: it is not JSON, or JSON of another shape.
        """
        refuse_deep(raw)
        try:
            body = self._decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            _explain(raw, error)
        # Without escapes a quotation mark and a colon are the end of a name, and equal names are spelt alike.
        names = _NAMES.findall(raw)
        if b"\\" in raw or len(names) != len(set(names)):
            _parse(raw)
        return body


class _AsOne(msgspec.Struct):
    """All rows as they came, with what stands between them."""

    rows: msgspec.Raw


_as_one = msgspec.json.Decoder(_AsOne)


class RowsShape(Generic[_Body]):
    """A kind of body that is ``rows`` and nothing else; they are only passed over, to be judged one by one.

    So whatever is wrong within a row is told of that row alone, and the others are taken.
    """

    def __init__(self, body: type[_Body]) -> None:
        self._decoder = msgspec.json.Decoder(body)

    def decode(self, raw: bytes) -> _Body:
        """Return the body.

        Raises:
            ProblemError: it is not JSON, or JSON of another shape.
        """
        try:
            # Broken text within a row would show too late.
            raw.decode()
            body = self._decoder.decode(raw)
            rows = bytes(_as_one.decode(raw).rows)
        except RecursionError:
            raise ProblemError("body_too_deep") from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            refuse_deep(raw)
            _explain(raw, error, pairs_hook=dict)
        # Given twice, the last ones count, and the others show before them.
        before = raw.rstrip(_SPACE).removesuffix(b"}").rstrip(_SPACE).removesuffix(rows)
        if not _ONE_NAME.fullmatch(before):
            refuse("/rows", field_words.TWICE)
        return body


def refuse(pointer: str, told: TwoTongues) -> NoReturn:
    """Refuse a body for one of its fields.

    Raises:
        ProblemError: always.
    """
    raise ProblemError("invalid_body", errors=[(pointer, told)])


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            refuse(_pointer(name), field_words.TWICE)
        found[name] = value
    return found


_PairsHook = Callable[[Sequence[tuple[str, Any]]], dict[str, Any]]


def _explain(raw: bytes, error: Exception, *, pairs_hook: _PairsHook = _each_once) -> NoReturn:
    constants = _parse(raw, pairs_hook)
    if isinstance(error, msgspec.ValidationError):
        refuse(*_tell(str(error)))
    if constants:
        refuse(constants[0], field_words.NOT_JSON_NUMBER)
    raise ProblemError("invalid_json")


class _NotANumber:
    """Stands where somebody wrote NaN or Infinity."""


def _parse(raw: bytes, pairs_hook: _PairsHook = _each_once) -> list[str]:
    """Read the body slowly; return the places of NaN and Infinity, which JSON does not know.

    Raises:
        ProblemError: it is not JSON, or the hook refuses an object.
    """
    try:
        text = raw.decode()
        # Figures are not looked at here, and one of a million digits is not worked out.
        parsed = json.loads(
            text,
            parse_constant=lambda _: _NotANumber,
            parse_int=lambda _: 0,
            parse_float=lambda _: 0,
            object_pairs_hook=pairs_hook,
        )
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise ProblemError("invalid_json") from None
    return list(_constants("", parsed))


def _constants(pointer: str, value: Any) -> list[str]:
    if value is _NotANumber:
        return [pointer]
    if isinstance(value, dict):
        return [found for name, each in value.items() for found in _constants(pointer + _pointer(name), each)]
    if isinstance(value, list):
        return [found for place, each in enumerate(value) for found in _constants(f"{pointer}/{place}", each)]
    return []


def _tell(message: str) -> tuple[str, TwoTongues]:
    place = ""
    if found := _AT.search(message):
        place = "".join(_pointer(name) for name in re.split(r"[.\[\]]+", found[1]) if name)
        message = message[: found.start()]
    if named := _NAMED.match(message):
        place += _pointer(named[1])
    return place, field_words.tell_field(message)


def _pointer(name: str) -> str:
    return "/" + name[:_LONGEST_NAME_TOLD].replace("~", "~0").replace("/", "~1")
