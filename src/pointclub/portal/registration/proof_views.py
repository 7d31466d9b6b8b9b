"""The link in the mail, which proves an e-mail address (REG-5), and having it sent once more."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache

from pointclub.foundation import actors, clock
from pointclub.foundation.refusals import Refusal
from pointclub.membership import services as membership
from pointclub.people.models import SignIn
from pointclub.portal.members import for_users
from pointclub.portal.registration.send_off import link_to_proof
from pointclub.portal.templatetags.portal import time_of_day

_GONE = 410
_HEADINGS = {
    "invalid_proof": gettext_lazy("We cannot read this link"),
    "expired_proof": gettext_lazy("This link has expired"),
    "replaced_address": gettext_lazy("This link is for an address that you have replaced"),
}
_TEXTS = {
    "invalid_proof": gettext_lazy("A part of it may be missing. Please open it from the mail again, or copy it whole."),
    "expired_proof": gettext_lazy("A link is valid for 24 hours. We can send you another one."),
    "replaced_address": gettext_lazy("Please open the link in the mail to your new address, or have it sent again."),
}


@never_cache
def proof(request: HttpRequest, token: str) -> HttpResponse:
    """Show one button, and prove the address when it is pressed: programs that look into mail follow links."""
    if request.method != "POST":
        return _page(
            request,
            gettext("Is this your e-mail address?"),
            gettext("You followed the link in our mail. Press the button to confirm that the address is yours."),
            token=token,
        )
    try:
        proved = membership.prove_address(token=token, at=clock.now(), actor=actors.system("registration"))
    except Refusal as refused:
        return _page(request, str(_HEADINGS[refused.code]), str(_TEXTS[refused.code]), status=_GONE)
    heading = gettext("Your address is confirmed") if proved.is_first else gettext("Your address is confirmed already")
    return _page(request, heading, gettext("Thank you. There is nothing else to do here."), is_proved=True)


@for_users
def again(request: HttpRequest, stay: SignIn) -> HttpResponse:
    """Send the link once more to every address of the user that waits for its proof."""
    if request.method != "POST":
        return _page(
            request, gettext("Shall we send the mail again?"), gettext("The link in it confirms your e-mail address.")
        )
    next_at = membership.mail_address_proofs(
        user=stay.user, link_to=link_to_proof, stay=stay, at=clock.now(), actor=membership.as_actor(stay.user)
    )
    if next_at is None:
        messages.success(request, gettext("All your addresses are confirmed."))
    else:
        words = gettext("The mail is on its way. Another one can be sent after %(time)s.")
        messages.success(request, words % {"time": time_of_day(next_at)})
    return redirect("portal:prove_address_again")


def _page(
    request: HttpRequest, heading: str, text: str, *, token: str = "", is_proved: bool = False, status: int = 200
) -> HttpResponse:
    context = {"heading": heading, "text": text, "token": token, "is_proved": is_proved}
    return render(request, "portal/registration/proof.html", context, status=status)
