"""The authenticator app of somebody who wants one as the second step."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.membership import services as membership
from pointclub.people import authenticator
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import SignIn
from pointclub.portal import entering, refusals
from pointclub.portal.forms import AppForm
from pointclub.portal.held import holds
from pointclub.portal.members import for_users, with_fresh_proof
from pointclub.portal.templatetags.portal import club_name

_SECRET = "app_secret"  # noqa: S105 -- The name under which it is kept, not a secret.


@sensitive_post_parameters("code")
@for_users
@with_fresh_proof
@holds()
def set_up(request: HttpRequest, stay: SignIn) -> HttpResponse:
    """Show the secret, and take it as second step once a code proves that the app has it."""
    if people_queries.find_second_factor(stay.user) is not None:
        return redirect("portal:account")
    secret = authenticator.unseal_secret(request.session.get(_SECRET))
    if secret is None:
        secret = authenticator.draw_secret()
        request.session[_SECRET] = authenticator.seal_secret(secret)
    form = AppForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        now = clock.now()
        try:
            attempt = entering.begin_attempt(request, "mailed", stay.user.login_id, at=now)
            codes = membership.set_up_app(stay=stay, secret=secret, code=form.cleaned_data["code"], at=now)
        except people.HasSecondFactorError:
            return redirect("portal:account")
        except (people.WrongCodeError, people.TooManyAttemptsError) as refusal:
            form.add_error("code", refusals.tell(refusal, of_app=True))
        else:
            people.note_success(attempt=attempt, at=now)
            del request.session[_SECRET]
            return _show_codes(request, codes)
    address = authenticator.address_of(secret, login_id=stay.user.login_id, issuer=club_name())
    context = {
        "form": form,
        "picture": mark_safe(authenticator.picture_of(address)),  # noqa: S308 -- Drawn by us, of black squares.
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "login_id": stay.user.login_id,
    }
    return render(request, "portal/set_up_app.html", context)


@for_users
@require_POST
@with_fresh_proof
def give_up(request: HttpRequest, stay: SignIn) -> HttpResponse:
    """Do without the app again."""
    try:
        membership.give_up_app(stay=stay, at=clock.now())
    except Refusal as refusal:
        messages.warning(request, refusals.tell(refusal))
    else:
        messages.success(request, gettext("The app is no longer needed. In its place we send codes by e-mail again."))
    return redirect("portal:account")


@for_users
@require_POST
@with_fresh_proof
def renew_codes(request: HttpRequest, stay: SignIn) -> HttpResponse:
    """Draw new recovery codes, and show them this once."""
    try:
        codes = membership.renew_recovery_codes(stay=stay, at=clock.now())
    except Refusal as refusal:
        messages.warning(request, refusals.tell(refusal))
        return redirect("portal:account")
    return _show_codes(request, codes)


def _show_codes(request: HttpRequest, codes: tuple[str, ...]) -> HttpResponse:
    return render(request, "portal/recovery_codes.html", {"codes": [f"{each[:4]} {each[4:]}" for each in codes]})
