"""Calls for accruals under Idempotency-Keys: what has an effect has it once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import count

import pytest

from pointclub.earning import services as earning
from pointclub.earning.models import Accrual, RequestKey
from pointclub.earning.rules.request_keys import kept_since
from pointclub.earning.rules.requests import Accepted, AccrualRequest, Outcome, Refused, Sending
from pointclub.foundation import actors
from pointclub.membership.models import Member
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from pointclub.merchants.rules.keys import digest_of
from pointclub.program import services as program
from pointclub.program.queries import Activity
from tests.factories.club import STAFF, Club, jst, verified
from tests.factories.tills import issue_key

pytestmark = pytest.mark.django_db

AT = jst("2026-04-01 12:00")
_REFERENCES = count(1)


@pytest.fixture
def club() -> Club:
    return Club()


@pytest.fixture
def member(club: Club) -> Member:
    return club.member()


@pytest.fixture
def shop(club: Club) -> Merchant:
    return club.merchant()


def sale(member: Member, shop: Merchant, price_yen: int = 1_000) -> AccrualRequest:
    return AccrualRequest(shop.number, f"once-{next(_REFERENCES)}", member.number, AT, price_yen=price_yen)


def unknown(shop: Merchant) -> AccrualRequest:
    return AccrualRequest(shop.number, f"once-{next(_REFERENCES)}", "000000000000", AT, price_yen=1_000)


def call(shop: Merchant, key: str, *requests: AccrualRequest) -> Sending:
    return Sending(shop.id, key, requests)


def send(*sendings: Sending, at: dt.datetime = AT) -> list[list[Outcome]]:
    return earning.accrue_once(sendings, at=at)


def one(sending: Sending, *, at: dt.datetime = AT) -> Outcome:
    ((answer,),) = send(sending, at=at)
    return answer


def code(answer: Outcome) -> str:
    assert isinstance(answer, Refused), answer
    return answer.code


def accepted(answer: Outcome) -> Accepted:
    assert isinstance(answer, Accepted), answer
    return answer


@pytest.mark.rule("ACC-6")
class TestTheSameKey:
    def test_with_the_same_request_gets_the_same_answer(self, member: Member, shop: Merchant) -> None:
        sent = call(shop, "k1", sale(member, shop))

        first, again = accepted(one(sent)), accepted(one(sent))

        assert again == replace(first, is_repeat=True)
        assert Accrual.objects.filter(reference=first.reference).count() == 1
        assert verified() == []

    def test_with_another_request_is_refused_and_changes_nothing(self, member: Member, shop: Merchant) -> None:
        one(call(shop, "k1", sale(member, shop)))
        other = sale(member, shop)

        answer = one(call(shop, "k1", other))

        assert code(answer) == "idempotency_key_reused"
        assert not Accrual.objects.filter(reference=other.reference).exists()

    def test_with_another_request_is_told_so_though_that_would_be_refused_anyway(
        self, member: Member, shop: Merchant
    ) -> None:
        one(call(shop, "k1", sale(member, shop)))

        assert code(one(call(shop, "k1", unknown(shop)))) == "idempotency_key_reused"

    def test_within_one_batch_is_folded(self, member: Member, shop: Merchant) -> None:
        sent, other = call(shop, "k1", sale(member, shop)), call(shop, "k1", sale(member, shop))

        (first,), (same,), (different,) = send(sent, sent, other)

        assert same == replace(accepted(first), is_repeat=True)
        assert code(different) == "idempotency_key_reused"
        assert Accrual.objects.count() == 1

    def test_of_another_merchant_is_another_key(self, club: Club, member: Member, shop: Merchant) -> None:
        other = club.merchant()

        (first,), (second,) = send(call(shop, "k1", sale(member, shop)), call(other, "k1", sale(member, other)))

        assert {accepted(first).is_repeat, accepted(second).is_repeat} == {False}

    def test_stays_known_when_the_request_would_be_refused_today(self, member: Member, shop: Merchant) -> None:
        sent = call(shop, "k1", sale(member, shop))
        first = accepted(one(sent))
        merchants.suspend_merchant(merchant=shop, at=AT, actor=STAFF)

        assert one(sent) == replace(first, is_repeat=True)

    def test_is_free_again_after_a_refusal(self, member: Member, shop: Merchant) -> None:
        assert code(one(call(shop, "k1", unknown(shop)))) == "unknown_member"

        assert accepted(one(call(shop, "k1", sale(member, shop)))).points == 10


@pytest.mark.rule("ACC-6")
def test_another_key_with_the_same_reference_counts_once(member: Member, shop: Merchant) -> None:
    sold = sale(member, shop)

    (first,), (second,) = send(call(shop, "k1", sold), call(shop, "k2", sold))
    later = one(call(shop, "k3", sold), at=AT + dt.timedelta(days=400))

    assert accepted(second) == accepted(later) == replace(accepted(first), is_repeat=True)


@pytest.mark.rule("ACC-6")
@pytest.mark.parametrize("is_wrong_first", [True, False])
def test_a_resend_gets_its_answer_beside_a_call_that_uses_the_reference_for_something_else(
    member: Member, shop: Merchant, *, is_wrong_first: bool
) -> None:
    sold = sale(member, shop)
    first = accepted(one(call(shop, "k1", sold)))
    resent, wrong = call(shop, "k2", sold), call(shop, "k3", replace(sold, price_yen=5_000))

    answers = send(wrong, resent) if is_wrong_first else send(resent, wrong)
    (to_wrong,), (to_resent,) = answers if is_wrong_first else reversed(answers)

    assert accepted(to_resent) == replace(first, is_repeat=True)
    assert code(to_wrong) == "reference_conflict"


def test_one_wrong_call_leaves_its_neighbours_alone(member: Member, shop: Merchant) -> None:
    (wrong,), (right,) = send(call(shop, "k1", unknown(shop)), call(shop, "k2", sale(member, shop)))

    assert code(wrong) == "unknown_member"
    assert accepted(right).points == 10


class TestABatchOfItsOwn:
    def test_is_answered_row_by_row_and_again_as_it_was(self, club: Club, member: Member, shop: Merchant) -> None:
        good, late = sale(member, shop), club.member(at=jst("2026-05-01 12:00"))
        not_yet = replace(sale(late, shop), sold_at=jst("2026-04-20 12:00"))
        sent = call(shop, "k1", good, not_yet, replace(good, price_yen=5_000))

        (first,) = send(sent)
        (again,) = send(sent, at=jst("2026-06-01 12:00"))

        assert [code(answer) for answer in first[1:]] == ["sold_in_future", "reference_conflict"]
        assert again == [replace(accepted(first[0]), is_repeat=True), *first[1:]]

    def test_is_answered_again_as_it_was_though_all_of_it_would_be_refused_today(
        self, member: Member, shop: Merchant
    ) -> None:
        sent = call(shop, "k1", sale(member, shop), unknown(shop))
        (first,) = send(sent)
        merchants.suspend_merchant(merchant=shop, at=AT, actor=STAFF)

        (again,) = send(sent)

        assert again == [replace(accepted(first[0]), is_repeat=True), first[1]]

    def test_that_was_refused_whole_leaves_its_key_free(self, shop: Merchant) -> None:
        send(call(shop, "k1", unknown(shop), unknown(shop)))

        assert not RequestKey.objects.exists()


def pause() -> None:
    program.suspend(
        activity=Activity.ACCRUAL,
        starts_at=AT,
        ends_before=AT + dt.timedelta(hours=1),
        text_ja="点検中です。",
        text_en="Maintenance.",
        at=AT,
        actor=STAFF,
    )


@pytest.mark.rule("SUS-1")
class TestWhileAccrualIsPaused:
    def test_what_is_new_is_refused_and_keeps_nothing(self, member: Member, shop: Merchant) -> None:
        pause()

        assert code(one(call(shop, "k1", sale(member, shop)))) == "points_suspended"
        assert not RequestKey.objects.exists()
        assert not Accrual.objects.exists()

    def test_what_came_before_gets_its_answer(self, member: Member, shop: Merchant) -> None:
        sent = call(shop, "k1", sale(member, shop), unknown(shop))
        (first,) = send(sent)
        pause()

        (again,) = send(sent)

        assert again == [replace(accepted(first[0]), is_repeat=True), first[1]]


class TestKeys:
    def test_are_forgotten_after_thirteen_months_and_references_never(self, member: Member, shop: Merchant) -> None:
        sold = sale(member, shop)
        first = accepted(one(call(shop, "old", sold)))
        later = jst("2027-05-02 02:00")
        one(call(shop, "new", sale(member, shop)), at=later - dt.timedelta(days=30))

        forgotten = sum(earning.forget_request_keys(at=later, actor=actors.system("keys")))

        assert forgotten == 1
        assert list(RequestKey.objects.values_list("key", flat=True)) == ["new"]
        assert one(call(shop, "old", sold), at=later) == replace(first, is_repeat=True)

    def test_are_kept_to_the_day(self) -> None:
        assert kept_since(jst("2027-05-31 01:00")) == jst("2026-04-30 00:00")


@pytest.mark.rule("ACC-1")
class TestTheTerminalKey:
    def test_that_was_revoked_gives_no_points_and_takes_no_key_and_stops_nobody_else(
        self, club: Club, member: Member, shop: Merchant
    ) -> None:
        revoked, good = issue_key(club, shop), issue_key(club, shop)
        merchants.revoke_key(key_id=revoked.key.id, at=AT, actor=STAFF, reason="試験")
        sent = call(shop, "k1", sale(member, shop))

        (closed,), (taken,) = send(by(revoked, sent), by(good, call(shop, "k2", sale(member, shop))))

        assert code(closed) == "terminal_key_closed"
        assert accepted(taken).points == 10
        assert accepted(one(by(good, sent))).is_repeat is False

    def test_that_was_revoked_is_told_nothing_of_what_came_before(
        self, club: Club, member: Member, shop: Merchant
    ) -> None:
        issued = issue_key(club, shop)
        sent = by(issued, call(shop, "k1", sale(member, shop)))
        accepted(one(sent))
        merchants.revoke_key(key_id=issued.key.id, at=AT, actor=STAFF, reason="試験")

        assert code(one(sent)) == "terminal_key_closed"
        pause()
        assert code(one(sent)) == "terminal_key_closed"

    def test_of_another_merchant_opens_nothing(self, club: Club, member: Member, shop: Merchant) -> None:
        others = issue_key(club, club.merchant())

        assert code(one(by(others, call(shop, "k1", sale(member, shop))))) == "terminal_key_closed"
        assert not Accrual.objects.exists()


def by(issued: merchants.IssuedKey, sending: Sending) -> Sending:
    return replace(sending, opened_by=digest_of(issued.secret))
