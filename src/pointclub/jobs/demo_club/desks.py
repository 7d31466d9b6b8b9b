"""The made-up club's staff: one person for each role, so that one can see what each may do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pointclub.foundation import actors
from pointclub.people import authenticator
from pointclub.people import services as people
from pointclub.people.rules.permissions import Role


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody at a desk, who signs in so."""

    name: str
    login_id: str
    password: str
    role: Role


ADMINISTRATOR = Desk("担当 八雲", "yakumo", "tanto-yakumo-8", Role.ADMINISTRATOR)
DESKS = (
    Desk("担当 一郎", "tanto", "tanto-ichiro-1", Role.CALL_CENTRE),
    Desk("担当 二葉", "futaba", "tanto-futaba-2", Role.ACCOUNTING),
    Desk("担当 三郎", "saburo", "tanto-saburo-3", Role.MERCHANT_DESK),
    Desk("担当 四季", "shiki", "tanto-shiki-44", Role.FULFILMENT),
    Desk("担当 五月", "satsuki", "tanto-satsuki-5", Role.PROGRAM_MANAGER),
    Desk("担当 六花", "rikka", "tanto-rikka-66", Role.PRIVACY_OFFICER),
    Desk("担当 七海", "nanami", "tanto-nanami-7", Role.AUDITOR),
    ADMINISTRATOR,
)


# The same for all desks: who looks at the demo adds one account to their authenticator app, or copies a code.
SECRET = "POINTCLUBDEMOPOINTCLUBDEMOPOINTC"  # noqa: S105 -- Made up like everything here, and printed by the demo.


def actor_at(role: Role) -> actors.Actor:
    """Return who sits at that desk, as the books name them."""
    return next(actors.staff(desk.login_id) for desk in DESKS if desk.role is role)


def hire(*, at: dt.datetime) -> None:
    """Record everybody with their second factor: the administrator first, who records the others."""
    for desk in (ADMINISTRATOR, *(desk for desk in DESKS if desk is not ADMINISTRATOR)):
        user = people.add_staff(
            name=desk.name,
            login_id=desk.login_id,
            password=desk.password,
            roles=[desk.role],
            at=at,
            actor=None if desk is ADMINISTRATOR else actors.staff(ADMINISTRATOR.login_id),
        )
        # By a code of half a minute ago, so that the present one still counts at the first sign-in.
        earlier = authenticator.code_for(SECRET, steps_ahead=-1)
        people.set_up_second_factor(user=user, secret=SECRET, code=earlier, at=at)
