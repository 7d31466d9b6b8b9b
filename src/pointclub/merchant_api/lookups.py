"""Questions of merchants: about their own accruals, and whether points are taken at the moment."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from pointclub.earning import queries as earning
from pointclub.earning.rules.requests import is_reference
from pointclub.foundation import clock
from pointclub.merchant_api.calls import Answer, Call, encoded
from pointclub.merchant_api.desk import KeyRefusedError
from pointclub.merchant_api.problems import ProblemError
from pointclub.merchant_api.shapes import AccrualStateOut, ActivityOut, BonusOut, ChangeOut, StatusOut
from pointclub.merchants import queries as merchants
from pointclub.merchants.queries import KeyStanding
from pointclub.program import queries as program

_T = TypeVar("_T")
_LONGEST_RECEIPT_NUMBER = 40


async def show_accrual(call: Call) -> Answer:
    """Show an accrual by its id."""
    accrual_id, viewer = id_in(call), viewer_of(call.key)
    return _shown(await _ask(call, lambda: earning.show_accrual(viewer, accrual_id)))


async def show_accrual_of_reference(call: Call) -> Answer:
    """Show an accrual by the merchant's reference."""
    reference, viewer = _reference_in(call), viewer_of(call.key)
    return _shown(await _ask(call, lambda: earning.show_accrual_of_reference(viewer, reference)))


async def show_accrual_of_receipt(call: Call) -> Answer:
    """Show an accrual by the number on its receipt, however it was typed."""
    typed, viewer = str(call.scope["path_params"]["receipt_number"]), viewer_of(call.key)
    if len(typed) > _LONGEST_RECEIPT_NUMBER or not typed.isascii() or not typed.isprintable():
        raise ProblemError("unknown_accrual")
    return _shown(await _ask(call, lambda: earning.show_accrual_of_receipt(viewer, typed)))


async def show_status(call: Call) -> Answer:
    """Show whether accruals are taken now, and what time it is here."""
    now = clock.now()
    pause = await _ask(call, lambda: program.find_suspension(program.Activity.ACCRUAL, at=now))
    if pause is None:
        activity = ActivityOut(state="open", retry_at=None, text_ja=None, text_en=None)
    else:
        activity = ActivityOut(
            state="suspended", retry_at=pause.ends_before, text_ja=pause.text_ja, text_en=pause.text_en
        )
    return encoded(200, StatusOut(server_time=now, accruals=activity))


def id_in(call: Call) -> UUID:
    """Return the id in the path.

    Raises:
        ProblemError: it is none, so nothing has it.
    """
    text = str(call.scope["path_params"]["accrual_id"])
    try:
        found = UUID(text)
    except ValueError:
        raise ProblemError("unknown_accrual") from None
    # One id has one address: Python would also take braces, or no hyphens.
    if str(found) != text.lower():
        raise ProblemError("unknown_accrual")
    return found


def viewer_of(key: KeyStanding) -> earning.MerchantView:
    """Return whose accruals the key may see."""
    return earning.MerchantView(key.merchant_id, key.merchant_number, key.store_code)


def _reference_in(call: Call) -> str:
    try:
        query = urllib.parse.parse_qs(
            str(call.scope["query_string"], "ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=10,
        )
    except ValueError:
        raise ProblemError("invalid_query") from None
    given = query.pop("reference", [])
    if query or len(given) != 1 or not is_reference(given[0]):
        raise ProblemError("invalid_query")
    return str(given[0])


async def _ask(call: Call, question: Callable[[], _T]) -> _T:
    """Ask the database, where the key is looked at once more: one that was revoked a moment ago learns nothing."""
    digest = call.digest

    def ask() -> _T:
        key = merchants.find_keys([digest]).get(digest)
        if key is None or key.revoked_at is not None:
            raise KeyRefusedError
        return question()

    return await call.desk.read(ask)


def _shown(accrual: earning.AccrualForMerchant) -> Answer:
    return encoded(200, _state(accrual))


def _state(accrual: earning.AccrualForMerchant) -> AccrualStateOut:
    return AccrualStateOut(
        id=accrual.id,
        receipt_number=accrual.receipt_number,
        reference=accrual.reference,
        store_code=accrual.store_code,
        terminal_code=accrual.terminal_code,
        sold_at=accrual.sold_at,
        received_at=accrual.received_at,
        price_yen=accrual.price_yen,
        ineligible_yen=accrual.ineligible_yen,
        tax_yen=accrual.tax_yen,
        eligible_yen=accrual.eligible_yen,
        returned_yen=accrual.returned_yen,
        is_reversed=accrual.is_reversed,
        first_points=accrual.first_points,
        points=accrual.points,
        base_points=accrual.base_points,
        bonuses=[bonus_out(bonus) for bonus in accrual.bonuses],
        changes=[_change(change) for change in accrual.changes],
    )


def bonus_out(bonus: Any) -> BonusOut:
    """Return a campaign's bonus as it is told: of a cap that others' sales use up as well, nothing is (BAL-2)."""
    return BonusOut(
        campaign_code=bonus.campaign_code,
        points=bonus.points,
        uncapped_points=bonus.points if bonus.tells_of_others else bonus.uncapped_points,
        cap="" if bonus.tells_of_others else bonus.cap,
    )


def _change(change: earning.ChangeForMerchant) -> ChangeOut:
    return ChangeOut(
        kind="corrected" if change.kind == "corrected" else "reversed",
        at=change.at,
        by="merchant" if change.is_by_merchant else "operator",
        remaining_yen_before=change.remaining_yen_before,
        remaining_yen_after=change.remaining_yen_after,
        points_before=change.points_before,
        points_after=change.points_after,
        reason=change.reason,
    )
