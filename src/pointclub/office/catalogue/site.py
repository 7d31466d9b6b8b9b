"""The admin site behind the office's door, and what all its catalogues have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.views.main import ERROR_FLAG
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from pointclub.foundation import clock
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.office import door, once, refusals
from pointclub.office.catalogue.columns import Column
from pointclub.people.rules.permissions import Permission

_Row = TypeVar("_Row", bound=Model)
LOOKING = Permission.SEE_CATALOGUE


def staff_of(request: HttpRequest) -> door.SignedIn:
    """Return who passed the door; no page of the site is reached without."""
    return cast("door.OfficeRequest", request).staff


class CatalogueSite(admin.AdminSite):
    """Has a first page and the catalogues' own; signing in and out is the office's, and there is no other page."""

    site_title = site_header = index_title = _("Master data")
    index_template = "office/catalogue/index.html"

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Leave out all of Django's pages that are not named here: each view stands behind the office's door."""
        return [
            path("", door.needs(LOOKING)(require_safe(self.index)), name="index"),
            *(
                path(f"{model._meta.app_label}/{model._meta.model_name}/", include(rows.urls))
                for model, rows in self._registry.items()
            ),
        ]

    def has_permission(self, request: HttpRequest) -> bool:
        """Ask the one table, as every page does, and not whether Django calls somebody staff."""
        return staff_of(request).may(LOOKING)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the catalogues."""
        catalogues = [
            {
                "words": rows.of_all,
                "about": rows.about,
                "address": rows.address_of("changelist"),
                "adding": rows.adding if rows.has_add_permission(request) else "",
                "adding_at": rows.address_of("add") if rows.changing else "",
            }
            for rows in cast("list[CatalogueAdmin[Any]]", list(self._registry.values()))
        ]
        return super().index(request, {"catalogues": catalogues, **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Leave Django's own table of contents empty: it would speak of models and applications."""
        return []

    def get_log_entries(self, request: HttpRequest) -> QuerySet[LogEntry]:
        """Look into no table: Django's log is not made, since the office has its own record of acts."""
        return LogEntry.objects.none()


