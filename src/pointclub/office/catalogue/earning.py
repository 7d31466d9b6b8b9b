"""Merchants' earning rules and campaigns, in versions that are added and never edited (ACC-3, T10)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from pointclub.earning import services as earning
from pointclub.earning.models import Campaign, EarningRule
from pointclub.earning.rules.amount import AmountRule, Bonus, PercentOfPrice, PointsPerUnit
from pointclub.foundation import clock
from pointclub.office import door
from pointclub.office.catalogue.columns import column, written
from pointclub.office.catalogue.site import CatalogueAdmin, staff_of
from pointclub.office.forms.catalogue import BASES, CampaignForm, EarningRuleForm
from pointclub.office.templatetags.office import login
from pointclub.people.rules.permissions import Permission

_RECORDED = (
    column("recorded_at", _("Recorded at"), lambda row: row.recorded_at),
    column("recorded_by", _("Recorded by"), lambda row: login(row.recorded_by)),
)


def _amount_of(rule: EarningRule) -> str:
    if rule.unit_yen and rule.points_per_unit:
        words = ngettext(
            "%(points)s point for every %(yen)s yen", "%(points)s points for every %(yen)s yen", rule.points_per_unit
        )
        return words % {"points": written(rule.points_per_unit), "yen": written(rule.unit_yen)}
    return f"{written(rule.percent)}%"


def _bonus_of(campaign: Campaign) -> str:
    if campaign.multiplier is not None:
        return gettext("%(times)s times") % {"times": written(campaign.multiplier)}
    return gettext("%(points)s extra points") % {"points": written(campaign.fixed_points)}


def _merchant_of(campaign: Campaign) -> str:
    return gettext("All merchants") if campaign.merchant is None else str(campaign.merchant)


class EarningRuleAdmin(CatalogueAdmin[EarningRule]):
    """Rules by merchant and first day; the latest that has begun counts."""

    changing = Permission.MANAGE_CATALOGUE
    form = EarningRuleForm
    of_all = _("Earning rules")
    about = _("How many points a merchant's price gives, from which day of sale on.")
    adding = _("Add an earning rule")
    added = _("The rule is recorded. What was granted under an earlier one stays.")
    ordering = ("merchant__number", "-effective_from", "-recorded_at")
    search_fields = ("merchant__number", "merchant__name")
    list_select_related = ("merchant",)
    columns = (
        column("merchant", _("Merchant"), lambda row: str(row.merchant)),
        column("effective_from", _("Effective from"), lambda row: row.effective_from),
        column("amount", _("Points"), _amount_of),
        column("base", _("Price basis"), lambda row: BASES[row.base]),
    )
    facts = (*columns, *_RECORDED)

    def title_of(self, row: EarningRule) -> str:
        """Name the merchant and what it gives."""
        return f"{row.merchant}　{_amount_of(row)}"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with the merchant whose page led here, today, and the price with tax."""
        merchant = request.GET.get("merchant", "")
        return {"merchant": merchant, "effective_from": clock.today(), "base": EarningRule.Base.TAX_INCLUDED}

    def record(self, typed: dict[str, Any], staff: door.SignedIn) -> EarningRule:
        """Record the rule."""
        amount: AmountRule = (
            PointsPerUnit(typed["unit_yen"], typed["points_per_unit"])
            if typed["unit_yen"]
            else PercentOfPrice(typed["percent"])
        )
        return earning.add_earning_rule(
            merchant=typed["merchant"],
            effective_from=typed["effective_from"],
            amount=amount,
            base=EarningRule.Base(typed["base"]),
            at=clock.now(),
            actor=staff.actor,
        )


class CampaignAdmin(CatalogueAdmin[Campaign]):
    """Campaigns in their versions."""

    changing = Permission.MANAGE_CATALOGUE
    form = CampaignForm
    of_all = _("Campaigns")
    about = _("Extra points for a limited time, with dates, limits and an expiry date of their own.")
    adding = _("Add a campaign")
    added = _("The campaign is recorded. What was granted under an earlier version stays.")
    ordering = ("code", "-version")
    search_fields = ("code", "name", "merchant__number", "merchant__name")
    list_select_related = ("merchant",)
    change_form_template = "office/catalogue/campaign.html"
    columns = (
        column("code", _("Code"), lambda row: row.code),
        column("version", _("Version"), lambda row: row.version),
        column("name", _("Campaign's name"), lambda row: row.name),
        column("merchant", _("Merchant"), _merchant_of),
        column("bonus", _("Bonus"), _bonus_of),
        column("sold_from", _("First day of sale"), lambda row: row.sold_from),
        column("sold_through", _("Last day of sale"), lambda row: row.sold_through),
    )
    facts = (
        *columns,
        column("minimum_yen", _("Minimum price (yen)"), lambda row: row.minimum_yen or None),
        column("usable_through", _("Expiry date of these points"), lambda row: row.usable_through),
        column("cap_per_receipt", _("Limit per receipt"), lambda row: row.cap_per_receipt),
        column("cap_per_day", _("Limit per day"), lambda row: row.cap_per_day),
        column("cap_per_month", _("Limit per month"), lambda row: row.cap_per_month),
        column("cap_per_member", _("Limit per membership"), lambda row: row.cap_per_member),
        *_RECORDED,
    )

    def title_of(self, row: Campaign) -> str:
        """Name the campaign as members know it."""
        return row.name

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin the next version of a campaign with the figures of the one whose page led here."""
        before = self.get_object(request, request.GET.get("after", ""))
        if before is None:
            return {}
        figures = {name: getattr(before, name) for name in CampaignForm.base_fields if name != "merchant"}
        merchant = "" if before.merchant is None else before.merchant.number
        return figures | {"merchant": merchant, "minimum_yen": before.minimum_yen or None}

    def more_about(self, request: HttpRequest, row: Campaign) -> dict[str, Any]:
        """Offer the next version to who may record it."""
        return {"campaign": row, "may_add": staff_of(request).may(Permission.MANAGE_CATALOGUE)}

    def record(self, typed: dict[str, Any], staff: door.SignedIn) -> Campaign:
        """Record the campaign, or the next version of it."""
        return earning.add_campaign(
            code=typed["code"],
            name=typed["name"],
            merchant=typed["merchant"],
            days=earning.CampaignDays(typed["sold_from"], typed["sold_through"], typed["usable_through"]),
            bonus=Bonus(typed["multiplier"], typed["fixed_points"], typed["minimum_yen"] or 0),
            caps=earning.Caps(
                typed["cap_per_receipt"], typed["cap_per_day"], typed["cap_per_month"], typed["cap_per_member"]
            ),
            at=clock.now(),
            actor=staff.actor,
        )
