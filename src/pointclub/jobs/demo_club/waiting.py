"""What lies on the desks of the made-up club: requests that were decided, and some that wait for somebody."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.exports import services as exports
from pointclub.exports.models import ExportRequest
from pointclub.jobs.demo_club.desks import actor_at
from pointclub.jobs.demo_club.plan import Plan
from pointclub.membership import queries as membership
from pointclub.people.rules.permissions import Role
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.points import services as points

_DAYS_TO_FETCH = 3


def lay_on_desks(plan: Plan, *, at: dt.datetime) -> None:
    """Let the call centre and fulfilment ask, and accounting decide on a part of it."""
    goodwill, repeated, waiting = _accounts(plan)
    caller, accountant = actor_at(Role.CALL_CENTRE), actor_at(Role.ACCOUNTING)

    def ask(account_id: UUID, number: int, reason: str) -> UUID:
        request = points.request_adjustment(
            account_id=account_id, points=number, usable_through=None, reason=reason, at=at, actor=caller
        )
        return request.id

    points.approve_change(
        request_id=ask(goodwill, 300, "お届けの遅れに対するお詫び（お問い合わせ受付票 D-101）"), at=at, actor=accountant
    )
    points.reject_change(
        request_id=ask(repeated, 150, "加算もれのお申し出（お問い合わせ受付票 D-102）"), at=at, actor=accountant
    )
    ask(waiting, 500, "キャンペーン特典の加算もれ（お問い合わせ受付票 D-103）")
    exports.request_export(
        wanted=exports.Wanted(
            kind=ExportRequest.Kind.MEMBERS, columns=frozenset({PersonalField.NAME, PersonalField.ADDRESS})
        ),
        purpose="会報の発送（宛名の作成）",
        kept_days=_DAYS_TO_FETCH,
        at=at,
        actor=actor_at(Role.FULFILMENT),
    )


def _accounts(plan: Plan) -> list[UUID]:
    return [membership.get_member(household.primary.number).membership.account_id for household in plan.staying[:3]]
