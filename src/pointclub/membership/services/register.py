"""Registering: one act that makes a person, a sign-in and, unless something holds it, a membership (REG-4, MEM-1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from pointclub.energy import services as energy
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.membership.models import Registration
from pointclub.membership.rules import registration as rules
from pointclub.membership.rules.registration import RegistrationForm
from pointclub.membership.services.applying import (
    Registered,
    answer,
    decide,
    digest_of,
    find_answer,
    refuse_unfit,
    wait_for_others,
)
from pointclub.notices import services as notices
from pointclub.notices.rules.kinds import Kind
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, Person, User
from pointclub.people.rules import address_proofs
from pointclub.terms import services as terms

# What a proof of acceptance, consent or sending says of the occasion.
HOW = "registration"


class AnswerNeededError(Refusal):
    """The question has one answer at least, and no answer beside *no answer*."""

    code = "answer_needed"


class PhoneNeededError(Refusal):
    """There is one phone number at least."""

    code = "phone_needed"


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
        OldPointsMovedError: the old membership's points went to somebody else since its password was shown.
        ContractLinkedError: somebody else has registered the contract.
    """
    _refuse_incomplete(form)
    refuse_unfit(form, at=at)
    wait_for_others(
        [str(once), form.full_name, form.first_mail, form.second_mail, form.land_line, form.mobile],
    )
    digest = digest_of(form)
    if (before := find_answer(once, digest)) is not None:
        return before
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
    registration = Registration(
        token=once,
        digest=digest,
        user=user,
        door=Registration.Door.OPEN if form.contract_id is None else Registration.Door.CONTRACT,
        wants_club=form.club is not None,
        heard=sorted(str(each) for each in form.heard),
        old_member_id=None if form.club is None else form.old_member_id,
        registered_at=at,
    )
    decide(registration, act="membership.register", at=at, actor=actor)
    _tell(registration, link_to, at=at, actor=actor)
    return answer(registration, is_new=True)


def _refuse_incomplete(form: RegistrationForm) -> None:
    if not rules.is_answered(form.heard):
        message = "Please answer the question, or choose not to answer it."
        raise AnswerNeededError(message)
    if not form.land_line and not form.mobile:
        message = "Please enter a phone number."
        raise PhoneNeededError(message)


def _keep_what_was_said(form: RegistrationForm, person: Person, *, at: dt.datetime, actor: Actor) -> None:
    people.record_personal_data(person=person, values=rules.details_of(form), at=at, actor=actor)
    people.set_identity_keyword(person=person, keyword=form.identity_keyword, at=at, actor=actor)
    terms.accept_documents(person=person, shown=form.documents, language=form.language, how=HOW, at=at, actor=actor)
    kept = {address.kind for address in people_queries.list_mail_addresses(person.id)}
    wanted = [ContactAddress.Kind(kind) for kind in sorted(form.advertising) if kind in kept]
    notices.agree_to_advertising(person_id=person.id, kinds=wanted, how=HOW, at=at, actor=actor)
    if form.contract_id is not None:
        energy.link_contract(contract_id=form.contract_id, person=person, at=at, actor=actor)


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
