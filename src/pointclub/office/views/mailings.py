"""Advertising by mail: one writes, another approves, either stops it, and who approves lets it go on (NTC-3, STF-2)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.notices import queries as notices_queries
from pointclub.notices import services as notices
from pointclub.notices.models import Mailing
from pointclub.notices.services import Words
from pointclub.office import asking, door, once, refusals, texts
from pointclub.office.forms.announcements import MailingForm
from pointclub.people.rules.permissions import Permission

State = Mailing.State
LANGUAGES = ("ja", "en")


@door.needs(Permission.SEE_ANNOUNCEMENTS)
def show(request: door.OfficeRequest, mailing_id: UUID) -> HttpResponse:
    """Show one mailing as it is received, how far it has come, and what this member of staff may do with it."""
    mailing = notices_queries.get_mailing(mailing_id)
    (told,) = texts.tell_mailings([mailing], request.staff)
    progress = notices_queries.progress_of(mailing_id)
    may_steer = request.staff.may(Permission.REQUEST_ADVERTISING, Permission.DECIDE_ADVERTISING)
    is_under_way = mailing.finished_at is None or progress.waiting > 0
    context = {
        "told": told,
        "mails": _mails(mailing.words_in),
        "wanting": notices_queries.count_wanting_advertising(),
        "progress": progress,
        "is_going_out": mailing.state is State.GOING_OUT,
        "is_stopped": mailing.state is State.STOPPED,
        "may_stop": may_steer and is_under_way and mailing.state in {State.GOING_OUT, State.FINISHED},
        "may_cancel": may_steer and is_under_way and mailing.state not in {State.REJECTED, State.CANCELLED},
        "may_go_on": not told.is_own and request.staff.may(Permission.DECIDE_ADVERTISING),
    }
    return render(request, "office/announcements/mailing.html", context)


@door.needs(Permission.REQUEST_ADVERTISING)
def ask(request: door.OfficeRequest) -> HttpResponse:
    """Write advertising, look at it as it is received, and ask that somebody approve it."""
    now = clock.now()
    form = MailingForm(request.POST or None)
    template = "office/announcements/ask_for_mailing.html"
    about: dict[str, Any] = {"wanting": notices_queries.count_wanting_advertising()}
    if "preview" in request.POST and form.is_valid():
        token = request.POST.get(once.FIELD) or once.new_token()
        context = {"form": form, "token": token, "preview": _mails(form.words_in), **about}
        return render(request, template, context)

    def act() -> str:
        mailing = notices.ask_for_mailing(
            japanese=form.words_in("ja"), english=form.words_in("en"), at=now, actor=request.staff.actor
        )
        return reverse("office:mailing", args=[mailing.id])

    done = gettext("Requested. Somebody else decides.")
    return asking.ask(request, form, act, at=now, template=template, done=done, about=about)


@door.needs(Permission.DECIDE_ADVERTISING)
@require_POST
def decide(request: door.OfficeRequest, mailing_id: UUID) -> HttpResponse:
    """Let a mailing go out that somebody else wrote, or turn it down."""
    notices_queries.get_mailing(mailing_id)
    asking.decide(request, mailing_id, approve=notices.approve_mailing, reject=notices.reject_mailing)
    return redirect("office:mailing", mailing_id)


@door.needs(Permission.REQUEST_ADVERTISING, Permission.DECIDE_ADVERTISING)
@require_POST
def stop(request: door.OfficeRequest, mailing_id: UUID) -> HttpResponse:
    """Stop a mailing where it is."""
    return _steer(request, mailing_id, notices.stop_mailing, gettext("The mailing was stopped."))


@door.needs(Permission.REQUEST_ADVERTISING, Permission.DECIDE_ADVERTISING)
@require_POST
def cancel(request: door.OfficeRequest, mailing_id: UUID) -> HttpResponse:
    """End a mailing for good."""
    return _steer(request, mailing_id, notices.cancel_mailing, gettext("The mailing was cancelled."))


@door.needs(Permission.DECIDE_ADVERTISING)
@require_POST
def go_on(request: door.OfficeRequest, mailing_id: UUID) -> HttpResponse:
    """Let a stopped mailing of somebody else go on where it was."""
    return _steer(request, mailing_id, notices.go_on_with_mailing, gettext("The mailing goes on where it was."))


def _steer(request: door.OfficeRequest, mailing_id: UUID, act: Callable[..., Any], done: str) -> HttpResponse:
    notices_queries.get_mailing(mailing_id)
    try:
        act(mailing_id=mailing_id, at=clock.now(), actor=request.staff.actor)
    except Refusal as refusal:
        messages.error(request, refusals.tell(refusal))
    else:
        messages.success(request, done)
    return redirect("office:mailing", mailing_id)


def _mails(words_in: Callable[[str], Words]) -> list[tuple[str, notices_queries.MailPreview]]:
    return [
        (language, notices_queries.preview_of_advertising(words_in(language), language=language))
        for language in LANGUAGES
    ]
