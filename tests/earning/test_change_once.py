"""Corrections and reversals under Idempotency-Keys, by id and by reference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from pointclub.earning import services as earning
from pointclub.earning.models import AccrualChange
from pointclub.earning.rules.requests import Accepted, AccrualRequest, Correction, NewPrice, Reversal
from pointclub.foundation import actors
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from tests.factories.club import STAFF, Club, jst, verified
from tests.factories.tills import issue_key

pytestmark = pytest.mark.django_db

AT = jst("2026-04-01 12:00")


@pytest.fixture
def club() -> Club:
    return Club()


@pytest.fixture
def shop(club: Club) -> Merchant:
    return club.merchant()


@pytest.fixture
def sold(club: Club, shop: Merchant) -> Accepted:
    """Sell for 1,000 yen in the store S1: 10 points."""
    number = club.member().number
    sent = AccrualRequest(shop.number, club.reference(), number, AT, price_yen=1_000, store_code="S1")
    answer = club.send(sent, at=AT)
    assert isinstance(answer, Accepted)
    return answer


def undo(shop: Merchant, key: str, reversal: Reversal) -> earning.Changed:
    return earning.reverse_once(reversal, key=key, at=AT, actor=actors.merchant(shop.number))


def put_right(shop: Merchant, key: str, correction: Correction) -> earning.Changed:
    return earning.correct_once(correction, key=key, at=AT, actor=actors.merchant(shop.number))


@pytest.mark.rule("ACC-8")
class TestAReversal:
    def test_finds_its_sale_by_id_as_by_reference(self, shop: Merchant, sold: Accepted) -> None:
        by_id = Reversal(merchant_number=shop.number, accrual_id=sold.accrual_id, returned_yen=300)
        by_reference = Reversal(merchant_number=shop.number, reference=sold.reference, returned_yen=200)

        assert undo(shop, "r1", by_id).points_after == 7
        assert undo(shop, "r2", by_reference).points_after == 5
        assert verified() == []

    def test_sent_again_under_its_key_is_done_once(self, shop: Merchant, sold: Accepted) -> None:
        part = Reversal(merchant_number=shop.number, reference=sold.reference, returned_yen=300)

        first, again = undo(shop, "r1", part), undo(shop, "r1", part)

        assert again == replace(first, is_repeat=True)
        assert AccrualChange.objects.count() == 1

    def test_under_the_key_of_another_is_refused(self, shop: Merchant, sold: Accepted) -> None:
        undo(shop, "r1", Reversal(merchant_number=shop.number, reference=sold.reference, returned_yen=300))

        with pytest.raises(earning.RequestKeyReusedError):
            undo(shop, "r1", Reversal(merchant_number=shop.number, reference=sold.reference, returned_yen=301))

        assert AccrualChange.objects.count() == 1

    def test_waits_for_a_sale_whose_reference_is_still_to_come(self, shop: Merchant) -> None:
        early = Reversal(merchant_number=shop.number, reference="to-come")

        assert undo(shop, "r1", early).receipt_number is None
        assert undo(shop, "r1", early).is_repeat

    def test_by_an_id_that_names_nothing_is_refused(self, shop: Merchant) -> None:
        with pytest.raises(earning.UnknownAccrualError):
            undo(shop, "r1", Reversal(merchant_number=shop.number, accrual_id=UUID(int=7)))


@pytest.mark.rule("ACC-7")
class TestACorrection:
    def test_is_done_once_under_its_key(self, shop: Merchant, sold: Accepted) -> None:
        right = Correction(merchant_number=shop.number, accrual_id=sold.accrual_id, price=NewPrice(500))

        first, again = put_right(shop, "c1", right), put_right(shop, "c1", right)

        assert (first.points_before, first.points_after) == (10, 5)
        assert again == replace(first, is_repeat=True)

    def test_under_the_key_of_a_reversal_is_refused(self, shop: Merchant, sold: Accepted) -> None:
        undo(shop, "k", Reversal(merchant_number=shop.number, reference=sold.reference, returned_yen=300))

        with pytest.raises(earning.RequestKeyReusedError):
            put_right(shop, "k", Correction(merchant_number=shop.number, reference=sold.reference, price=NewPrice(5)))

    def test_of_an_unknown_reference_is_refused_and_leaves_its_key_free(self, shop: Merchant, sold: Accepted) -> None:
        with pytest.raises(earning.UnknownAccrualError):
            put_right(shop, "c1", Correction(merchant_number=shop.number, reference="nothing", price=NewPrice(5)))

        right = Correction(merchant_number=shop.number, reference=sold.reference, price=NewPrice(500))
        assert put_right(shop, "c1", right).points_after == 5


class TestATerminalKey:
    def test_that_opens_no_longer_is_refused_even_where_the_change_came_before(
        self, club: Club, shop: Merchant, sold: Accepted
    ) -> None:
        key = issue_key(club, shop).key
        part = Reversal(merchant_number=shop.number, reference=sold.reference, returned_yen=300)
        right = Correction(merchant_number=shop.number, reference=sold.reference, price=NewPrice(500))
        facts: dict[str, Any] = {"at": AT, "actor": actors.merchant(shop.number), "opened_by": bytes(key.digest)}
        assert earning.reverse_once(part, key="r1", **facts).points_after == 7
        merchants.revoke_key(key_id=key.id, at=AT, actor=STAFF)

        with pytest.raises(earning.TerminalKeyClosedError):
            earning.reverse_once(part, key="r1", **facts)
        with pytest.raises(earning.TerminalKeyClosedError):
            earning.correct_once(right, key="c1", **facts)
        assert AccrualChange.objects.count() == 1

    def test_of_another_merchant_opens_nothing(self, club: Club, shop: Merchant, sold: Accepted) -> None:
        digest = bytes(issue_key(club, club.merchant()).key.digest)
        whole = Reversal(merchant_number=shop.number, reference=sold.reference)

        with pytest.raises(earning.TerminalKeyClosedError):
            earning.reverse_once(whole, key="r1", at=AT, actor=actors.merchant(shop.number), opened_by=digest)

    def test_is_no_part_of_the_request_which_may_come_again_through_another(
        self, club: Club, shop: Merchant, sold: Accepted
    ) -> None:
        part = Reversal(merchant_number=shop.number, reference=sold.reference, returned_yen=300)
        first, again = (
            earning.reverse_once(
                part,
                key="r1",
                at=AT,
                actor=actors.merchant(shop.number),
                opened_by=bytes(issue_key(club, shop).key.digest),
            )
            for _ in range(2)
        )

        assert again == replace(first, is_repeat=True)


@pytest.mark.rule("ACC-9")
class TestAnothers:
    def test_sale_is_not_found_by_another_merchant(self, club: Club, sold: Accepted) -> None:
        other = club.merchant()

        with pytest.raises(earning.UnknownAccrualError):
            undo(other, "r1", Reversal(merchant_number=other.number, accrual_id=sold.accrual_id))

    def test_sale_is_not_found_from_another_store(self, shop: Merchant, sold: Accepted) -> None:
        elsewhere = Reversal(merchant_number=shop.number, reference=sold.reference, store_code="S2")
        here = replace(elsewhere, store_code="S1")

        with pytest.raises(earning.UnknownAccrualError):
            undo(shop, "r1", elsewhere)
        assert undo(shop, "r2", here).points_after == 0

    @pytest.mark.parametrize(("store_code", "points"), [("S1", 0), ("S2", 10)])
    def test_sale_is_not_reached_by_a_stores_reversal_that_comes_before_it(
        self, club: Club, shop: Merchant, store_code: str, points: int
    ) -> None:
        undo(shop, "r1", Reversal(merchant_number=shop.number, reference="to-come", store_code="S1"))

        number = club.member().number
        sent = AccrualRequest(shop.number, "to-come", number, AT, price_yen=1_000, store_code=store_code)
        answer = club.send(sent, at=AT)

        assert isinstance(answer, Accepted)
        assert answer.points == points
        assert AccrualChange.objects.count() == (not points)
        assert verified() == []

    def test_sale_is_not_reached_by_a_stores_reversal_that_finds_it_only_at_the_last_moment(
        self, shop: Merchant, sold: Accepted
    ) -> None:
        with pytest.raises(earning.UnknownAccrualError):
            earning.reverse(
                merchant_number=shop.number,
                reference=sold.reference,
                returned_yen=None,
                key="r1",
                at=AT,
                actor=actors.merchant(shop.number),
                store_code="S2",
            )
