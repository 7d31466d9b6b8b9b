"""What tells one request from another is the same, however fast it is worked out."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.earning.rules.receipt import accrual_id, as_printed, randomness_of, receipt_number
from pointclub.earning.rules.requests import AccrualRequest
from pointclub.foundation.fingerprints import fingerprint
from pointclub.foundation.periods import TOKYO

SOLD_AT = st.none() | st.integers(0, 4_000_000_000_000).flatmap(
    lambda milliseconds: st.sampled_from([dt.UTC, TOKYO]).map(
        lambda zone: dt.datetime.fromtimestamp(milliseconds / 1000, zone)
    )
)
REQUESTS = st.builds(
    AccrualRequest,
    merchant_number=st.text(max_size=6),
    reference=st.text(max_size=80),
    member_number=st.text(max_size=14),
    sold_at=SOLD_AT,
    price_yen=st.integers(),
    ineligible_yen=st.integers(),
    tax_yen=st.integers(),
    points=st.none() | st.integers(),
    store_code=st.text(max_size=20),
    terminal_code=st.text(max_size=20),
    is_bill=st.booleans(),
)


@pytest.mark.rule("ACC-6")
class TestTheFingerprintOfARequest:
    @given(REQUESTS)
    def test_is_that_of_all_its_content(self, request_: AccrualRequest) -> None:
        sold_at = request_.sold_at.astimezone(dt.UTC).isoformat() if request_.sold_at else None

        assert request_.fingerprint() == fingerprint(asdict(request_) | {"sold_at": sold_at})

    @given(REQUESTS)
    def test_does_not_depend_on_the_zone_in_which_the_time_is_told(self, request_: AccrualRequest) -> None:
        if request_.sold_at is None:
            return
        elsewhere = replace(request_, sold_at=request_.sold_at.astimezone(dt.timezone(dt.timedelta(hours=-5))))

        assert elsewhere.fingerprint() == request_.fingerprint()


@pytest.mark.rule("ACC-4")
class TestAReceiptNumber:
    @given(st.integers(0, 2**60 - 1), st.uuids())
    def test_and_the_id_of_its_accrual_are_found_by_one_another(self, randomness: int, start: UUID) -> None:
        identifier = accrual_id(start, randomness)

        assert randomness_of(identifier) == randomness
        assert receipt_number("000123", randomness_of(identifier)) == receipt_number("000123", randomness)

    def test_is_made_of_five_bits_a_letter_the_first_bits_first(self) -> None:
        assert receipt_number("000123", 0) == "000123-0000-0000-0000"
        assert receipt_number("000123", 31) == "000123-0000-0000-000Z"
        assert receipt_number("000123", 1 << 55) == "000123-1000-0000-0000"
        assert receipt_number("000123", 2**60 - 1) == "000123-ZZZZ-ZZZZ-ZZZZ"

    def test_typed_with_letters_taken_for_digits_is_read_as_printed(self) -> None:
        assert as_printed("000123oooliooooo01") == "000123-0001-1000-0001"
