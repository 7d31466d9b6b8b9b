"""No two different entries have the same bytes, and the bytes of one are fixed for ever."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.audit.rules.chaining import (
    BEFORE_THE_FIRST,
    Content,
    NotCanonicalError,
    canonical,
    chained,
    digest_of_reason,
)

ENTRY = Content(
    chain="staff:sato",
    sequence=7,
    id=UUID("01890a5d-ac96-774b-bcce-b302099a8057"),
    at=dt.datetime(2026, 4, 1, 3, 0, tzinfo=dt.UTC),
    act="membership.admit",
    subject_kind="member",
    subject_id="01890a5d-ac96-774b-bcce-b302099a8058",
    details={"role": "primary", "points": 0, "is_first": True, "account": None, "kinds": ["gift", "miles"]},
    reason_digest=bytes(32),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=3), inside, max_size=4),
    max_leaves=8,
)


def told_apart(value: object) -> str:
    """Return a text that differs where values differ, also where Python takes them for equal, as True and 1."""
    return json.dumps(value, sort_keys=True)


class TestTheBytesOfAnEntry:
    def test_are_those_that_they_were_when_the_first_log_was_written(self) -> None:
        assert chained(BEFORE_THE_FIRST, ENTRY).hex() == (
            "8971ff12fe090c7014872813cc2bcd931516e361e29f664502795664b636a4b7"
        )

    @pytest.mark.parametrize(
        "changes",
        [
            {"chain": "staff:sat"},
            {"sequence": 8},
            {"id": UUID(int=1)},
            {"at": ENTRY.at + dt.timedelta(microseconds=1)},
            {"act": "membership.rejoin"},
            {"subject_kind": "membership"},
            {"subject_id": "x"},
            {"details": {}},
            {"reason_digest": bytes(31) + b"\x01"},
        ],
        ids=lambda changes: next(iter(changes)),
    )
    def test_differ_by_every_value(self, changes: dict[str, object]) -> None:
        assert canonical(replace(ENTRY, **changes)) != canonical(ENTRY)  # type: ignore[arg-type]  # one field each

    def test_do_not_depend_on_the_zone_that_the_instant_is_written_in(self) -> None:
        in_japan = ENTRY.at.astimezone(dt.timezone(dt.timedelta(hours=9)))

        assert canonical(replace(ENTRY, at=in_japan)) == canonical(ENTRY)

    def test_do_not_depend_on_the_order_of_names(self) -> None:
        turned = dict(reversed(list(dict(ENTRY.details).items())))  # type: ignore[call-overload]  # a dictionary

        assert canonical(replace(ENTRY, details=turned)) == canonical(ENTRY)

    @given(VALUES, VALUES)
    def test_are_the_same_for_the_same_details_only(self, one: object, other: object) -> None:
        are_same = told_apart(one) == told_apart(other)

        assert (canonical(replace(ENTRY, details=one)) == canonical(replace(ENTRY, details=other))) == are_same

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (["ab", "c"], ["a", "bc"]),
            ([["a"], "b"], [["a", "b"]]),
            ({"a": "b"}, ["a", "b"]),
            (1, True),
            (0, False),
            (None, "None"),
            (1, "1"),
            ("", []),
        ],
    )
    def test_let_nothing_move_from_one_value_to_another(self, one: object, other: object) -> None:
        assert canonical(replace(ENTRY, details=one)) != canonical(replace(ENTRY, details=other))

    @pytest.mark.parametrize("value", [1.0, {"a": 0.5}, [float("inf")], dt.date(2026, 4, 1), object()])
    def test_do_not_exist_for_what_no_entry_is_written_with(self, value: object) -> None:
        with pytest.raises(NotCanonicalError):
            canonical(replace(ENTRY, details=value))

    def test_do_not_begin_or_end_at_another_instant_without_a_zone(self) -> None:
        with pytest.raises(TypeError):
            canonical(replace(ENTRY, at=dt.datetime(2026, 4, 1, 12, 0)))  # noqa: DTZ001 -- That is the mistake.


class TestTheHash:
    def test_follows_from_the_entry_before(self) -> None:
        assert chained(bytes(31) + b"\x01", ENTRY) != chained(BEFORE_THE_FIRST, ENTRY)


class TestTheDigestOfAReason:
    def test_differs_by_its_salt(self) -> None:
        assert digest_of_reason("転居", salt=b"a" * 16) != digest_of_reason("転居", salt=b"b" * 16)

    def test_does_not_let_a_letter_move_into_the_salt(self) -> None:
        assert digest_of_reason("bc", salt=b"a") != digest_of_reason("c", salt=b"ab")
