"""What a registration form must hold, and what of it is kept."""

import dataclasses
from typing import Any

import pytest

from pointclub.membership.rules import registration as rules
from pointclub.membership.rules.registration import Heard
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.terms.rules.documents import Document
from tests.factories.registrations import filled_in

pytestmark = pytest.mark.rule("REG-2")


class TestTheForm:
    def test_shows_no_value_in_a_log(self) -> None:
        shown = repr(filled_in())

        for secret in ("花子", "abcd1234", "hidamari7", "5300005", "中之島", "0901234", "example.com", "1980"):
            assert secret not in shown

    def test_keeps_what_was_filled_in_and_no_more(self) -> None:
        kept = rules.details_of(filled_in())

        assert kept[PersonalField.KANA] == "カンサイ ハナコ"
        assert kept[PersonalField.BIRTH_DATE] == "1980-04-01"
        assert PersonalField.SECOND_MAIL not in kept
        assert PersonalField.NAME not in kept

    def test_without_the_club_says_nothing_of_birth_and_sex(self) -> None:
        kept = rules.details_of(dataclasses.replace(filled_in(), club=None))

        assert not {PersonalField.BIRTH_DATE, PersonalField.SEX, PersonalField.KANA} & kept.keys()


class TestWhatIsAccepted:
    def test_are_portal_terms_and_declaration_and_for_the_club_its_terms_too(self) -> None:
        form = filled_in(documents={})

        assert rules.missing_documents(dataclasses.replace(form, club=None)) == [
            Document.PORTAL_TERMS,
            Document.ANTISOCIAL_FORCES_DECLARATION,
        ]
        assert rules.missing_documents(form)[2:] == [Document.MEMBERSHIP_TERMS, Document.POINT_RULES]

    @pytest.mark.rule("TRM-5")
    @pytest.mark.parametrize("statement", ["is_not_antisocial", "acts_with_no_antisocial_forces"])
    def test_are_two_statements_each_by_itself(self, statement: str) -> None:
        assert rules.is_declared(filled_in())
        half: dict[str, Any] = {statement: False}

        assert not rules.is_declared(filled_in(**half))


class TestTheQuestion:
    @pytest.mark.parametrize("heard", [{Heard.BILL}, {Heard.BILL, Heard.OTHER}, {Heard.NO_ANSWER}])
    def test_has_one_answer_or_several_or_none_on_purpose(self, heard: set[Heard]) -> None:
        assert rules.is_answered(frozenset(heard))

    @pytest.mark.parametrize("heard", [set(), {Heard.BILL, Heard.NO_ANSWER}])
    def test_is_not_left_out_and_not_answered_both_ways(self, heard: set[Heard]) -> None:
        assert not rules.is_answered(frozenset(heard))


class TestTheSameForm:
    def test_says_the_same_whatever_the_order(self) -> None:
        turned = dict(reversed(list(filled_in().documents.items())))

        assert rules.said_in(filled_in(documents=turned)) == rules.said_in(filled_in())

    @pytest.mark.parametrize(
        "change",
        [{"login_id": "efgh5678"}, {"club": {"sex": "x"}}, {"heard": frozenset({Heard.PRESS})}, {"language": "en"}],
    )
    def test_says_something_else_when_anything_changes(self, change: dict[str, Any]) -> None:
        assert rules.said_in(filled_in(**change)) != rules.said_in(filled_in())

    def test_is_not_known_by_its_secrets(self) -> None:
        changed = filled_in(password="kazamuki8", identity_keyword="別の言葉")

        assert rules.said_in(changed) == rules.said_in(filled_in())
        assert "hidamari7" not in repr(rules.said_in(filled_in()))
