"""The first page: what waits for somebody."""

from django.http import HttpResponse
from django.shortcuts import render

from pointclub.office import door


@door.for_all_staff("Everybody has a first page; what stands on it follows from their roles.")
def home(request: door.OfficeRequest) -> HttpResponse:
    """Show what waits."""
    return render(request, "office/home.html", {})
