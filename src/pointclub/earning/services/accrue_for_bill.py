"""Points that come by themselves with the electricity or gas bill (ACC-10)."""

from __future__ import annotations

import datetime as dt

from pointclub.earning.rules.bill import BillFacts, BillRule, bill_points
from pointclub.earning.rules.requests import Accepted, AccrualRequest, Refused
from pointclub.earning.services.accrue import accrue_batch
from pointclub.earning.services.apply_change import Changed
from pointclub.earning.services.reverse import reverse
from pointclub.foundation.actors import Actor
from pointclub.foundation.periods import start_of_day, tokyo_day
from pointclub.membership import queries as membership
from pointclub.merchants.queries import OPERATOR_NUMBER
from pointclub.program import queries as program


def accrue_for_bill(
    *, member_number: str, facts: BillFacts, at: dt.datetime, actor: Actor
) -> Accepted | Refused | None:
    """Give the points on a final bill, once per contract and bill whoever of the family is linked; None is no points.

    The second time the first answer comes again, even where another of the family is named.
    """
    member = membership.get_member(member_number)
    version = program.get_version(on=facts.billed_on)
    rule = BillRule(
        version.electricity_points_per_1000_yen, version.gas_points_per_1000_yen, version.bill_points_need_viewing
    )
    joined_on = tokyo_day(member.membership.joined_at)
    given = bill_points(facts, rule, joined_on=joined_on)
    if not given:
        return None
    (answer,) = accrue_batch(
        [
            AccrualRequest(
                merchant_number=OPERATOR_NUMBER,
                reference=bill_claim(facts.contract_reference, facts.bill_reference),
                member_number=membership.get_primary_number(member.membership_id),
                sold_at=start_of_day(facts.billed_on),
                price_yen=facts.total_yen,
                points=given,
                is_bill=True,
            )
        ],
        at=at,
        actor=actor,
    )
    return answer


def reverse_for_bill(
    *, contract_reference: str, bill_reference: str, at: dt.datetime, actor: Actor, reason: str
) -> Changed:
    """Take the points back that a bill gave which is now void; void before it came, it gives none."""
    return reverse(
        merchant_number=OPERATOR_NUMBER,
        reference=bill_claim(contract_reference, bill_reference),
        returned_yen=None,
        key="void",
        at=at,
        actor=actor,
        reason=reason,
    )


def bill_claim(contract_reference: str, bill_reference: str) -> str:
    """Return what exists once: a bill of a contract."""
    return f"bill:{contract_reference}:{bill_reference}"
