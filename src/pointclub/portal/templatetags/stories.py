"""How the portal puts the stories of points into words."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext, gettext_lazy, ngettext

from pointclub.earning import queries as earning
from pointclub.explain import queries as explain
from pointclub.points.queries import Fate
from pointclub.portal.history_lines import name_earner
from pointclub.portal.templatetags.portal import figure

register = template.Library()

_FATES = {
    Fate.LEFT: gettext_lazy("Left, and can be used"),
    Fate.REDEEMED: gettext_lazy("Used"),
    Fate.LAPSED: gettext_lazy("Expired unused"),
    Fate.FORFEITED: gettext_lazy("Lost with the end of the membership"),
    Fate.TRANSFERRED: gettext_lazy("Moved to another membership"),
    Fate.ADJUSTED: gettext_lazy("Adjusted by the club"),
    Fate.PAID_ARREARS: gettext_lazy("Made up for a balance below zero"),
    Fate.TAKEN_BACK: gettext_lazy("Taken back with this purchase"),
    Fate.TAKEN_FOR_ANOTHER: gettext_lazy("Taken for another purchase that was undone"),
}
_TAKINGS = {
    explain.TakingKind.OWN: gettext_lazy("This purchase's own points"),
    explain.TakingKind.OTHERS: gettext_lazy("Points of another purchase, because its own had been used"),
    explain.TakingKind.ARREARS_PAID: gettext_lazy("Went below zero, and was made up for later"),
    explain.TakingKind.ARREARS_OPEN: gettext_lazy("Still below zero, to be made up for by points to come"),
}
_ORIGINS = {
    explain.OriginKind.ACCRUAL: gettext_lazy("Purchase"),
    explain.OriginKind.OPENING: gettext_lazy("Balance brought over"),
    explain.OriginKind.ADJUSTMENT: gettext_lazy("Adjusted by the club"),
    explain.OriginKind.TRANSFER: gettext_lazy("Moved between memberships"),
}
_CAPS = {
    "receipt": gettext_lazy("most that one receipt gives"),
    "day": gettext_lazy("most that one day gives"),
    "month": gettext_lazy("most that one month gives"),
    "member": gettext_lazy("most that one member gets"),
}
_STATES = {
    "accepted": gettext_lazy("Accepted, on its way"),
    "fulfilled": gettext_lazy("Delivered"),
    "returned": gettext_lazy("Not delivered; the points came back"),
}


@register.filter
def fate_words(fate: Fate) -> str:
    """Say where points ended."""
    return str(_FATES[fate])


@register.filter
def taking_words(kind: explain.TakingKind) -> str:
    """Say what was taken when a sale was undone."""
    return str(_TAKINGS[kind])


@register.filter
def origin_words(kind: explain.OriginKind) -> str:
    """Say how points began that no receipt stands behind."""
    return str(_ORIGINS[kind])


@register.filter
def cap_words(cap: str) -> str:
    """Say which cap cut a bonus."""
    return str(_CAPS[cap])


@register.filter
def state_words(state: str) -> str:
    """Say what became of a reward."""
    return str(_STATES[state])


@register.filter
def change_words(change: earning.ChangeStory) -> str:
    """Say what was done to a purchase after it was made, and by whom."""
    by_shop = change.actor.startswith("merchant:")
    if change.kind == "corrected":
        return gettext("Corrected by the shop") if by_shop else gettext("Corrected by the club")
    if change.yen_after:
        return gettext("Part of it returned")
    return gettext("Undone or returned")


@register.filter
def change_points(change: earning.ChangeStory) -> int:
    """Return by how much a change raised the points, or lowered them."""
    return change.points_after - change.points_before


@register.filter
def rule_words(story: earning.AccrualStory) -> str:
    """Say how a price became points."""
    rule = story.rule
    if rule is None:
        return gettext("Points for energy bills") if story.kind == "bill" else gettext("A number agreed with the shop")
    if rule.percent is not None:
        words = gettext("%(percent)s%% of the price") % {"percent": rule.percent}
    else:
        assert rule.points_per_unit is not None
        words = ngettext(
            "%(points)s point for every %(yen)s yen",
            "%(points)s points for every %(yen)s yen",
            rule.points_per_unit,
        ) % {"points": figure(rule.points_per_unit), "yen": figure(rule.unit_yen or 0)}
    return words if rule.base == "tax_included" else gettext("%(rule)s (without tax)") % {"rule": words}


@register.filter
def worked_words(story: earning.AccrualStory) -> str:
    """Work out aloud how the base points follow from what is left of the price: the sum that a member can check."""
    worked, rule = story.worked_now, story.rule
    if worked is None or rule is None:
        return ""
    figures = {"yen": figure(story.remaining_yen), "points": figure(worked.points)}
    if worked.full_units is None:
        return gettext("%(yen)s yen gives %(exact)s, rounded down to %(points)s points") % {
            **figures,
            "exact": worked.exact,
        }
    return gettext("%(yen)s yen is %(units)s times %(unit)s yen, with %(rest)s yen left over: %(points)s points") % {
        **figures,
        "units": figure(worked.full_units),
        "unit": figure(rule.unit_yen or 0),
        "rest": figure(worked.rest_yen or 0),
    }


@register.filter
def bonus_words(part: earning.PartStory) -> str:
    """Say what a campaign promised: a multiple of the base points, or a number."""
    campaign = part.campaign
    if campaign is None:
        return ""
    if campaign.multiplier is not None:
        return gettext("%(times)s times the points") % {"times": plain_number(campaign.multiplier)}
    number = campaign.fixed_points or 0
    return ngettext("%(points)s point on top", "%(points)s points on top", number) % {"points": figure(number)}


@register.filter
def yen(value: int) -> str:
    """Write a price: 9,800円."""
    return gettext("%(yen)s yen") % {"yen": figure(value)}


register.filter("earner", name_earner)


def plain_number(value: Decimal) -> str:
    """Write a number without zeros at its end."""
    return f"{value.normalize():f}"
