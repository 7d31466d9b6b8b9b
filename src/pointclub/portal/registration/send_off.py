"""The one act of registering, and what the browser is told of it afterwards (REG-4)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from pointclub.energy import services as energy
from pointclub.foundation import actors
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.membership import queries as membership_queries
from pointclub.membership import services as membership
from pointclub.people import services as people
from pointclub.people.models import User
from pointclub.people.passwords import HashesBusyError
from pointclub.people.rules.signing_in import Means
from pointclub.portal import entering
from pointclub.portal.registration.application import application_of
from pointclub.portal.registration.details_form import DetailsForm
from pointclub.portal.registration.documents import without_superseded
from pointclub.portal.registration.drafts import Draft, drop_draft, keep_draft
from pointclub.portal.registration.old_membership import WITHOUT_MOVED
from pointclub.terms.services import DocumentSupersededError

_OUTCOME = "registration_outcome"


def find_outcome(request: HttpRequest) -> str | None:
    """Return what the registration of this session led to."""
    outcome: str | None = request.session.get(_OUTCOME)
    return outcome


def find_outcome_of(request: HttpRequest, once: str) -> str | None:
    """Return and remember what was registered under the token of a page, which another session may have sent off."""
    try:
        found = membership_queries.find_registration(token=UUID(once))
    except ValueError:
        return None
    if found is None:
        return None
    request.session[_OUTCOME] = str(found.state)
    return str(found.state)


def send_off(request: HttpRequest, form: DetailsForm, draft: Draft, *, at: dt.datetime) -> HttpResponse:
    """Register, let the new user in, and go on to the last page; or back to the form, with all of it still there.

    Raises:
        HashesBusyError: too many passwords are being looked at; sent once more in a minute, all of it counts.
    """
    try:
        registered = membership.register(
            form=application_of(form, draft),
            once=draft.once,
            link_to=link_to_proof,
            at=at,
            actor=actors.system("registration"),
        )
    except membership.RegistrationChangedError:
        # Another window sent the form off before: what it sent counts, and its page tells of it.
        find_outcome_of(request, str(draft.once))
        drop_draft(request)
        return redirect("portal:register_done")
    except DocumentSupersededError:
        return _back(request, without_superseded(draft, on=tokyo_day(at)), {}, at=at)
    except energy.ContractLinkedError as refused:
        said = {"place": "contract", "code": refused.code}
        keep_draft(request, dataclasses.replace(draft, contract=None, has_door=False, said=said), at=at)
        return redirect("portal:register_contract")
    except HashesBusyError:
        raise
    except Refusal as refused:
        return _back(request, draft, _changes_after(refused, form), at=at)
    drop_draft(request)
    response = redirect("portal:register_done")
    user = User.objects.get(id=registered.user_id)
    proved_at = dt.datetime.fromisoformat(draft.password_typed_at)
    answer = entering.let_in(
        request, response, user, means=Means.REGISTRATION, remember=True, proved_at=proved_at, at=at
    )
    request.session[_OUTCOME] = str(registered.state)
    return answer


def link_to_proof(token: str) -> str:
    """Return the address of the page that proves an e-mail address, as it stands in a mail."""
    return f"{settings.ENVIRONMENT.public_url}{reverse('portal:prove_address', args=[token])}"


def _changes_after(refused: Refusal, form: DetailsForm) -> dict[str, object]:
    match refused:
        case people.LoginIdTakenError():
            return {"taken": form.cleaned_data["login_id"], "free": ""}
        case membership.OldPointsMovedError():
            return WITHOUT_MOVED
    return {"said": {"place": "form", "code": "refused", "why": refused.code}}


def _back(request: HttpRequest, draft: Draft, changes: dict[str, object], *, at: dt.datetime) -> HttpResponse:
    changed = dataclasses.replace(draft, was_tried=True, **changes)  # type: ignore[arg-type]  # names of its fields
    keep_draft(request, changed, at=at)
    return redirect("portal:register_details")
