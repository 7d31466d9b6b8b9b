"""Explanations in sentences and tables, for people to read."""

from collections.abc import Iterable, Sequence
from typing import Any

from pointclub.earning import queries as earning
from pointclub.earning.rules.amount import Worked
from pointclub.explain import queries as explain
from pointclub.jobs.commands.arguments import in_japan
from pointclub.points.queries import Fate, RequestStory
from pointclub.rewards import queries as rewards

Told = dict[str, Any]

_TAKEN = {
    explain.TakingKind.OWN: "its own points, unused",
    explain.TakingKind.OTHERS: "other points, since its own were gone",
    explain.TakingKind.ARREARS_PAID: "owed, and paid by later points",
    explain.TakingKind.ARREARS_OPEN: "still owed",
}
_CAPS = {"receipt": "cap per receipt", "day": "cap per day", "month": "cap per month", "member": "cap per member"}


def accrual(told: explain.AccrualExplained) -> Told:
    """Return a receipt from the till to today."""
    story = told.story
    return {
        "receipt": story.receipt_number,
        "merchant": f"{story.merchant_number} {story.merchant_name}",
        "store": " ".join(word for word in (story.store_code, story.store_name) if word) or None,
        "sold_at": in_japan(story.sold_at),
        "received_at": in_japan(story.received_at),
        "earned_by": f"{story.member_number} ({'family' if story.member_is_family else 'primary'} member)",
        "price": _price(story),
        "rule": _rule(story),
        "base_points": _worked(story),
        "points": f"{told.points:,} = {told.granted:,} granted + {told.pending:,} pending "
        f"- {told.taken_back:,} taken back",
        "given": _table(_given(part) for part in story.parts),
        "changed": _table(_change(change) for change in story.changes),
        "granted_points_went": _table(_destination(part) for part in told.parts),
        "taken_back": _table(_taking(taking) for taking in told.takings),
    }


def line(told: explain.LineExplained) -> Told:
    """Return a redemption line with the origins of its points."""
    story = told.line
    return {
        "line": _line(story),
        "accepted_at": in_japan(story.accepted_at),
        "state": story.state,
        "points": f"{told.points:,} = {story.points:,} taken - {story.returned_points:,} came back",
        "came_from": _table(_origin(origin) for origin in told.origins),
        "came_back": [
            {
                "points": one.points,
                "on": one.on,
                "reason": one.reason,
                "taken_through": one.taken_through,
                "usable_through": one.usable_through,
            }
            for one in told.returns
        ],
    }


def balance(told: explain.BalanceExplained) -> Told:
    """Return a balance with what is left of which receipts, lot by lot."""
    rows = [
        {"usable_through": each.lot.usable_through, "lot": each.lot.remaining if place == 0 else "", **_origin(origin)}
        for each in told.lots
        for place, origin in enumerate(each.origins)
    ]
    return {
        "on": told.balance.on,
        "usable_balance": told.balance.usable,
        "book_balance": told.balance.book,
        "arrears": told.balance.arrears,
        "pending_points": sum(grant.points for grant in told.pending),
        "lots": _table(rows),
        "pending": [
            {"points": grant.points, "receipt": grant.receipt_number, "sold_on": grant.sold_on}
            for grant in told.pending
        ],
    }


def _table(rows: Iterable[Told]) -> list[Told]:
    """Return the rows without the columns that say nothing in any of them."""
    kept = list(rows)
    names = [name for name in kept[0] if any(row[name] not in {None, ""} for row in kept)] if kept else []
    return [{name: row[name] for name in names} for row in kept]


def _price(story: earning.AccrualStory) -> str:
    words = f"{story.price_yen:,} yen, of which {story.eligible_yen:,} earn points"
    if story.is_reversed:
        return f"{words}; the sale was undone"
    return f"{words}; {story.returned_yen:,} yen were returned" if story.returned_yen else words


def _rule(story: earning.AccrualStory) -> str:
    if story.program_code is not None:
        return f"points on bills, program version {story.program_code}"
    rule = story.rule
    if rule is None:
        return "a number agreed"
    given = f"{rule.points_per_unit} for each full {rule.unit_yen:,} yen" if rule.unit_yen else f"{rule.percent} %"
    base = "" if rule.base == "tax_included" else ", price without tax"
    return f"{given} (version {rule.version}, for sales from {rule.effective_from}{base})"


def _worked(story: earning.AccrualStory) -> str | None:
    if story.worked is None or story.worked_now is None or story.worked_from_yen is None:
        return None
    words = _worked_from(story.worked_from_yen, story.worked)
    if story.remaining_yen == story.worked_from_yen:
        return words
    return f"{words}; now {_worked_from(story.remaining_yen, story.worked_now)}"


