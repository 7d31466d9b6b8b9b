"""Explanations with all that is known, by name, for programs to read."""

from typing import Any

from pointclub.earning import queries as earning
from pointclub.explain import queries as explain
from pointclub.jobs.commands.arguments import in_japan
from pointclub.rewards import queries as rewards

Told = dict[str, Any]


def accrual(told: explain.AccrualExplained) -> Told:
    """Return a receipt with everything that is known of it."""
    story = told.story
    return {
        "receipt": story.receipt_number,
        "kind": story.kind,
        "state": story.state,
        "posted_on": story.posted_on,
        "merchant_number": story.merchant_number,
        "merchant": story.merchant_name,
        "store_code": story.store_code,
        "store": story.store_name,
        "terminal_code": story.terminal_code,
        "reference": story.reference,
        "sold_at": in_japan(story.sold_at),
        "received_at": in_japan(story.received_at),
        "member_number": story.member_number,
        "member_is_family": story.member_is_family,
        "price_yen": story.price_yen,
        "ineligible_yen": story.ineligible_yen,
        "tax_yen": story.tax_yen,
        "eligible_yen": story.eligible_yen,
        "returned_yen": story.returned_yen,
        "is_reversed": story.is_reversed,
        "rule": story.rule,
        "program": story.program_code,
        "worked_from_yen": story.worked_from_yen,
        "worked": story.worked,
        "remaining_yen": story.remaining_yen,
        "worked_now": story.worked_now,
        "points": told.points,
        "pending": told.pending,
        "granted": told.granted,
        "taken_back": told.taken_back,
        "given": [_given(part) for part in story.parts],
        "changes": [_change(change) for change in story.changes],
        "went_to": [_destination(part) for part in told.parts],
        "taken": [_taking(taking) for taking in told.takings],
    }


def line(told: explain.LineExplained) -> Told:
    """Return a redemption line with the origins of its points."""
    return _line(told.line) | {
        "taken": told.line.points,
        "came_back": told.line.returned_points,
        "points": told.points,
        "origins": [_origin(origin) for origin in told.origins],
        "returns": list(told.returns),
    }


def balance(told: explain.BalanceExplained) -> Told:
    """Return a balance, lot by lot."""
    return {
        "on": told.balance.on,
        "usable_balance": told.balance.usable,
        "book_balance": told.balance.book,
        "arrears": told.balance.arrears,
        "pending_points": sum(grant.points for grant in told.pending),
        "pending": list(told.pending),
        "lots": [
            {
                "id": each.lot.id,
                "kind": each.lot.kind,
                "usable_through": each.lot.usable_through,
                "is_usable": each.lot.is_usable,
                "remaining": each.lot.remaining,
                "origins": [_origin(origin) for origin in each.origins],
                "lapsed": [_origin(origin) for origin in each.lapsed],
            }
            for each in told.lots
        ],
    }


def _given(part: earning.PartStory) -> Told:
    return {
        "campaign": part.campaign,
        "before_rounding": part.exact,
        "uncapped_points": part.uncapped_points,
        "cap": part.cap or None,
        "cut_points": part.cut_points,
        "first_points": part.first_points,
        "points": part.points,
        "is_supplement": part.is_supplement,
        "usable_through": part.usable_through,
        "posted_on": part.posted_on,
        "lot_id": part.lot_id,
    }


def _change(change: earning.ChangeStory) -> Told:
    return {
        "kind": change.kind,
        "is_early": change.is_early,
        "at": in_japan(change.at),
        "actor": change.actor,
        "reason": change.reason,
        "yen_before": change.yen_before,
        "yen_after": change.yen_after,
        "points_before": change.points_before,
        "points_after": change.points_after,
        "taken_from_lots": change.taken_from_lots,
        "taken_as_arrears": change.taken_as_arrears,
        "lapsed_before": change.lapsed_before,
    }


def _destination(part: explain.Destination) -> Told:
    return {
        "points": part.points,
        "fate": part.fate,
        "campaign": part.part.campaign and part.part.campaign.code,
        "on": part.ended_on,
        "recorded_at": in_japan(part.recorded_at) if part.recorded_at else None,
        "usable_through": part.usable_through,
        "line": part.line and _line(part.line),
        "other_receipt": part.other_receipt and part.other_receipt.receipt_number,
        "request": part.request,
        "stops": [_stop(stop) for stop in part.stops],
    }


def _taking(taking: explain.Taking) -> Told:
    return {
        "points": taking.points,
        "kind": taking.kind,
        "on": taking.on,
        "origin": taking.origin and _origin(taking.origin),
    }


def _origin(origin: explain.Origin) -> Told:
    receipt = origin.story.receipt
    return {
        "points": origin.points,
        "kind": origin.story.kind,
        "granted_on": origin.story.granted_on,
        "receipt": receipt and receipt.receipt_number,
        "merchant": receipt and receipt.merchant_name,
        "sold_on": receipt and receipt.sold_on,
        "member_number": receipt and receipt.member_number,
        "campaign": receipt and receipt.campaign_name,
        "reference": origin.story.reference or None,
        "request": origin.story.request,
        "usable_through": origin.usable_through,
        "stops": [_stop(stop) for stop in origin.stops],
    }


def _stop(stop: explain.Stop) -> Told:
    return {
        "lot_id": stop.lot_id,
        "kind": stop.lot_kind,
        "usable_through": stop.usable_through,
        "since": stop.since,
        "brought_by": stop.brought_by,
        "line": stop.line and _line(stop.line),
        "request": stop.request,
    }


def _line(story: rewards.LineStory) -> Told:
    return {
        "order": story.order_number,
        "line": story.position,
        "kind": story.kind,
        "label": story.label,
        "state": story.state,
        "accepted_at": in_japan(story.accepted_at),
    }
