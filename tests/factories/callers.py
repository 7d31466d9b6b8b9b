"""Members who call, in tests: with what is on file of them, and known to who answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from pointclub.foundation import actors
from pointclub.membership import services as membership
from pointclub.membership.models import Member
from pointclub.membership.rules.identity import IdentityQuestion
from pointclub.people import services as people
from pointclub.people.rules.personal_fields import PersonalField

CLERK = actors.staff("madoguchi")

ON_FILE: Mapping[PersonalField, str] = {
    PersonalField.KANA: "ミホン ハナコ",
    PersonalField.BIRTH_DATE: "1980-04-01",
    PersonalField.POSTAL_CODE: "000-0001",
    PersonalField.ADDRESS: "見本県架空市例示町1丁目1番地",
    PersonalField.FIRST_MAIL: "hanako@example.com",
    PersonalField.MOBILE: "090-0000-0001",
}
RIGHT = {IdentityQuestion.BIRTH_DATE: "1980-04-01", IdentityQuestion.POSTAL_CODE: "000-0001"}


def put_on_file(member: Member, values: Mapping[PersonalField, str] = ON_FILE, *, at: dt.datetime) -> None:
    """Record what is kept of a member."""
    people.record_personal_data(person=member.person, values=values, at=at, actor=CLERK)


def identify(member: Member, *, by: str, at: dt.datetime) -> None:
    """Let a member of staff check that it is this member who calls; what is asked is put on file before."""
    put_on_file(member, at=at)
    outcome = membership.check_identity(member=member, answers=RIGHT, at=at, actor=actors.staff(by))
    assert outcome.is_passed
