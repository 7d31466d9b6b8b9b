"""T5: one request, sent many times, counts once, for ever."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread

import pytest
from django.db import connection

from pointclub.earning.rules.requests import Accepted, AccrualRequest, Outcome, Refused
from pointclub.earning.services import accrue_batch
from pointclub.points import services as points
from tests.factories.club import STAFF, Club, jst, redeem, verified

AT = jst("2026-04-01 12:00")


def _request(club: Club) -> AccrualRequest:
    return AccrualRequest(
        merchant_number=club.merchant().number,
        reference="sale-x",
        member_number=club.member().number,
        sold_at=AT,
        price_yen=1_000,
    )


@pytest.mark.rule("ACC-6")
@pytest.mark.django_db
class TestTheSameReference:
    def test_is_answered_with_the_first_answer(self) -> None:
        club = Club()
        request = _request(club)

        first = club.send(request, at=AT)
        second = club.send(request, at=jst("2026-04-01 12:01"))

        assert isinstance(first, Accepted)
        assert isinstance(second, Accepted)
        assert replace(second, is_repeat=False) == first
        assert second.is_repeat

    def test_is_answered_so_after_four_hundred_days_and_in_other_circumstances(self) -> None:
        club = Club()
        request = _request(club)
        first = club.send(request, at=AT)
        club.update(at=jst("2026-04-02 01:00"))

        again = club.send(request, at=jst("2027-05-07 12:00"))

        assert isinstance(again, Accepted)
        assert isinstance(first, Accepted)
        assert again.receipt_number == first.receipt_number
        assert club.update(at=jst("2027-05-08 01:00")) == 0

    def test_without_an_instant_of_its_own_is_the_same_whenever_it_is_sent(self) -> None:
        club = Club()
        request = replace(_request(club), sold_at=None)

        first = club.send(request, at=AT)
        second = club.send(request, at=jst("2026-04-03 12:01"))

        assert isinstance(first, Accepted)
        assert isinstance(second, Accepted)
        assert second.receipt_number == first.receipt_number

    def test_with_other_content_is_refused_and_changes_nothing(self) -> None:
        club = Club()
        request = _request(club)
        club.send(request, at=AT)

        answer = club.send(replace(request, price_yen=2_000), at=AT)

        assert isinstance(answer, Refused)
        assert answer.code == "reference_conflict"
        assert club.update(at=jst("2026-04-02 01:00")) == 10

    def test_within_one_batch_counts_once_too(self) -> None:
        club = Club()
        request = _request(club)

        first, same, other = accrue_batch([request, request, replace(request, price_yen=5)], at=AT, actor=STAFF)

        assert isinstance(first, Accepted)
        assert isinstance(same, Accepted)
        assert isinstance(other, Refused)
        assert same.receipt_number == first.receipt_number
        assert club.update(at=jst("2026-04-02 01:00")) == 10

    def test_after_a_refusal_can_be_sent_again_mended(self) -> None:
        club = Club()
        request = _request(club)

        refused = club.send(replace(request, member_number="000000000000"), at=AT)
        mended = club.send(request, at=AT)

        assert isinstance(refused, Refused)
        assert isinstance(mended, Accepted)

    def test_of_two_merchants_are_two_sales(self) -> None:
        club = Club()
        request = _request(club)

        answers = accrue_batch([request, replace(request, merchant_number=club.merchant().number)], at=AT, actor=STAFF)

        assert all(isinstance(answer, Accepted) for answer in answers)
        assert club.update(at=jst("2026-04-02 01:00")) == 20


@pytest.mark.rule("ACC-6")
def test_fifty_at_once_are_one_accrual_and_fifty_equal_answers(fresh_database: object) -> None:
    club = Club()
    request = _request(club)
    barrier = Barrier(50)
    answers: list[Outcome] = []

    def send() -> None:
        barrier.wait()
        try:
            answers.extend(accrue_batch([request], at=AT, actor=STAFF))
        finally:
            connection.close()

    _run([Thread(target=send) for _ in range(50)])

    accepted = [answer for answer in answers if isinstance(answer, Accepted)]
    assert len(accepted) == 50
    assert len({replace(answer, is_repeat=False) for answer in accepted}) == 1
    assert sum(not answer.is_repeat for answer in accepted) == 1
    assert club.update(at=jst("2026-04-02 01:00")) == 10
    assert verified() == []


@pytest.mark.rule("RED-5")
def test_fifty_redemptions_with_one_key_are_one_order(fresh_database: object) -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-12-31": 1_000}, at=AT)
    barrier = Barrier(50)
    numbers: list[str] = []

    def apply() -> None:
        barrier.wait()
        try:
            numbers.append(redeem(member, 100, at=AT, key="one").number)
        finally:
            connection.close()

    _run([Thread(target=apply) for _ in range(50)])

    assert len(numbers) == 50
    assert len(set(numbers)) == 1
    assert club.balance(member, "2026-04-01").usable == 900


@pytest.mark.rule("RED-5")
@pytest.mark.django_db
def test_a_key_that_comes_again_with_other_lines_is_refused() -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-12-31": 1_000}, at=AT)
    redeem(member, 100, at=AT, key="one")

    with pytest.raises(points.KeyReusedError):
        redeem(member, 200, at=AT, key="one")

    assert club.balance(member, "2026-04-01").usable == 900


@pytest.mark.rule("RED-5")
@pytest.mark.django_db
def test_a_resend_gets_its_answer_even_when_the_points_are_gone() -> None:
    club = Club()
    member = club.member()
    club.open_balance(member, {"2026-12-31": 100}, at=AT)
    first = redeem(member, 100, at=AT, key="one")

    again = redeem(member, 100, at=jst("2027-06-01 12:00"), key="one")

    assert again.number == first.number


def _run(threads: list[Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
