"""The pages of the demo's mailbox; anywhere else they are not there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pointclub.portal import mailbox


@require_safe
@never_cache
def demo_mails(request: HttpRequest) -> HttpResponse:
    """List what the club sent."""
    return render(request, "portal/demo_mails.html", {"mails": mailbox.list_mails()})


@require_safe
@never_cache
def demo_mail(request: HttpRequest, key: str) -> HttpResponse:
    """Show one mail, its HTML as the text that it is."""
    return render(request, "portal/demo_mail.html", {"mail": mailbox.get_mail(key)})
