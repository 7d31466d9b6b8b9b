"""Registering: one act that makes a person, a sign-in and, unless something holds it, a membership (REG-4, MEM-1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from pointclub.audit import services as audit
from pointclub.energy import services as energy
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.membership.models import Registration
from pointclub.membership.queries import find_registration, screen
from pointclub.membership.rules import registration as rules
from pointclub.membership.rules.registration import RegistrationForm
from pointclub.membership.services.memberships import admit
from pointclub.notices import services as notices
from pointclub.notices.rules.kinds import Kind
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, Person, User
from pointclub.people.personal_data import blind_index
from pointclub.people.rules import address_proofs
from pointclub.terms import services as terms

# What a proof of acceptance, consent or sending says of the occasion.
HOW = "registration"


class RegistrationChangedError(Refusal):
    """The form was sent off before, and says something else now; what was sent first stands."""

    code = "registration_changed"


class DeclarationNeededError(Refusal):
    """Both statements about anti-social forces are confirmed, or nobody is registered (TRM-5)."""

    code = "declaration_needed"


class AcceptanceNeededError(Refusal):
    """A document that applies was not accepted."""

    code = "acceptance_needed"


class AnswerNeededError(Refusal):
    """The question has one answer at least, and no answer beside *no answer*."""

    code = "answer_needed"


class InvalidFormError(Refusal):
    """A value is not what the function of its field returns; which ones is said, the values are not."""

    code = "invalid_form"


class PhoneNeededError(Refusal):
    """There is one phone number at least."""

    code = "phone_needed"


@dataclass(frozen=True, slots=True)
class Registered:
    """What a registration led to; ``is_new`` is false where the same form was sent off before."""

    registration_id: UUID
    user_id: UUID
    state: Registration.State
    member_number: str | None
    is_new: bool


@act
def register(
    *, form: RegistrationForm, once: UUID, link_to: Callable[[str], str], at: dt.datetime, actor: Actor
) -> Registered:
    """Register somebody, once for the token: sent again, also at the same time, it answers what it answered first.

    ``link_to`` makes the address of a page out of what proves an e-mail address. An application that screening holds
    leaves an account that can sign in, without a membership until staff decide; the applicant is told that, and never
    why. Two forms with the same token are the same whatever password or keyword they carry, of which no digest is kept.

    Raises:
        RegistrationChangedError: another form was sent off under the token.
        DeclarationNeededError, AcceptanceNeededError, AnswerNeededError, PhoneNeededError: the form lacks something.
        InvalidFormError: a value was not converted, or cannot be.
        LoginIdTakenError, UnfitPasswordError: somebody has the login ID, or nobody may have the password with it.
        DocumentSupersededError: a document changed since it was shown.
        ContractLinkedError: somebody else has registered the contract.
    """
    _refuse_incomplete(form, at=at)
    _wait_for_others(form, once)
    digest = blind_index(repr(rules.said_in(form)), of="registration")
    found = find_registration(token=once)
    if found is not None:
        return _answered_before(found, digest)
    person = people.record_person(name=form.full_name, at=at, actor=actor)
    user = people.register_user(
        person=person,
        login_id=form.login_id,
        password=form.password,
        language=User.Language(form.language),
        at=at,
        actor=actor,
    )
    _keep_what_was_said(form, person, at=at, actor=actor)
    registration = _decide(form, user, Registration(token=once, digest=digest, registered_at=at), at=at, actor=actor)
    _tell(registration, link_to, at=at, actor=actor)
    return _answer(registration, is_new=True)


def _refuse_incomplete(form: RegistrationForm, *, at: dt.datetime) -> None:
    if not rules.is_declared(form):
        message = "Please confirm both statements about anti-social forces."
        raise DeclarationNeededError(message)
    missing = rules.missing_documents(form)
    if missing:
        message = "Please read and accept the documents that apply."
        raise AcceptanceNeededError(message, documents=[str(document) for document in missing])
    if not rules.is_answered(form.heard):
        message = "Please answer the question, or choose not to answer it."
        raise AnswerNeededError(message)
    if not form.land_line and not form.mobile:
        message = "Please enter a phone number."
        raise PhoneNeededError(message)
    misfits = rules.misfits(form, on=tokyo_day(at))
    if misfits:
        message = "Please check the form; some of it cannot be taken as it is."
        raise InvalidFormError(message, fields=misfits)


def _wait_for_others(form: RegistrationForm, once: UUID) -> None:
    """Let forms with the same token, name, e-mail address or number come one by one, in an order that forms no ring.

    Else two forms of one person, sent at once, would each find nobody alike.
    """
    shared = {str(once), form.full_name, form.first_mail, form.second_mail, form.land_line, form.mobile} - {""}
    names = {int.from_bytes(blind_index(each, of="registering")[:8], signed=True) for each in shared}
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name])


def _keep_what_was_said(form: RegistrationForm, person: Person, *, at: dt.datetime, actor: Actor) -> None:
    people.record_personal_data(person=person, values=rules.details_of(form), at=at, actor=actor)
    people.set_identity_keyword(person=person, keyword=form.identity_keyword, at=at, actor=actor)
    terms.accept_documents(person=person, shown=form.documents, language=form.language, how=HOW, at=at, actor=actor)
    kept = {address.kind for address in people_queries.list_mail_addresses(person.id)}
    wanted = [ContactAddress.Kind(kind) for kind in sorted(form.advertising) if kind in kept]
    notices.agree_to_advertising(person_id=person.id, kinds=wanted, how=HOW, at=at, actor=actor)
    if form.contract_id is not None:
        energy.link_contract(contract_id=form.contract_id, person=person, at=at, actor=actor)


def _decide(
    form: RegistrationForm, user: User, registration: Registration, *, at: dt.datetime, actor: Actor
) -> Registration:
    """Admit the applicant, hold the application, or leave it at the portal; keep which it was."""
    screened = screen(user.person_id)
    registration.user = user
    registration.door = Registration.Door.OPEN if form.contract_id is None else Registration.Door.CONTRACT
    registration.wants_club = form.club is not None
    registration.heard = sorted(str(answer) for answer in form.heard)
    registration.reasons = [str(reason) for reason in screened.reasons]
    registration.suspects = [str(other) for other in screened.suspects]
    registration.state = Registration.State.PORTAL_ONLY
    if screened.reasons:
        registration.state = Registration.State.HELD
    elif registration.wants_club:
        registration.member = admit(person=user.person, at=at, actor=actor)
        registration.state = Registration.State.ADMITTED
    registration.save(force_insert=True)
    audit.record_act(
        act="membership.register",
        actor=actor,
        subject=audit.Subject("person", user.person_id),
        at=at,
        details={
            "registration": str(registration.id),
            "door": str(registration.door),
            "state": str(registration.state),
            "reasons": registration.reasons,
        },
    )
    return registration


def _tell(registration: Registration, link_to: Callable[[str], str], *, at: dt.datetime, actor: Actor) -> None:
    """Send each address the link that proves it; that the application is looked at goes where nothing is proved yet.

    Of all else the applicant reads on the pages, since an address may be somebody else's until it is proved.
    """
    person_id, minutes = registration.user.person_id, int(address_proofs.VALID_FOR.total_seconds()) // 60
    addresses = people_queries.list_mail_addresses(person_id)
    for address in addresses:
        token = people.issue_address_proof(address_id=address.id, at=at)
        notices.tell(
            person_id=person_id,
            kind=Kind.PROVE_ADDRESS,
            values={"link": link_to(token), "valid_minutes": minutes},
            once=f"prove:{address.id}:{at.isoformat()}",
            at=at,
            actor=actor,
            addresses=[address.id],
        )
    told: list[tuple[Kind, list[UUID] | None]] = [(Kind.REGISTERED, None)]
    if registration.state == Registration.State.HELD:
        told.append((Kind.APPLICATION_HELD, [address.id for address in addresses if address.kind == "first_mail"]))
    for kind, to in told:
        notices.tell(
            person_id=person_id,
            kind=kind,
            values={},
            once=f"{kind}:{registration.id}",
            at=at,
            actor=actor,
            addresses=to,
        )


def _answered_before(found: Registration, digest: bytes) -> Registered:
    if bytes(found.digest) != digest:
        message = "This form was sent off before with something else in it. What was sent first is registered."
        raise RegistrationChangedError(message)
    return _answer(found, is_new=False)


def _answer(registration: Registration, *, is_new: bool) -> Registered:
    return Registered(
        registration_id=registration.id,
        user_id=registration.user_id,
        state=Registration.State(registration.state),
        member_number=None if registration.member is None else registration.member.number,
        is_new=is_new,
    )
