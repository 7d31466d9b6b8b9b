"""Who may see a member's pages, and how he or she is found."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from pointclub.membership import queries as membership
from pointclub.membership.models import Member
from pointclub.people.models import User

Rest = ParamSpec("Rest")


def for_members(
    view: Callable[Concatenate[HttpRequest, Member, Rest], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]:
    """Let the view see the primary member who is signed in, and nobody else; no cache keeps what it shows.

    Whose account is shown follows from the session alone: no address names a member or an account.
    """

    @functools.wraps(view)
    def found(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        try:
            member = membership.get_primary_of(cast("User", request.user).person_id)
        except membership.UnknownMemberError:
            return render(request, "portal/not_a_member.html", status=403)
        return view(request, member, *args, **kwargs)

    return never_cache(login_required(found))
