"""What is kept of made-up people: addresses where no mail arrives, and numbers that nobody was given."""

from __future__ import annotations

import datetime as dt

from pointclub.jobs.demo_club.names import FAMILY_READINGS, GIVEN_READINGS
from pointclub.jobs.demo_club.plan import Household, PlannedMember
from pointclub.people.rules.personal_fields import PersonalField

_ELDEST = dt.date(1980, 4, 1)


def personal_data(member: PlannedMember, household: Household) -> dict[PersonalField, str]:
    """Return what is recorded of a member: the address and the land line are the household's, the rest their own."""
    count, count_of_primary = _count(member), _count(household.primary)
    family, given = member.name.split()
    return {
        PersonalField.KANA: f"{FAMILY_READINGS[family]} {GIVEN_READINGS[given]}",
        PersonalField.BIRTH_DATE: str(_ELDEST + dt.timedelta(days=(count - 1) * 397 % 9_000)),
        PersonalField.POSTAL_CODE: f"000-{count_of_primary:04d}",
        PersonalField.ADDRESS: f"見本県架空市例示町1丁目{count_of_primary}番地",
        PersonalField.FIRST_MAIL: f"member-{count}@example.com",
        PersonalField.MOBILE: f"090-0000-{count:04d}",
        PersonalField.LAND_LINE: f"06-0000-{count_of_primary:04d}",
    }


def _count(member: PlannedMember) -> int:
    """Return how many members were planned up to this one; the last digit of a number only checks the others."""
    return int(member.number[-6:-1])
