"""What the member was told, what everybody is told, and the link that stops advertising."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pointclub.foundation import clock
from pointclub.foundation.periods import tokyo_day
from pointclub.membership import services as membership
from pointclub.notices import queries as notices_queries
from pointclub.notices import services as notices
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, SignIn
from pointclub.portal.members import for_users

MOST_NOTICES = 100


@require_safe
@for_users
def inbox(request: HttpRequest, stay: SignIn) -> HttpResponse:
    """List what the member was told, what everybody is told, and addresses that no mail reaches."""
    context = {
        "told": notices_queries.notices_for(stay.user.person_id, language=get_language(), limit=MOST_NOTICES),
        "most": MOST_NOTICES,
        "announcements": notices_queries.list_announcements(on=tokyo_day(clock.now())),
        "bounced": people_queries.list_bounced(stay.user.person_id),
    }
    return render(request, "portal/notices.html", context)


@require_safe
@for_users
def notice(request: HttpRequest, stay: SignIn, notice_id: UUID) -> HttpResponse:
    """Show one of the member's own notices, and note that it was opened."""
    told = notices_queries.find_notice(stay.user.person_id, notice_id, language=get_language())
    if told is None:
        raise Http404
    if not told.is_read:
        notices.note_read(person_id=stay.user.person_id, notice_id=notice_id, at=clock.now())
    return render(request, "portal/notice.html", {"told": told, "ways": notices_queries.list_ways(notice_id)})


@for_users
@require_POST
def mail_arrives_again(request: HttpRequest, stay: SignIn) -> HttpResponse:
    """Take the member's word that mail reaches the address again; if it does not, the next bounce says so."""
    kind = request.POST.get("kind", "")
    if kind in ContactAddress.Kind.values:
        actor = membership.as_actor(stay.user)
        marked = ContactAddress.Kind(kind)
        people.forget_bounce(person_id=stay.user.person_id, kind=marked, stay=stay, at=clock.now(), actor=actor)
    return redirect("portal:notices")


@require_safe
@never_cache
def announcements(request: HttpRequest) -> HttpResponse:
    """Show everybody what is published."""
    shown = notices_queries.list_announcements(on=tokyo_day(clock.now()))
    return render(
        request, "portal/announcements.html", {"announcements": shown, "is_signed_in": request.user.is_authenticated}
    )


# Mail services post here for their users, without a cookie and from nowhere: the word in the address is all it takes.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_advertising(request: HttpRequest, token: str) -> HttpResponse:
    """Stop advertising when posted (RFC 8058); opened, ask, for programs open every link of a mail to look at it."""
    if request.method != "POST":
        return render(request, "portal/stop_advertising.html", {"token": token, "state": "asked"})
    try:
        notices.stop_by_link(token, at=clock.now())
    except notices.UnknownStopLinkError:
        return render(request, "portal/stop_advertising.html", {"token": token, "state": "unknown"}, status=404)
    return render(request, "portal/stop_advertising.html", {"token": token, "state": "stopped"})
