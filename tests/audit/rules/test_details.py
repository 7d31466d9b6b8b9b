"""Into an entry go ids, figures and codes."""

from __future__ import annotations

from uuid import uuid4

import pytest

from pointclub.audit.rules.details import (
    Detail,
    Subject,
    UnrecordableError,
    require_act,
    require_details,
    require_subject,
)


class TestDetails:
    def test_are_kept_as_they_are(self) -> None:
        given: dict[str, Detail] = {
            "points": -120,
            "kinds": ["gift", "miles"],
            "is_repeat": False,
            "rule": None,
            "caps": {"day": 500},
        }

        assert require_details(given) == given

    @pytest.mark.parametrize(
        "text",
        ["01890a5d-ac96-774b-bcce-b302099a8057", "2026-04-01T12:00:00+09:00", "1/100", "opening-balances", ""],
    )
    def test_take_ids_days_and_codes(self, text: str) -> None:
        assert require_details({"value": text}) == {"value": text}

    @pytest.mark.parametrize(
        "text",
        ["印山花子", "Hanako Shirushiyama", "hanako@example.jp", "a\x00", "\ud800", "a" * 121, "（株）"],
    )
    def test_take_no_names_no_addresses_and_no_long_texts(self, text: str) -> None:
        for details in ({"value": text}, {"values": [text]}, {text: 1}, {"more": {"value": text}}):
            with pytest.raises(UnrecordableError):
                require_details(details)

    @pytest.mark.parametrize("value", [1.5, b"bytes", object(), {1: "a number for a name"}, 2**63, -(2**63), uuid4()])
    def test_take_nothing_else(self, value: object) -> None:
        with pytest.raises(UnrecordableError):
            require_details({"value": value})  # type: ignore[dict-item]  # That is the mistake.

    def test_are_not_endless(self) -> None:
        require_details({"values": list(range(190))})
        with pytest.raises(UnrecordableError):
            require_details({"values": list(range(200))})

    def test_are_not_deep(self) -> None:
        require_details({"one": {"two": {"three": 4}}})
        with pytest.raises(UnrecordableError):
            require_details({"one": {"two": {"three": {"four": 5}}}})


class TestNames:
    @pytest.mark.parametrize("act", ["membership.admit", "points.request_transfer"])
    def test_of_acts_are_an_area_and_what_was_done(self, act: str) -> None:
        assert require_act(act) == act

    @pytest.mark.parametrize("act", ["admit", "membership.", "membership.Admit", "a.b.c", "membership admit", "a" * 65])
    def test_of_acts_are_nothing_else(self, act: str) -> None:
        with pytest.raises(UnrecordableError):
            require_act(act)

    def test_of_subjects_are_a_kind_and_an_id(self) -> None:
        subject_id = uuid4()

        assert require_subject(Subject("change_request", subject_id)) == ("change_request", str(subject_id))

    @pytest.mark.parametrize("subject", [("Member", "1"), ("", "1"), ("member", ""), ("member", "印"), ("a", "b" * 65)])
    def test_of_subjects_are_nothing_else(self, subject: tuple[str, str]) -> None:
        with pytest.raises(UnrecordableError):
            require_subject(Subject(*subject))
