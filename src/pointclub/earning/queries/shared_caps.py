"""Which bonuses were cut by caps that sales at other merchants use up as well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from uuid import UUID

from pointclub.earning.models import AccrualPart, Campaign
from pointclub.earning.rules.amount import RUNNING_CAPS


def find_telling_of_others(parts: Iterable[AccrualPart], received_at: Mapping[UUID, dt.datetime]) -> set[UUID]:
    """Return the ids of the parts that tell their merchant of others; ``received_at`` is by accrual.

    Only what was known of a campaign when the sale arrived counts, so that an answer given again is the same.
    """
    cut = [part for part in parts if part.cap in RUNNING_CAPS]
    if not cut:
        return set()
    versions = Campaign.objects.filter(code__in={part.campaign_code for part in cut})
    known = list(versions.values_list("code", "merchant_id", "recorded_at"))
    return {
        part.id
        for part in cut
        for code, merchant_id, recorded_at in known
        if code == part.campaign_code
        and merchant_id != part.merchant_id
        and recorded_at <= received_at[part.accrual_id]
    }
