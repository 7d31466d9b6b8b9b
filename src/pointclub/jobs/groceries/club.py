"""The club that the baskets are imported into: a merchant with its stores, and a member for each household."""

import datetime as dt
from collections.abc import Sequence

from pointclub.earning import services as earning
from pointclub.earning.rules.amount import PointsPerUnit
from pointclub.foundation import actors
from pointclub.foundation.acts import act
from pointclub.foundation.periods import start_of_day
from pointclub.jobs.groceries.baskets import Basket, member_number
from pointclub.membership import services as membership
from pointclub.merchants import services as merchants
from pointclub.people import services as people
from pointclub.people.rules.permissions import Role
from pointclub.program import queries as program_queries
from pointclub.program import services as program

ONE_PER_100_YEN = PointsPerUnit(unit_yen=100, points_per_unit=1)
_ACTOR = actors.system("groceries")
_SECOND = actors.system("groceries-approval")


@act
def set_up_club(baskets: Sequence[Basket], *, merchant_number: str) -> int:
    """Make everybody whom the files name, as of the day before their first purchase; return the number of members."""
    opened_on = baskets[0].bought_at.date() - dt.timedelta(days=1)
    opened_at = start_of_day(opened_on)
    merchant = merchants.admit_merchant(
        number=merchant_number, name="食料品店", admitted_on=opened_on, at=opened_at, actor=_ACTOR
    )
    earning.add_earning_rule(
        merchant=merchant, effective_from=opened_on, amount=ONE_PER_100_YEN, at=opened_at, actor=_ACTOR
    )
    for store in sorted({basket.store for basket in baskets}):
        merchants.open_store(merchant=merchant, code=str(store), name=f"{store}号店", at=opened_at, actor=_ACTOR)
    first: dict[int, dt.date] = {}
    for basket in baskets:
        first.setdefault(basket.household, basket.bought_at.date())
    for household, bought_on in first.items():
        joined_at = start_of_day(bought_on - dt.timedelta(days=1))
        person = people.record_person(name=f"世帯 {household}", at=joined_at, actor=_ACTOR)
        membership.admit(person=person, at=joined_at, actor=_ACTOR, number=member_number(household))
    return len(first)


def set_up_staff(login_id: str, *, first_day: dt.date) -> None:
    """Make the member of staff in whose name files are imported."""
    people.add_staff(
        name="係 員",
        login_id=login_id,
        password=None,
        roles=[Role.MERCHANT_DESK],
        at=start_of_day(first_day),
        actor=None,
    )


def set_validity(*, months: int, first_day: dt.date) -> None:
    """Let the points live so long from that day on, by a program version unless they do already."""
    if program_queries.get_version(on=first_day).validity_months == months:
        return
    figures = program.ProgramFigures(validity_months=months, special_expiry_allowed=True, bill_payment_allowed=True)
    at = start_of_day(first_day - dt.timedelta(days=1))
    request = program.request_version(
        code=f"{months}-months",
        effective_from=first_day,
        figures=figures,
        reason="a year is lived under each of two validities",
        at=at,
        actor=_ACTOR,
    )
    program.approve_version(request_id=request.id, at=at, actor=_SECOND)
