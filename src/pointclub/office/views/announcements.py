"""Announcements on the site: written by one, published by another, taken down by either (NTC-1, STF-2)."""

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
from pointclub.notices.models import Announcement
from pointclub.office import asking, door, once, refusals, texts
from pointclub.office.forms.announcements import AnnouncementForm, WithdrawalForm
from pointclub.people.rules.permissions import Permission

_CAN_BE_WITHDRAWN = {Announcement.State.REQUESTED, Announcement.State.PLANNED, Announcement.State.SHOWN}


@door.needs(Permission.SEE_ANNOUNCEMENTS)
def show_all(request: door.OfficeRequest) -> HttpResponse:
    """Show what everybody is told and the advertising that was asked for, what waits first."""
    context = {
        "announcements": texts.tell_announcements(notices_queries.list_all_announcements(), request.staff),
        "mailings": texts.tell_mailings(notices_queries.list_mailings(), request.staff),
    }
    return render(request, "office/announcements/list.html", context)


@door.needs(Permission.SEE_ANNOUNCEMENTS)
def show(request: door.OfficeRequest, announcement_id: UUID) -> HttpResponse:
    """Show one announcement as members see it, and what this member of staff may do with it."""
    return _page(request, notices_queries.get_announcement(announcement_id), WithdrawalForm())


@door.needs(Permission.REQUEST_ANNOUNCEMENT)
def ask(request: door.OfficeRequest) -> HttpResponse:
    """Write an announcement, look at it, and ask that somebody publish it."""
    now = clock.now()
    form = AnnouncementForm(request.POST or None)
    template = "office/announcements/ask.html"
    if "preview" in request.POST and form.is_valid():
        token = request.POST.get(once.FIELD) or once.new_token()
        return render(request, template, {"form": form, "token": token, "preview": [form.announcement()]})

    def act() -> str:
        written = notices.request_announcement(
            japanese=form.words_in("ja"),
            english=form.words_in("en"),
            shown_from=form.cleaned_data["shown_from"],
            shown_through=form.cleaned_data["shown_through"],
            at=now,
            actor=request.staff.actor,
        )
        return reverse("office:announcement", args=[written.id])

    return asking.ask(request, form, act, at=now, template=template, done=gettext("Requested. Somebody else decides."))


@door.needs(Permission.DECIDE_ANNOUNCEMENT)
@require_POST
def decide(request: door.OfficeRequest, announcement_id: UUID) -> HttpResponse:
    """Publish what somebody else wrote, or turn it down."""
    notices_queries.get_announcement(announcement_id)
    asking.decide(request, announcement_id, approve=notices.publish, reject=notices.reject_announcement)
    return redirect("office:announcement", announcement_id)


@door.needs(Permission.REQUEST_ANNOUNCEMENT, Permission.DECIDE_ANNOUNCEMENT)
@require_POST
def withdraw(request: door.OfficeRequest, announcement_id: UUID) -> HttpResponse:
    """Take an announcement down at once, or back before it is shown."""
    announcement = notices_queries.get_announcement(announcement_id)
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        return _page(request, announcement, form)
    try:
        withdrawn = notices.withdraw_announcement(
            announcement_id=announcement_id,
            reason=form.cleaned_data["reason"],
            at=clock.now(),
            actor=request.staff.actor,
        )
    except Refusal as refusal:
        messages.error(request, refusals.tell(refusal))
    else:
        was_out = bool(withdrawn.published_by)
        done = gettext("The announcement was taken down.") if was_out else gettext("The request was taken back.")
        messages.success(request, done)
    return redirect("office:announcement", announcement_id)


def _page(request: door.OfficeRequest, announcement: Announcement, form: WithdrawalForm) -> HttpResponse:
    (told,) = texts.tell_announcements([announcement], request.staff)
    may = request.staff.may(Permission.REQUEST_ANNOUNCEMENT, Permission.DECIDE_ANNOUNCEMENT)
    context = {
        "told": told,
        "shown": [announcement],
        "form": form,
        "may_withdraw": may and announcement.state_on(clock.today()) in _CAN_BE_WITHDRAWN,
    }
    return render(request, "office/announcements/announcement.html", context)
