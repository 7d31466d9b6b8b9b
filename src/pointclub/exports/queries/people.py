"""Whose data a list holds."""

from __future__ import annotations

import datetime as dt

from pointclub.exports.models import ExportRequest
from pointclub.membership import queries as membership


def list_people(
    kind: str, joined_from: dt.date, joined_through: dt.date, *, includes_former: bool
) -> list[membership.JoinedMember]:
    """Return whom the list is of; of points, the primary members, whose the accounts are."""
    found = membership.list_joined(first=joined_from, through=joined_through)
    return [
        member
        for member in found
        if (includes_former or member.ended_at is None) and (kind != ExportRequest.Kind.POINTS or member.is_primary)
    ]
