"""Problem details (RFC 9457): how the interface says no."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from pointclub.foundation.refusals import Refusal
from pointclub.merchant_api.problem_codes import PROBLEMS

TYPE_PREFIX = "urn:pointclub:problem:"
MEDIA_TYPE = b"application/problem+json"

Language = Literal["ja", "en"]
Header = tuple[bytes, bytes]

_UNAUTHORIZED = 401


class FieldError(msgspec.Struct, frozen=True):
    """One thing in the body that has to be mended; ``pointer`` is a JSON Pointer (RFC 6901)."""

    pointer: str
    detail: str


class ProblemBody(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, rename={"kind": "type"}):
    """What a problem looks like; ``code`` is the last part of ``type``."""

    kind: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError] | msgspec.UnsetType = msgspec.UNSET


class TwoTongues(msgspec.Struct, frozen=True):
    """A sentence in both languages."""

    ja: str
    en: str

    def told_in(self, language: Language) -> str:
        """Return it in one of them."""
        return self.ja if language == "ja" else self.en


class ProblemError(Exception):
    """Carries a problem to whoever answers; ``retry_after`` are seconds."""

    def __init__(
        self,
        code: str,
        *,
        retry_after: float | None = None,
        errors: Sequence[tuple[str, TwoTongues]] = (),
        detail: TwoTongues | None = None,
        headers: Sequence[Header] = (),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after
        self.errors = errors
        self.detail = detail
        self.headers = headers

    @property
    def status(self) -> int:
        """The HTTP status."""
        return PROBLEMS[self.code].status

    def body(self, language: Language) -> ProblemBody:
        """Return the problem in the words of that language."""
        problem = PROBLEMS[self.code]
        words = problem.ja if language == "ja" else problem.en
        return ProblemBody(
            kind=TYPE_PREFIX + self.code,
            title=words.title,
            status=problem.status,
            detail=words.detail if self.detail is None else self.detail.told_in(language),
            code=self.code,
            errors=[FieldError(pointer, told.told_in(language)) for pointer, told in self.errors] or msgspec.UNSET,
        )

    def extra_headers(self, language: Language) -> list[Header]:
        """Return the headers that belong to the problem."""
        headers = [(b"content-language", language.encode()), (b"vary", b"Accept-Language"), *self.headers]
        if self.retry_after is not None:
            headers.append((b"retry-after", b"%d" % max(1, math.ceil(self.retry_after))))
        if self.status == _UNAUTHORIZED:
            headers.append((b"www-authenticate", b'Bearer realm="pointclub"'))
        return headers


_SUSPENDED_RETRY_SECONDS = 300.0


def from_code(code: str) -> ProblemError:
    """Return the problem of a refusal's code; one that nobody foresaw is told in general words."""
    if code == "points_suspended":
        return ProblemError(code, retry_after=_SUSPENDED_RETRY_SECONDS)
    return ProblemError(code if code in PROBLEMS else "refused")


def from_refusal(refusal: Refusal, *, now_timestamp: float) -> ProblemError:
    """Return the problem that a refusal of the business is told as."""
    if refusal.code == "points_suspended":
        return suspended(refusal.details, now_timestamp=now_timestamp)
    return from_code(refusal.code)


def suspended(details: Mapping[str, Any], *, now_timestamp: float) -> ProblemError:
    """Return the problem under a suspension (SUS-1): the operator's words, and when to try again."""
    texts = TwoTongues(str(details["text_ja"]), str(details["text_en"]))
    retry_after = _SUSPENDED_RETRY_SECONDS
    if details.get("retry_at"):
        retry_at = dt.datetime.fromisoformat(str(details["retry_at"]))
        retry_after = retry_at.timestamp() - now_timestamp
    return ProblemError("points_suspended", retry_after=retry_after, detail=texts)


def choose_language(accept_language: str) -> Language:
    """Return the language that is wanted most among ours, Japanese where none is."""
    best: Language = "ja"
    best_weight = 0.0
    for entry in accept_language.split(","):
        tag, _, parameters = entry.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        weight = _weight(parameters)
        if primary in {"ja", "en"} and weight > best_weight:
            best, best_weight = ("ja" if primary == "ja" else "en"), weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0
