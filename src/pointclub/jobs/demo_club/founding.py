"""The made-up club's first day: merchants, campaigns, and the members it began with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from pointclub.earning import services as earning
from pointclub.earning.rules.amount import Bonus
from pointclub.foundation import actors
from pointclub.foundation.periods import TOKYO, add_months, last_day_of_month, tokyo_day
from pointclub.jobs import nights
from pointclub.jobs.demo_club.desks import actor_at
from pointclub.jobs.demo_club.personal import personal_data
from pointclub.jobs.demo_club.plan import Household, Plan, PlannedMember
from pointclub.membership import services as membership
from pointclub.membership.models import Member
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from pointclub.people import services as people
from pointclub.people.models import Person
from pointclub.people.rules.permissions import Role
from pointclub.points import services as points
from pointclub.terms import queries as terms
from pointclub.terms import services as terms_services
from pointclub.terms.rules.documents import Document, find_in_force

# What whoever joins the club accepts.
ACCEPTED = (
    Document.PORTAL_TERMS,
    Document.MEMBERSHIP_TERMS,
    Document.POINT_RULES,
    Document.ANTISOCIAL_FORCES_DECLARATION,
)
_ACCOUNTING = actor_at(Role.ACCOUNTING)
_CATALOGUE = actor_at(Role.PROGRAM_MANAGER)


def found_club(plan: Plan, began_on: dt.date, progress: Callable[[str, int, int], None]) -> None:
    """Set up everything that was there on the first day, and record its night so that the next day can follow."""
    at = dt.datetime.combine(began_on, dt.time(9), tzinfo=TOKYO)
    shops = [_open_shop(plan, index, began_on, at) for index in range(len(plan.shops))]
    _announce_campaigns(plan, shops, began_on, at)
    founders = [household for household in plan.households if household.joined <= 0]
    nights.run_night(began_on)
    for count, household in enumerate(founders, start=1):
        primary = join(household, at + dt.timedelta(days=household.joined))
        _bring_over(household, primary, began_on, at)
        progress("Members", count, len(founders))


def join(household: Household, at: dt.datetime) -> Member:
    """Admit the household; family members come in with the primary."""
    actor = actor_at(Role.CALL_CENTRE)
    person = record(household.primary, household, at=at)
    accept_documents(person, at=at)
    primary = membership.admit(person=person, at=at, actor=actor, number=household.primary.number)
    for planned in household.family:
        person = record(planned, household, at=at)
        membership.admit_family_member(primary=primary, person=person, at=at, actor=actor, number=planned.number)
    return primary


def record(planned: PlannedMember, household: Household, *, at: dt.datetime) -> Person:
    """Record a made-up person with all that is kept of them."""
    actor = actor_at(Role.CALL_CENTRE)
    person = people.record_person(name=planned.name, at=at, actor=actor)
    people.record_personal_data(person=person, values=personal_data(planned, household), at=at, actor=actor)
    return person


def accept_documents(person: Person, *, at: dt.datetime) -> None:
    """Accept what whoever registers accepts, as far as it existed on that day."""
    on = tokyo_day(at)
    in_force = [find_in_force(terms.versions_of(document), on=on) for document in ACCEPTED]
    shown = {version.document: version.version for version in in_force if version is not None}
    actor = actors.system("registration")
    terms_services.accept_documents(person=person, shown=shown, language="ja", how="registration", at=at, actor=actor)


def _bring_over(household: Household, primary: Member, began_on: dt.date, at: dt.datetime) -> None:
    lots = [(last_day_of_month(add_months(began_on, months)), number) for months, number in household.opening]
    if lots:
        points.open_balance(
            account_id=primary.membership.account_id,
            lots=lots,
            key="opening",
            fingerprint=b"opening",
            at=at,
            actor=_ACCOUNTING,
        )


def _open_shop(plan: Plan, index: int, began_on: dt.date, at: dt.datetime) -> Merchant:
    shop = plan.shops[index]
    desk = actor_at(Role.MERCHANT_DESK)
    merchant = merchants.admit_merchant(number=shop.number, name=shop.name, admitted_on=began_on, at=at, actor=desk)
    merchants.open_store(merchant=merchant, code="001", name="本店", at=at, actor=desk)
    earning.add_earning_rule(merchant=merchant, effective_from=began_on, amount=shop.rule, at=at, actor=_CATALOGUE)
    return merchant


def _announce_campaigns(plan: Plan, shops: list[Merchant], began_on: dt.date, at: dt.datetime) -> None:
    def days(first: float, last: float, usable: float | None = None) -> earning.CampaignDays:
        """Turn shares of the club's life into days, and a last day of its own into a month end."""
        on = [began_on + dt.timedelta(days=int(share * plan.days)) for share in (first, last)]
        own = None if usable is None else last_day_of_month(began_on + dt.timedelta(days=int(usable * plan.days)))
        return earning.CampaignDays(on[0], on[1], own)

    double, half_more = Bonus(Decimal(2), None, 0), Bonus(Decimal("1.5"), None, 1_000)
    announced = (
        ("welcome", "開店記念 ポイント2倍", None, days(0.05, 0.12), double, earning.Caps(cap_per_month=300)),
        ("bakery", "パンの日 50ポイント", shops[0], days(0.2, 0.4, 0.55), Bonus(None, 50, 1_000), earning.Caps()),
        ("books", "読書週間 5倍", shops[1], days(0.3, 0.45), Bonus(Decimal(5), None, 0), earning.Caps(500, 800)),
        ("summer", "夏のおすすめ", None, days(0.6, 0.7, 0.8), half_more, earning.Caps(cap_per_member=1_000)),
        ("coffee", "珈琲 3倍", shops[2], days(0.9, 1.2), Bonus(Decimal(3), None, 500), earning.Caps(cap_per_day=100)),
    )
    for code, name, merchant, sold, bonus, caps in announced:
        earning.add_campaign(
            code=code, name=name, merchant=merchant, days=sold, bonus=bonus, caps=caps, at=at, actor=_CATALOGUE
        )
