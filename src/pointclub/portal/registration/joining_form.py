"""The club's part of the registration form, for whoever registered without it."""

from __future__ import annotations

from pointclub.portal.registration.club_fields import DECLARATION, OF_THE_CLUB, ClubFields, DeclarationFields


class JoiningForm(ClubFields, DeclarationFields):
    """All that the club asks for; the cleaned values are as they will be kept."""

    field_order = (*OF_THE_CLUB, *DECLARATION)
