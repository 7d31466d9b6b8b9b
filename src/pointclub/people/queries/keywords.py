"""Whether somebody knows their identity keyword."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password

from pointclub.people.models import IdentityKeyword
from pointclub.people.rules.field_errors import FieldError
from pointclub.people.rules.identity_keywords import comparable
from pointclub.people.rules.wide_fields import identity_keyword


def matches_identity_keyword(person_id: UUID | None, keyword: str) -> bool:
    """Return whether it is the person's keyword, in whatever width, case or kana it is written.

    Where there is no such person or no keyword, it takes as long as where there is one.
    """
    try:
        said = comparable(identity_keyword(keyword))
    except FieldError:
        said = ""
    now = IdentityKeyword.objects.filter(replaced_at__isnull=True)
    kept = None if person_id is None else now.filter(person_id=person_id).first()
    if kept is None:
        make_password(said)
        return False
    return check_password(said, kept.hashed) and bool(said)
