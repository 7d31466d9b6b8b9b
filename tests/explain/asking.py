"""Explanations asked for and read shortly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from pointclub.earning.rules.requests import Accepted
from pointclub.explain import queries as explain
from pointclub.membership.models import Member
from pointclub.rewards.models import RedemptionOrder


def account(member: Member) -> UUID:
    return member.membership.account_id


def receipt(member: Member, sale: Accepted, *, on: str) -> explain.AccrualExplained:
    return explain.explain_accrual(account(member), sale.receipt_number, on=dt.date.fromisoformat(on))


def line(member: Member, order: RedemptionOrder, position: int = 1, *, on: str) -> explain.LineExplained:
    return explain.explain_line(account(member), order.number, position, on=dt.date.fromisoformat(on))


def balance(member: Member, *, on: str) -> explain.BalanceExplained:
    return explain.explain_balance(account(member), on=dt.date.fromisoformat(on))


def went(told: explain.AccrualExplained) -> list[tuple[int, str]]:
    """Return how many points went where, in the order told."""
    return [(part.points, part.fate.value) for part in told.parts]


def taken(told: explain.AccrualExplained) -> list[tuple[int, str]]:
    return [(taking.points, taking.kind.value) for taking in told.takings]


def came_from(origins: Iterable[explain.Origin]) -> list[tuple[int, str]]:
    """Return how many points came from which receipt, or from what else."""
    return [
        (origin.points, origin.story.receipt.receipt_number if origin.story.receipt else origin.story.kind.value)
        for origin in origins
    ]


def last_days(part: explain.Destination | explain.Origin) -> list[str]:
    """Return through which days the points could be used, one lot after another."""
    return [str(stop.usable_through) for stop in part.stops]
