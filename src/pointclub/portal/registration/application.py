"""What the form says, as the business takes it."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import get_language

from pointclub.membership.rules.registration import ClubPart, EnrolmentForm, Heard, RegistrationForm
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.portal.registration.club_fields import ClubFields
from pointclub.portal.registration.details_fields import FIRST, SECOND
from pointclub.portal.registration.details_form import DetailsForm
from pointclub.portal.registration.documents import accepted, accepted_to_join
from pointclub.portal.registration.drafts import Draft
from pointclub.portal.registration.joining_form import JoiningForm

_ADDRESSES = {FIRST: PersonalField.FIRST_MAIL, SECOND: PersonalField.SECOND_MAIL}


def application_of(form: DetailsForm, draft: Draft) -> RegistrationForm:
    """Return it; the form has no errors."""
    said = form.cleaned_data
    club = _club_part(form) if said["wants_club"] else None
    return RegistrationForm(
        full_name=said["name"],
        login_id=said["login_id"],
        password=said["password"],
        postal_code=said["postal_code"],
        prefecture=said["prefecture"],
        town=said["town"],
        street=said["street"],
        building=said["building"],
        land_line=said["land_line"],
        mobile=said["mobile"],
        first_mail=said["mail"],
        second_mail=said["second_mail"],
        nickname=said["nickname"],
        identity_keyword=said["keyword"],
        heard=frozenset(Heard(each) for each in said["questionnaire"]),
        documents=accepted(draft, wants_club=bool(club)),
        is_not_antisocial=bool(said["is_no_part"]),
        acts_with_no_antisocial_forces=bool(said["does_no_harm"]),
        advertising=frozenset(_ADDRESSES[each] for each in said["advertising"]),
        contract_id=None if draft.contract is None else draft.contract.contract_id,
        language=get_language() or "ja",
        club=club,
        old_member_id=_old_member_id(draft) if club else None,
    )


def enrolment_of(form: JoiningForm, draft: Draft) -> EnrolmentForm:
    """Return what somebody says who joins later; the form has no errors."""
    return EnrolmentForm(
        club=_club_part(form),
        documents=accepted_to_join(draft),
        is_not_antisocial=bool(form.cleaned_data["is_no_part"]),
        acts_with_no_antisocial_forces=bool(form.cleaned_data["does_no_harm"]),
        language=get_language() or "ja",
        old_member_id=_old_member_id(draft),
    )


def _old_member_id(draft: Draft) -> UUID | None:
    return None if draft.old_membership is None else draft.old_membership.old_member_id


def _club_part(form: ClubFields) -> ClubPart:
    said = form.cleaned_data
    return ClubPart(
        family_name=said["family_name"],
        given_name=said["given_name"],
        family_reading=said["family_kana"],
        given_reading=said["given_kana"],
        birth_date=said["birth_date"],
        sex=said["sex"],
    )
