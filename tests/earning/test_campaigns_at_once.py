"""Campaigns that several people record at the same moment."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial

import pytest

from pointclub.earning import services as earning
from pointclub.earning.models import Campaign
from pointclub.earning.rules.amount import Bonus
from tests.factories.club import STAFF, jst
from tests.people.test_at_once import at_once

pytestmark = [pytest.mark.usefixtures("fresh_database"), pytest.mark.rule("ACC-3")]

MANY = 6


def test_each_is_a_version_or_refused_and_none_is_lost_unseen() -> None:
    record = partial(
        earning.add_campaign,
        code="spring",
        name="春の2倍",
        merchant=None,
        days=earning.CampaignDays(dt.date(2026, 4, 1), dt.date(2026, 4, 30)),
        bonus=Bonus(multiplier=Decimal(2), fixed_points=None, minimum_yen=0),
        caps=earning.Caps(),
        at=jst("2026-03-01 09:00"),
        actor=STAFF,
    )

    refused = at_once([record] * MANY)

    versions = list(Campaign.objects.order_by("version").values_list("version", flat=True))
    assert set(refused) <= {"recorded_meanwhile"}
    assert versions == list(range(1, MANY - len(refused) + 1))
