"""Which version is in force, and what a digest tells apart."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from pointclub.terms.rules.documents import Document, DocumentVersion, State, find_in_force, state_of

FIRST = DocumentVersion(
    document=Document.POINT_RULES,
    version="2016-04-01",
    effective_from=dt.date(2016, 4, 1),
    title={"ja": "規定", "en": "Rules"},
    text={"ja": "3年", "en": "3 years"},
    note={"ja": "", "en": ""},
)
SECOND = dataclasses.replace(FIRST, version="2022-04-01", effective_from=dt.date(2022, 4, 1))


@pytest.mark.rule("TRM-1")
class TestTheVersionInForce:
    @pytest.mark.parametrize(
        ("on", "expected"),
        [("2016-03-31", None), ("2016-04-01", FIRST), ("2022-03-31", FIRST), ("2022-04-01", SECOND)],
        ids=["before any", "first day", "last day", "next first day"],
    )
    def test_is_the_latest_that_has_begun(self, on: str, expected: DocumentVersion | None) -> None:
        assert find_in_force([SECOND, FIRST], on=dt.date.fromisoformat(on)) == expected

    @pytest.mark.parametrize(
        ("on", "first", "second"),
        [
            ("2016-03-31", State.NOT_YET, State.NOT_YET),
            ("2022-03-31", State.IN_FORCE, State.NOT_YET),
            ("2022-04-01", State.SUPERSEDED, State.IN_FORCE),
        ],
    )
    def test_is_told_from_earlier_and_later_ones(self, on: str, first: State, second: State) -> None:
        day = dt.date.fromisoformat(on)

        assert state_of(FIRST, among=[FIRST, SECOND], on=day) == first
        assert state_of(SECOND, among=[FIRST, SECOND], on=day) == second


class TestTheDigest:
    @pytest.mark.parametrize(
        "other",
        [
            dataclasses.replace(FIRST, title={"ja": "規程", "en": "Rules"}),
            dataclasses.replace(FIRST, text={"ja": "3年", "en": "4 years"}),
            dataclasses.replace(FIRST, note={"ja": "見本", "en": ""}),
            dataclasses.replace(FIRST, title={"ja": "規定3", "en": "Rules"}, text={"ja": "年", "en": "3 years"}),
        ],
        ids=["title", "English", "note", "words moved"],
    )
    def test_is_another_for_other_words(self, other: DocumentVersion) -> None:
        assert other.digest != FIRST.digest

    def test_is_the_same_for_the_same_words(self) -> None:
        assert dataclasses.replace(FIRST).digest == FIRST.digest
        assert len(FIRST.digest) == 32
