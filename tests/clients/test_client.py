"""The client against the interface itself: every method, and what is told from it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

import pytest

from pointclub.foundation import clock
from pointclub.merchants import services as merchants
from pointclub.program import services as program
from pointclub.program.queries import Activity
from pointclub_client import AccrualRequest, Client, Patience, Problem, ProblemError, Receipt, UnavailableError, new_key
from tests.factories.club import STAFF, Club
from tests.factories.tills import Shop, issue_key
from tests.harness.interface import Interface


class Send(Protocol):
    def __call__(self, request: AccrualRequest, store: str, till: str, *, key: str) -> Receipt: ...


@pytest.fixture
def till(interface: Interface, shop: Shop) -> Iterator[Client]:
    with Client(interface.address, shop.secret, language="en") as client:
        yield client


def sale(shop: Shop, price_yen: int = 1_090) -> AccrualRequest:
    return AccrualRequest(reference=f"c-{uuid.uuid4()}", member_number=shop.member.number, price_yen=price_yen)


@pytest.mark.rule("ACC-6")
class TestASale:
    def test_is_answered_with_its_receipt(self, till: Client, shop: Shop) -> None:
        request = sale(shop)

        receipt = till.accrue(request)

        assert (receipt.reference, receipt.points, receipt.base_points) == (request.reference, 10, 10)
        assert (receipt.bonuses, receipt.is_repeat) == ((), False)

    def test_sent_again_under_its_key_says_that_it_was_there_already(self, till: Client, shop: Shop) -> None:
        request, key = sale(shop), new_key()
        first = till.accrue(request, key=key)

        assert till.accrue(request, key=key) == replace(first, is_repeat=True)

    def test_is_found_by_id_reference_and_receipt(self, till: Client, shop: Shop) -> None:
        sold_at = dt.datetime(2026, 4, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=9)))
        request = replace(sale(shop), sold_at=sold_at, store_code="S/1", ineligible_yen=90, tax_yen=100)
        receipt = till.accrue(request)

        accrual = till.get_accrual(receipt.id)

        assert accrual == till.find_accrual(request.reference) == till.get_receipt(receipt.receipt_number)
        assert (accrual.price_yen, accrual.ineligible_yen, accrual.tax_yen) == (1_090, 90, 100)
        assert (accrual.sold_at, accrual.store_code, accrual.points) == (sold_at, "S/1", 10)
        assert accrual.changes == ()

    def test_that_is_refused_says_why(self, till: Client, shop: Shop) -> None:
        with pytest.raises(ProblemError) as refused:
            till.accrue(replace(sale(shop), price_yen=0))

        assert (refused.value.status, refused.value.code) == (422, "invalid_body")
        assert [error.pointer for error in refused.value.errors] == ["/price_yen"]
        assert refused.value.title == "The body does not fit"

    def test_of_many_has_a_receipt_or_a_problem_for_each(self, till: Client, shop: Shop) -> None:
        strange = replace(sale(shop), member_number="9999-9999-9999")

        one, other, third = till.accrue_batch([sale(shop, 500), strange, sale(shop, 700)])

        assert isinstance(one, Receipt)
        assert isinstance(other, Problem)
        assert isinstance(third, Receipt)
        assert (one.points, other.code, third.points) == (5, "unknown_member", 7)


@pytest.mark.rule("ACC-6")
class TestASaleSentAgainByAnotherTill:
    """As docs/api tells it: the sale was taken from till T1 of store S1, and named neither."""

    @pytest.fixture
    def send(self, interface: Interface, shop: Shop) -> Send:
        """Return how to send a sale by a key of that store and till."""
        club = Club()
        merchants.open_store(merchant=shop.merchant, code="S1", name="北店", at=club.opened_at, actor=STAFF)

        def send(request: AccrualRequest, store: str, till: str, *, key: str) -> Receipt:
            secret = issue_key(club, shop.merchant, store_code=store, terminal_code=till).secret
            with Client(interface.address, secret) as client:
                return client.accrue(request, key=key)

        return send

    def test_with_another_key_of_that_till_gets_its_first_receipt(self, send: Send, shop: Shop) -> None:
        request, key = sale(shop), new_key()
        first = send(request, "S1", "T1", key=key)

        assert send(request, "S1", "T1", key=key) == replace(first, is_repeat=True)
        assert send(request, "S1", "T1", key=new_key()) == replace(first, is_repeat=True)

    def test_with_a_key_of_another_till_is_other_content(self, send: Send, shop: Shop) -> None:
        request, key = sale(shop), new_key()
        send(request, "S1", "T1", key=key)

        with pytest.raises(ProblemError) as same_key:
            send(request, "S1", "T2", key=key)
        with pytest.raises(ProblemError) as new_one:
            send(request, "S1", "T2", key=new_key())

        assert (same_key.value.status, same_key.value.code) == (422, "idempotency_key_reused")
        assert (new_one.value.status, new_one.value.code) == (409, "reference_conflict")

    def test_with_a_key_of_all_stores_says_whose_it_was(self, send: Send, shop: Shop) -> None:
        request, key = sale(shop), new_key()
        first = send(request, "S1", "T1", key=key)

        again = send(replace(request, store_code="S1", terminal_code="T1"), "", "", key=key)

        assert again == replace(first, is_repeat=True)


@pytest.mark.rule("ACC-6")
class TestWhatWasRefused:
    def test_is_taken_under_a_new_key_or_its_own_once_it_is_mended(self, till: Client, shop: Shop) -> None:
        right, key = sale(shop), new_key()
        with pytest.raises(ProblemError):
            till.accrue(replace(right, member_number="9999-9999-9999"), key=key)

        assert not till.accrue(right, key=key).is_repeat

    def test_of_a_batch_of_which_some_was_taken_needs_a_new_key(self, till: Client, shop: Shop) -> None:
        right, key = sale(shop), new_key()
        wrong = replace(right, member_number="9999-9999-9999")
        taken = sale(shop)
        first = till.accrue_batch([taken, wrong], key=key)

        mended = till.accrue_batch([taken, right], key=key)
        again = till.accrue_batch([taken, wrong], key=key)
        _, new = till.accrue_batch([taken, right], key=new_key())

        assert [row.code for row in mended if isinstance(row, Problem)] == ["idempotency_key_reused"] * 2
        assert again[1] == first[1]
        assert isinstance(new, Receipt)


@pytest.mark.rule("ACC-7", "ACC-8")
class TestAChange:
    def test_is_made_by_id_or_by_reference(self, till: Client, shop: Shop) -> None:
        receipt = till.accrue(sale(shop))

        corrected = till.correct(accrual_id=receipt.id, price_yen=2_000, reason="打ち間違い")
        returned = till.reverse(reference=receipt.reference, returned_yen=500)
        reversed_ = till.reverse(accrual_id=receipt.id)

        assert (corrected.points_before, corrected.points_after, corrected.remaining_yen) == (10, 20, 2_000)
        assert (returned.points_after, returned.remaining_yen, returned.receipt_number) == (
            15,
            1_500,
            receipt.receipt_number,
        )
        assert (reversed_.points_after, reversed_.remaining_yen) == (0, 0)
        accrual = till.get_accrual(receipt.id)
        assert [change.kind for change in accrual.changes] == ["corrected", "reversed", "reversed"]
        assert (accrual.changes[0].reason, accrual.changes[0].by) == ("打ち間違い", "merchant")

    def test_may_come_before_its_sale(self, till: Client, shop: Shop) -> None:
        request = sale(shop)

        early = till.reverse(reference=request.reference)

        assert (early.is_awaiting_accrual, early.receipt_number, early.remaining_yen) == (True, None, None)
        assert till.accrue(request).points == 0

    def test_of_fixed_points_is_a_number(self, till: Client, shop: Shop) -> None:
        receipt = till.accrue(replace(sale(shop), price_yen=None, points=77))

        assert till.correct(reference=receipt.reference, points=7).points_after == 7

    def test_of_fixed_points_takes_no_price_even_where_one_was_told(self, till: Client, shop: Shop) -> None:
        receipt = till.accrue(replace(sale(shop), points=77))

        with pytest.raises(ProblemError) as corrected:
            till.correct(reference=receipt.reference, price_yen=2_000)
        with pytest.raises(ProblemError) as returned:
            till.reverse(reference=receipt.reference, returned_yen=100)

        accrual = till.get_accrual(receipt.id)
        assert (accrual.price_yen, accrual.points) == (1_090, 77)
        assert (corrected.value.code, returned.value.code) == ("invalid_sale", "return_exceeds_sale")

    def test_of_nothing_is_refused(self, till: Client) -> None:
        with pytest.raises(ProblemError) as refused:
            till.correct(accrual_id=uuid.uuid4(), price_yen=1)

        assert (refused.value.status, refused.value.code) == (404, "unknown_accrual")


class TestTheService:
    def test_tells_its_time_and_that_it_is_open(self, till: Client) -> None:
        status = till.status()

        assert status.is_open
        assert abs(status.server_time - clock.now()) < dt.timedelta(minutes=5)

    def test_refuses_a_secret_that_nobody_has(self, interface: Interface) -> None:
        with Client(interface.address, "pct_" + "A" * 43) as client, pytest.raises(ProblemError) as refused:
            client.status()

        assert (refused.value.status, refused.value.code) == (401, "key_unknown")
        assert refused.value.title == "端末キーをご利用いただけません"

    @pytest.mark.rule("SUS-1")
    def test_put_off_by_a_suspension_gives_up_at_once_and_says_when_to_come_back(
        self, interface: Interface, shop: Shop
    ) -> None:
        now = clock.now()
        program.suspend(
            activity=Activity.ACCRUAL,
            starts_at=now,
            ends_before=now + dt.timedelta(hours=2),
            text_ja="点検中です。",
            text_en="Under inspection.",
            at=now,
            actor=STAFF,
        )
        try:
            with Client(interface.address, shop.secret, language="en", patience=Patience(total_seconds=60)) as client:
                status = client.status()
                with pytest.raises(UnavailableError) as unavailable:
                    client.accrue(sale(shop))
        finally:
            program.resume(activity=Activity.ACCRUAL, at=clock.now(), actor=STAFF)

        assert (status.is_open, status.text_en) == (False, "Under inspection.")
        assert status.retry_at == now + dt.timedelta(hours=2)
        assert unavailable.value.problem is not None
        assert unavailable.value.problem.detail == "Under inspection."
        assert 6_000 < (unavailable.value.retry_after or 0) <= 7_200
