"""The client against the interface itself: every method, and what is told from it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pointclub.foundation import clock
from pointclub.program import services as program
from pointclub.program.queries import Activity
from pointclub_client import AccrualRequest, Client, Patience, Problem, ProblemError, Receipt, UnavailableError, new_key
from tests.factories.club import STAFF
from tests.factories.tills import Shop
from tests.harness.interface import Interface


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
