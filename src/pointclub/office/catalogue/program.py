"""Versions of the program, to look at: they are asked for and decided elsewhere, by two people (STF-2)."""

from __future__ import annotations

from operator import attrgetter

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pointclub.office import words
from pointclub.office.catalogue.columns import column
from pointclub.office.catalogue.site import CatalogueAdmin
from pointclub.office.templatetags.office import login
from pointclub.program.models import ProgramVersion


class ProgramVersionAdmin(CatalogueAdmin[ProgramVersion]):
    """Every version with all its figures."""

    of_all = _("Versions of the program")
    about = _("Rates, validity and limits by effective date. Changes are requested on the page “Program”.")
    ordering = ("-effective_from",)
    columns = (
        column("code", _("Version"), lambda row: row.code),
        column("effective_from", _("Effective from"), lambda row: row.effective_from),
        column("validity_months", words.VERSION_FIGURES["validity_months"], lambda row: row.validity_months),
        column("recorded_by", _("Approved by"), lambda row: login(row.recorded_by)),
    )
    facts = (
        *columns[:2],
        *(column(name, said, attrgetter(name)) for name, said in words.VERSION_FIGURES.items()),
        columns[-1],
    )

    def title_of(self, row: ProgramVersion) -> str:
        """Name the version by its code."""
        return gettext("Version %(code)s") % {"code": row.code}
