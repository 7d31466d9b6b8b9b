"""Memberships and accounts belong together, one to one, and end together."""

from __future__ import annotations

import pytest

from pointclub.membership import queries
from pointclub.membership.models import Membership
from tests.factories.club import Club, jst

pytestmark = pytest.mark.django_db


def test_a_membership_and_its_account_agree() -> None:
    Club().member()

    assert queries.verify_memberships() == []


@pytest.mark.rule("END-5")
def test_an_account_that_goes_on_after_its_membership_is_found() -> None:
    member = Club().member()
    Membership.objects.update(ended_at=jst("2026-04-01 12:00"), end_reason="withdrawn")

    (difference,) = queries.verify_memberships()

    assert difference.account_id == member.membership.account_id


def test_a_membership_whose_account_is_not_there_is_found() -> None:
    member = Club().member()
    Membership.objects.filter(id=member.membership_id).update(account_id=member.id)

    (difference,) = queries.verify_memberships()

    assert "has no account" in difference.what
