"""The documents, for everybody; and what a member accepted, for the member."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pointclub.foundation import clock
from pointclub.foundation.refusals import NotFoundError
from pointclub.people.models import SignIn
from pointclub.portal.documents import list_documents, show_document
from pointclub.portal.members import for_users
from pointclub.terms import queries as terms
from pointclub.terms.rules.documents import Document, DocumentVersion


@require_safe
@never_cache
def documents(request: HttpRequest) -> HttpResponse:
    """List all documents with all their versions."""
    listed = list_documents(on=clock.today(), language=get_language())
    return render(request, "portal/documents.html", {"documents": listed, **_of_visitor(request)})


@require_safe
@never_cache
def document(request: HttpRequest, document: Document) -> HttpResponse:
    """Show the version that is in force today."""
    today = clock.today()
    try:
        version = terms.in_force(document, on=today)
    except NotFoundError as refusal:
        raise Http404 from refusal
    return _show(request, version, on=today)


@require_safe
@never_cache
def document_version(request: HttpRequest, document: Document, version: dt.date) -> HttpResponse:
    """Show one version, whether in force or not."""
    try:
        found = terms.get_version(document, version.isoformat())
    except NotFoundError as refusal:
        raise Http404 from refusal
    return _show(request, found, on=clock.today())


@require_safe
@for_users
def agreements(request: HttpRequest, stay: SignIn) -> HttpResponse:
    """Show what whoever is signed in accepted: which version, when, and on what occasion."""
    record = terms.record_of(stay.user.person_id)
    return render(request, "portal/agreements.html", {"record": record})


def _show(request: HttpRequest, version: DocumentVersion, *, on: dt.date) -> HttpResponse:
    shown = show_document(version, on=on, language=get_language())
    return render(request, "portal/document.html", {"shown": shown, **_of_visitor(request)})


def _of_visitor(request: HttpRequest) -> dict[str, bool]:
    return {"is_signed_in": request.user.is_authenticated}
