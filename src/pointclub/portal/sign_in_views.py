"""The way in and out: the password, the code where the browser is a stranger, and leaving."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pointclub.foundation import clock
from pointclub.foundation.refusals import UnavailableError
from pointclub.membership import services as membership
from pointclub.people import queries as people_queries
from pointclub.people import services as people_services
from pointclub.people.models import User
from pointclub.people.passwords import HashesBusyError
from pointclub.people.rules.signing_in import EndedHow, Means, SecondStep
from pointclub.portal import entering, held, refusals
from pointclub.portal.forms import CodeForm, RememberForm, SignInForm
from pointclub.portal.members import find_stay
from pointclub.portal.ways_on import asked_way, in_language_of, way_on


@never_cache
@sensitive_post_parameters("password")
def password(request: HttpRequest) -> HttpResponse:
    """Ask for login ID and password, and go on to the page that was asked for or to the second step."""
    if find_stay(request) is not None:
        return redirect(way_on(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    now, has_to_wait = clock.now(), None
    if form.is_valid():
        typed = form.cleaned_data
        try:
            user = entering.try_password(request, login_id=typed["login_id"], password=typed["password"], at=now)
        except (people_services.TooManyAttemptsError, HashesBusyError) as refusal:
            form.add_error(None, refusals.tell(refusal))
            has_to_wait = refusal
        else:
            if user is not None:
                return _after_password(request, user)
            form.add_error(None, gettext("The login ID or the password is wrong. Please check both and try again."))
    context = {"form": form, "passkey_form": RememberForm(), "next": asked_way(request)}
    page = render(request, "portal/sign_in.html", context)
    return refusals.ask_to_wait(page, has_to_wait, at=now)


@never_cache
@sensitive_post_parameters("code")
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code that was mailed, or that the authenticator app shows."""
    now = clock.now()
    half = entering.find_half(request, at=now)
    if half is None:
        return redirect("portal:sign_in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    has_to_wait = None
    if form.is_valid():
        try:
            means = entering.try_code(request, half, code=form.cleaned_data["code"], at=now)
        except people_services.NoSecondFactorError:
            return redirect("portal:sign_in")  # It was given up in another browser meanwhile.
        except (people_services.WrongCodeError, people_services.UsedCodeError) as refusal:
            form.add_error("code", refusals.tell(refusal, of_app=half.step is SecondStep.APP_CODE))
        except people_services.TooManyAttemptsError as refusal:
            form.add_error(None, refusals.tell(refusal))
            has_to_wait = refusal
        else:
            return entering.let_in(
                request,
                redirect(in_language_of(half.user, half.way_on)),
                half.user,
                means=means,
                remember=form.cleaned_data["remember"],
                proved_at=None if half.by_external_id else half.began_at,
                at=now,
            )
    is_mailed = half.step is SecondStep.MAILED_CODE
    context = {
        "form": form,
        "is_mailed": is_mailed,
        "is_out_of_reach": is_mailed and people_queries.find_address_for_codes(half.user.person_id) is None,
    }
    return refusals.ask_to_wait(render(request, "portal/sign_in_code.html", context), has_to_wait, at=now)


@never_cache
@require_POST
def code_again(request: HttpRequest) -> HttpResponse:
    """Mail another code."""
    half = entering.find_half(request, at=clock.now())
    if half is None:
        return redirect("portal:sign_in")
    if half.step is SecondStep.MAILED_CODE:
        _mail_code(request, half.user)
    return redirect("portal:sign_in_code")


@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the stay, only when posted: a link on another site must not be able to."""
    if request.method == "POST":
        stay = find_stay(request)
        if stay is not None:
            people_services.end_sign_in(user=stay.user, sign_in_id=stay.id, how=EndedHow.LEFT, at=clock.now())
        with held.outliving(request):
            logout(request)
        messages.success(request, gettext("You have signed out."))
    return redirect("portal:sign_in")


def _after_password(request: HttpRequest, user: User) -> HttpResponse:
    now = clock.now()
    step = entering.step_after_password(request, user, at=now)
    if step is SecondStep.NONE:
        response = redirect(in_language_of(user, way_on(request)))
        return entering.let_in(request, response, user, means=Means.PASSWORD, remember=False, proved_at=now, at=now)
    entering.begin_half(request, user, step, way_on=way_on(request), at=now)
    if step is SecondStep.MAILED_CODE:
        _mail_code(request, user)
    return redirect("portal:sign_in_code")


def _mail_code(request: HttpRequest, user: User) -> None:
    """Mail a code, and say that it was; where it cannot be, the page says why."""
    try:
        membership.mail_sign_in_code(user=user, at=clock.now())
    except UnavailableError as refusal:
        messages.warning(request, refusals.tell(refusal))
    except membership.NoAddressError:
        return  # The page says what to do instead.
    else:
        messages.success(request, gettext("We have sent you a code by e-mail."))
