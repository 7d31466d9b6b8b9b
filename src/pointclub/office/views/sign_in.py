"""The way in and out: password, second factor, the first set-up of one, and the language before any of it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pointclub.foundation import clock
from pointclub.office import door, entering, language, refusals
from pointclub.office.forms.sign_in import CodeForm, PasswordForm, SetUpForm
from pointclub.people import authenticator
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.passwords import HashesBusyError

_OFFICE = "/office/"
_TOO_MANY = 429
_BUSY = 503


@door.for_everybody("Who signs in is nobody yet.")
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for login ID and password, the first step."""
    if door.find_signed_in(request) is not None:
        return redirect(_way_on(request))
    now = clock.now()
    form = PasswordForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        typed = form.cleaned_data
        try:
            user = entering.try_password(request, login_id=typed["login_id"], password=typed["password"], at=now)
        except people.TooManyAttemptsError as refusal:
            form.add_error(None, refusals.tell(refusal))
            status = _TOO_MANY
        except HashesBusyError as refusal:
            form.add_error(None, refusals.tell(refusal))
            status = _BUSY
        else:
            if user is not None:
                entering.begin_half(request, user, way_on=_way_on(request), at=now)
                return redirect("office:code" if people_queries.find_second_factor(user) else "office:set_up")
            form.add_error(None, gettext("The login ID or the password is wrong. Please check both and try again."))
    way_on = request.POST.get("next") or request.GET.get("next", "")
    return render(request, "office/sign_in.html", {"form": form, "next": way_on}, status=status)


@door.for_everybody("Only who is half in finds anything here.")
@sensitive_post_parameters("code")
def code(request: HttpRequest) -> HttpResponse:
    """Ask for a code, the second step."""
    now = clock.now()
    half = entering.find_half(request, at=now)
    if half is None:
        return redirect("office:sign_in")
    if people_queries.find_second_factor(half.user) is None:
        return redirect("office:set_up")
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        try:
            means = entering.try_code(request, half, code=form.cleaned_data["code"], at=now)
        except (people.WrongCodeError, people.UsedCodeError) as refusal:
            form.add_error("code", refusals.tell(refusal))
        except people.TooManyAttemptsError as refusal:
            form.add_error(None, refusals.tell(refusal))
            status = _TOO_MANY
        else:
            if means is people.Means.RECOVERY:
                _tell_codes_left(request, people_queries.count_recovery_codes(half.user))
            response = redirect(half.way_on)
            entering.remember_device(request, response, half.user)
            return response
    return render(request, "office/code.html", {"form": form}, status=status)


@door.for_everybody("Only who is half in and has no second factor yet finds anything here.")
@sensitive_post_parameters("code")
def set_up(request: HttpRequest) -> HttpResponse:
    """Set up the second factor at the first sign-in, and show the recovery codes this once."""
    now = clock.now()
    half = entering.find_half(request, at=now)
    if half is None:
        return redirect("office:sign_in")
    if people_queries.find_second_factor(half.user) is not None:
        return redirect("office:code")
    form = SetUpForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        try:
            codes = entering.set_up(request, half, code=form.cleaned_data["code"], at=now)
        except people.WrongCodeError as refusal:
            form.add_error("code", refusals.tell(refusal))
        except people.TooManyAttemptsError as refusal:
            form.add_error(None, refusals.tell(refusal))
            status = _TOO_MANY
        else:
            shown = {"codes": [f"{each[:4]} {each[4:]}" for each in codes], "way_on": half.way_on}
            response = render(request, "office/recovery_codes.html", shown)
            entering.remember_device(request, response, half.user)
            return response
    secret = entering.pending_secret(request)
    address = authenticator.address_of(secret, login_id=half.user.login_id, issuer=_issuer())
    context = {
        "form": form,
        "picture": mark_safe(authenticator.picture_of(address)),  # noqa: S308 -- Drawn by us, of black squares.
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "login_id": half.user.login_id,
    }
    return render(request, "office/set_up.html", context, status=status)


@door.for_everybody("Leaving is open to everybody.")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the stay."""
    logout(request)
    messages.success(request, gettext("You have signed out."))
    return redirect("office:sign_in")


@door.for_everybody("The language is chosen before anybody signs in.")
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Change the language of this browser, and show the same page again."""
    response = redirect(_way_on(request))
    chosen = request.POST.get("language", "")
    if chosen in language.LANGUAGES:
        language.remember(response, chosen)
    return response


def _issuer() -> str:
    environment = settings.ENVIRONMENT
    name: str = environment.club_name_en if get_language() == "en" else environment.club_name_ja
    return name


def _tell_codes_left(request: HttpRequest, left: int) -> None:
    said = ngettext("You used a recovery code. %(left)s is left.", "You used a recovery code. %(left)s are left.", left)
    messages.warning(request, said % {"left": left})


def _way_on(request: HttpRequest) -> str:
    """Return the page asked for where it lies in the office, else its first page."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    within = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if within and asked.startswith(_OFFICE) else resolve_url("office:home")
