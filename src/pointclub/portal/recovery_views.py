"""Forgotten and stolen: the ways back in."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.membership import services as membership
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import SignIn, User
from pointclub.people.passwords import HashesBusyError, place_to_hash
from pointclub.people.rules.signing_in import Means, SecondStep
from pointclub.portal import entering, refusals
from pointclub.portal.credential_forms import RecoverForm, RenewAfterTheftForm, RenewForm
from pointclub.portal.members import for_users

_GONE = 410


@never_cache
@sensitive_post_parameters("keyword")
def recover(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail address and keyword; the answer is the same whether they fit or not (REG-7)."""
    form = RecoverForm(request.POST if request.method == "POST" else None)
    now, has_to_wait = clock.now(), None
    if form.is_valid():
        typed = form.cleaned_data
        send = membership.remind_of_login_id if typed["wanted"] == "login_id" else membership.mail_password_link
        try:
            with place_to_hash():
                entering.begin_recovery(request, typed["mail"], at=now)
                send(mail=typed["mail"], keyword=typed["keyword"], at=now)
        except (people.TooManyAttemptsError, HashesBusyError) as refusal:
            form.add_error(None, refusals.tell(refusal))
            has_to_wait = refusal
        else:
            return redirect("portal:recover_sent")
    return refusals.ask_to_wait(render(request, "portal/recover.html", {"form": form}), has_to_wait, at=now)


@never_cache
def sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way, if what was typed fits."""
    return render(request, "portal/recover_sent.html")


@never_cache
@sensitive_post_parameters("password", "again")
def renew(request: HttpRequest, secret: str) -> HttpResponse:
    """Take a new password from whoever opened the mailed link, and let them in."""
    now = clock.now()
    owner = people_queries.find_owner_of_link(secret, at=now)
    if owner is None:
        return render(request, "portal/dead_link.html", status=_GONE)
    form_class = RenewForm if owner.stolen_at is None else RenewAfterTheftForm
    form = form_class(request.POST if request.method == "POST" else None, login_id=owner.login_id)
    has_to_wait = None
    if form.is_valid():
        wanted = form.cleaned_data.get("login_id", "")
        try:
            attempt = entering.begin_choice(request, owner, at=now)
            user = membership.renew_credentials(
                secret=secret, password=form.cleaned_data["password"], login_id=wanted, at=now
            )
            people.note_success(attempt=attempt, at=now)
        except people.DeadLinkError:
            return render(request, "portal/dead_link.html", status=_GONE)
        except Refusal as refusal:
            form.add_error("login_id" if "login_id" in form.fields else "password", refusals.tell(refusal))
            has_to_wait = refusal
        else:
            return _let_in(request, user)
    page = render(request, "portal/renew.html", {"form": form, "secret": secret, "stolen": owner.stolen_at})
    return refusals.ask_to_wait(page, has_to_wait, at=now)


@for_users
def theft(request: HttpRequest, stay: SignIn) -> HttpResponse:
    """Report that somebody else uses the login ID: everything ends at once, and a link leads back (MEM-6)."""
    if request.method != "POST":
        return render(request, "portal/theft.html")
    actor = membership.as_actor(stay.user)
    way_back = membership.report_theft(user=stay.user, at=clock.now(), actor=actor)
    logout(request)
    return render(request, "portal/theft_reported.html", {"way_back": way_back})


def _let_in(request: HttpRequest, user: User) -> HttpResponse:
    """Go on with who renewed the password; an authenticator app is asked for all the same."""
    now = clock.now()
    messages.success(request, gettext("Your password has been changed. All other sign-ins have been ended."))
    if entering.step_after_password(request, user, at=now) is SecondStep.APP_CODE:
        entering.begin_half(request, user, SecondStep.APP_CODE, way_on="/", at=now)
        return redirect("portal:sign_in_code")
    response = redirect("portal:my_page")
    return entering.let_in(request, response, user, means=Means.NEW_PASSWORD, remember=False, proved_at=now, at=now)
