"""Newcomers whose applications screening holds: one for each reason, so that each can be looked at and decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings

from pointclub.foundation import actors
from pointclub.foundation.periods import tokyo_day
from pointclub.jobs.demo_club.desks import actor_at
from pointclub.jobs.demo_club.founding import ACCEPTED
from pointclub.jobs.demo_club.plan import MEI, Plan
from pointclub.membership import queries as membership_queries
from pointclub.membership import services as membership
from pointclub.membership.models import RevocationRequest
from pointclub.membership.rules.registration import ClubPart, Heard, RegistrationForm
from pointclub.people import queries as people
from pointclub.people.models import Person
from pointclub.people.rules.permissions import Role
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.people.rules.widths import wide
from pointclub.revocation import services as revocation
from pointclub.terms import queries as terms

_REGISTRATION = actors.system("registration")
_PASSWORD = "mihonshinki7"  # noqa: S105 -- Made up like everything here.
# Postal code, prefecture, town: one that the lists of Japan Post know, and one that nobody knows.
_KNOWN = ("5300005", "大阪府", "大阪市北区中之島")
_UNKNOWN = ("0000000", "大阪府", "見本市架空町")


@dataclass(frozen=True, slots=True)
class _Applicant:
    """Of whom an application tells; a phone number is shared with whoever has it."""

    family_name: str
    given_name: str
    family_reading: str
    given_reading: str
    birth_date: str = "1990-01-01"
    mobile: str = ""
    place: tuple[str, str, str] = _KNOWN


_FAR_AWAY = _Applicant("架空", "遠方", "カクウ", "エンポウ", place=_UNKNOWN)
_LISTED = _Applicant("何某", "番外", "ナニガシ", "バンガイ")


def apply_to_be_held(plan: Plan, *, at: dt.datetime) -> None:
    """Let four newcomers register, of whom each is held for another reason."""
    mei = membership_queries.get_member(plan.households[MEI].primary.number).person
    former = _revoke(plan, at=at)
    membership.add_exclusion(
        name=_LISTED.family_name + _LISTED.given_name,
        birth_date=None,
        reason="お試し用の登録",
        at=at,
        actor=actor_at(Role.PRIVACY_OFFICER),
    )
    double, back_again = _like(mei), replace(_like(former), mobile="")
    for count, applicant in enumerate((double, back_again, _FAR_AWAY, _LISTED), start=1):
        _register(count, applicant, at=at)


def _revoke(plan: Plan, *, at: dt.datetime) -> Person:
    """Revoke the membership of somebody who has nothing else to show here."""
    member = membership_queries.get_member(plan.staying[-1].primary.number)
    request = membership.request_revocation(
        member=member,
        ground=RevocationRequest.Ground.NO_SUCH_PERSON,
        reason="会報が宛所不明で2回戻った（お問い合わせ受付票 D-104）",
        at=at,
        actor=actor_at(Role.CALL_CENTRE),
    )
    revocation.approve_revocation(request_id=request.id, at=at, actor=actor_at(Role.PRIVACY_OFFICER))
    return member.person


def _register(count: int, applicant: _Applicant, *, at: dt.datetime) -> None:
    postal_code, prefecture, town = applicant.place
    form = RegistrationForm(
        full_name=wide(f"{applicant.family_name} {applicant.given_name}"),
        login_id=f"shinki{count:02d}",
        password=_PASSWORD,
        postal_code=postal_code,
        prefecture=prefecture,
        town=town,
        street=wide(f"999-{count}"),
        mobile=applicant.mobile or f"0900000900{count}",
        first_mail=f"shinki{count}@example.com",
        identity_keyword="みほん",
        heard=frozenset({Heard.NO_ANSWER}),
        documents={each: terms.in_force(each, on=tokyo_day(at)).version for each in ACCEPTED},
        is_not_antisocial=True,
        acts_with_no_antisocial_forces=True,
        language="ja",
        club=ClubPart(
            family_name=applicant.family_name,
            given_name=applicant.given_name,
            family_reading=applicant.family_reading,
            given_reading=applicant.given_reading,
            birth_date=applicant.birth_date,
            sex="f",
        ),
    )
    once = uuid5(NAMESPACE_URL, f"demo:newcomer:{count}")
    membership.register(form=form, once=once, link_to=_link_to_proof, at=at, actor=_REGISTRATION)


def _link_to_proof(token: str) -> str:
    return f"{settings.ENVIRONMENT.public_url}/register/proof/{quote(token)}/"


def _like(person: Person) -> _Applicant:
    """Return somebody of the same name, birth date and phone number, who lives elsewhere."""
    data = people.personal_data_of([person.id])[person.id]
    family_name, given_name = person.name.split()
    family_reading, given_reading = data[PersonalField.KANA].split()
    return _Applicant(
        family_name,
        given_name,
        family_reading,
        given_reading,
        birth_date=data[PersonalField.BIRTH_DATE],
        mobile=data[PersonalField.MOBILE].replace("-", ""),
    )