class CatalogueAdmin(admin.ModelAdmin[_Row]):
    """A catalogue whose rows are looked at and added, never edited in place and never deleted.

    A subclass says what adds a row (`changing`, `form`, `record`) and what is shown of one (`columns`, `facts`).
    """

    changing: ClassVar[Permission | None] = None
    of_all: ClassVar[Any]
    about: ClassVar[Any]
    adding: ClassVar[Any] = ""
    added: ClassVar[Any] = ""
    columns: ClassVar[Sequence[Column]]
    facts: ClassVar[Sequence[Column]]

    actions = None
    sortable_by = ()
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    change_list_template = "office/catalogue/list.html"
    add_form_template = "office/catalogue/add.html"
    change_form_template = "office/catalogue/show.html"

    def get_urls(self) -> list[URLPattern]:
        """Name the pages that there are; what Django has besides (history, deleting) leads nowhere here."""
        look = door.needs(LOOKING)
        pages = [
            path("", look(require_safe(self.show_all)), name=self._name_of("changelist")),
            path("<uuid:object_id>/", look(require_safe(self.show)), name=self._name_of("change")),
        ]
        if self.changing:
            pages.append(path("add/", door.needs(self.changing)(self.add_view), name=self._name_of("add")))
        return pages

    def _name_of(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def address_of(self, page: str, *arguments: Any) -> str:
        """Return the address of a page of this catalogue."""
        return reverse(f"{self.admin_site.name}:{self._name_of(page)}", args=arguments)

    def show_all(self, request: HttpRequest) -> HttpResponseBase:
        """Show the list; a filter or page that there is not leads to the list without any."""
        if ERROR_FLAG in request.GET:
            return redirect(request.path)
        page: Any = self.changelist_view(request, {"title": self.of_all, "adding": self.adding})
        if isinstance(page, TemplateResponse):
            context = cast("dict[str, Any]", page.context_data)
            context["headings"] = [column.short_description for column in self.columns]
            context["rows"] = [self._cells_of(row) for row in context["cl"].result_list]
        return cast("HttpResponseBase", page)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Let addresses narrow a list by its filters alone: Django takes any lookup of any field, patterns too."""
        filters = cast("Sequence[type[admin.SimpleListFilter]]", self.list_filter)
        return lookup in {each.parameter_name for each in filters}

    def _cells_of(self, row: _Row) -> tuple[str, list[tuple[Any, Any]]]:
        return self.address_of("change", row.pk), [(each.short_description, each(row)) for each in self.columns]

    def show(self, request: HttpRequest, object_id: UUID) -> HttpResponseBase:
        """Show one row."""
        row = self.get_object(request, str(object_id))
        if row is None:
            raise Http404
        return self.change_view(
            request, str(object_id), "", {"title": self.title_of(row), **self.more_about(request, row)}
        )

    def title_of(self, row: _Row) -> str:
        """Return what the row's page is called; a row's own words are English."""
        return str(row)

    def more_about(self, request: HttpRequest, row: _Row) -> dict[str, Any]:
        """Return what the row's page shows besides its facts."""
        return {}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Take a form as one act; what the service refuses is shown on the same form, as it was typed."""
        context = {
            "back": (self.address_of("changelist"), self.of_all),
            "token": request.POST.get(once.FIELD) or once.new_token(),
            **({"title": self.adding} if object_id is None else {}),
            **(extra_context or {}),
        }
        try:
            return act(super().changeform_view)(request, object_id, form_url, context)
        except Refusal as refusal:
            cast("Any", request).refused = refusals.tell(refusal)
            return super().changeform_view(request, object_id, form_url, context)

    def get_form(self, request: Any, obj: _Row | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form to add a row by, which says what was refused; a row that exists has none."""
        if obj is not None:
            return forms.modelform_factory(self.model, fields=[])
        form: Any = forms.modelform_factory(self.model, form=self.form, fields=[])
        form.refused = getattr(request, "refused", "")
        return form

    def save_model(self, request: Any, obj: _Row, form: Any, change: bool) -> None:
        """Let the service do it, once however often the button is pressed."""
        request.led_to = once.do_once(
            request,
            lambda: self.address_of("change", self.record(form.cleaned_data, staff_of(request)).pk),
            at=clock.now(),
        )

    def record(self, typed: dict[str, Any], staff: door.SignedIn) -> _Row:
        """Call the service that adds a row."""
        raise NotImplementedError

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """Write nothing more: the service has written all."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Write no log of Django's: the service has recorded the act."""

    def response_add(self, request: Any, obj: _Row, post_url_continue: str | None = None) -> HttpResponse:
        """Lead to the row that was added."""
        messages.success(request, str(self.added))
        return redirect(request.led_to)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Show the columns."""
        return self.columns

    def get_fields(self, request: HttpRequest, obj: _Row | None = None) -> Any:
        """Show the facts of a row; a form shows its own fields."""
        return [] if obj is None else self.facts

    def get_readonly_fields(self, request: HttpRequest, obj: _Row | None = None) -> Any:
        """Let nothing of a row be edited."""
        return self.get_fields(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Ask the office's table, here and below, and not Django's."""
        return staff_of(request).may(LOOKING)

    def has_view_permission(self, request: HttpRequest, obj: _Row | None = None) -> bool:
        """Let look who may."""
        return staff_of(request).may(LOOKING)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let add who may change this catalogue."""
        return self.changing is not None and staff_of(request).may(self.changing)

    def has_change_permission(self, request: HttpRequest, obj: _Row | None = None) -> bool:
        """Let nobody edit in place: what was granted stays explained by the row it was granted under."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: _Row | None = None) -> bool:
        """Let nobody delete: the database would refuse it."""
        return False