def _worked_from(yen: int, worked: Worked) -> str:
    how = f"{worked.exact}"
    if worked.full_units is not None:
        how = f"{worked.full_units:,} full units and {worked.rest_yen:,} yen left over"
    return f"{yen:,} yen make {how}, so {worked.points:,} points"


def _given(part: earning.PartStory) -> Told:
    campaign = part.campaign
    return {
        "what": f"{campaign.name} ({campaign.code}, version {campaign.version})" if campaign else "base points",
        "before_rounding": part.exact,
        "before_cap": part.uncapped_points if campaign else None,
        "cut_by": _cut(part),
        "first": part.first_points,
        "now": part.points,
        "posted_on": part.posted_on or ("pending" if part.points else None),
        "note": "added by a correction" if part.is_supplement else "",
    }


def _cut(part: earning.PartStory) -> str:
    if not part.cap:
        return ""
    return _CAPS[part.cap] if part.cut_points is None else f"{_CAPS[part.cap]}: {part.cut_points:,}"


def _change(change: earning.ChangeStory) -> Told:
    kind = "undone" if change.kind == "reversed" and not change.yen_after else change.kind
    return {
        "at": in_japan(change.at),
        "what": f"{kind} before the sale came" if change.is_early else kind,
        "yen": f"{change.yen_before:,} to {change.yen_after:,}",
        "points": f"{change.points_before:,} to {change.points_after:,}",
        "by": change.actor,
        "reason": change.reason,
    }


def _destination(part: explain.Destination) -> Told:
    return {
        "points": part.points,
        "on": part.ended_on,
        "where": _fate(part),
        "campaign": part.part.campaign.name if part.part.campaign else "",
        "usable_through": part.usable_through,
        "way": _way(part.stops),
    }


def _fate(part: explain.Destination) -> str:
    other = part.other_receipt.receipt_number if part.other_receipt else "an earlier membership"
    return {
        Fate.LEFT: "left, and can be used",
        Fate.REDEEMED: f"used for {_line(part.line)}",
        Fate.LAPSED: "lapsed" if part.recorded_at else "lapsed, not recorded yet",
        Fate.FORFEITED: "forfeited with the membership",
        Fate.TRANSFERRED: f"transferred to another account: {_reason(part.request)}",
        Fate.ADJUSTED: f"taken by hand: {_reason(part.request)}",
        Fate.PAID_ARREARS: f"paid what was owed for {other}",
        Fate.TAKEN_BACK: "taken back, unused",
        Fate.TAKEN_FOR_ANOTHER: f"taken for {other}, whose own points were gone",
    }[part.fate]


def _taking(taking: explain.Taking) -> Told:
    origin = taking.origin
    return {
        "points": taking.points,
        "on": taking.on,
        "what": _TAKEN[taking.kind],
        "from": _began(origin.story) if origin and taking.kind is not explain.TakingKind.OWN else "",
    }


def _origin(origin: explain.Origin) -> Told:
    receipt = origin.story.receipt
    return {
        "points": origin.points,
        "from": _began(origin.story),
        "merchant": receipt.merchant_name if receipt else "",
        "campaign": (receipt.campaign_name or "") if receipt else "",
        "granted_on": origin.story.granted_on,
        "way": _way(origin.stops),
    }


def _began(story: explain.OriginStory) -> str:
    match story.kind:
        case explain.OriginKind.ACCRUAL:
            return story.receipt.receipt_number if story.receipt else ""
        case explain.OriginKind.OPENING:
            return f"brought over: {story.reference}"
        case explain.OriginKind.ADJUSTMENT:
            return f"added by hand: {_reason(story.request)}"
        case explain.OriginKind.TRANSFER:
            return f"transferred from another account: {_reason(story.request)}"


def _way(stops: Sequence[explain.Stop]) -> str:
    """Tell through which days the points could be used, where it was not one day all along."""
    if len(stops) == 1:
        return ""
    first, *later = stops
    words = [f"through {first.usable_through}"]
    for stop in later:
        back = f" from {_line(stop.line)}" if stop.line else ""
        words.append(f"{stop.lot_kind}{back} on {stop.since} through {stop.usable_through}")
    return ", then ".join(words)


def _line(story: rewards.LineStory | None) -> str:
    if story is None:
        return ""
    label = f" {story.label}" if story.label else ""
    return f"{story.order_number} line {story.position} ({story.kind}{label})"


def _reason(request: RequestStory | None) -> str:
    return f"{request.reason} (asked by {request.requested_by}, decided by {request.decided_by})" if request else ""
