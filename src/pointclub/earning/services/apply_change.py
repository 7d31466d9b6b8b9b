"""How a new figure replaces an old one, part by part, before the balance update and after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from uuid_utils.compat import uuid7

from pointclub.audit import services as audit
from pointclub.earning.models import Accrual, AccrualChange, AccrualPart, EarningRule
from pointclub.earning.queries.claims import Claim
from pointclub.earning.services.catalogue import campaigns_on, known_campaigns
from pointclub.earning.services.figures import CapUsage, Figure, price_figures
from pointclub.earning.services.post_pending import post_accounts
from pointclub.earning.services.refusals import (
    CorrectionWindowOverError,
    ReferenceConflictError,
)
from pointclub.earning.services.write_accruals import supplement
from pointclub.foundation.actors import Actor, ActorKind
from pointclub.foundation.periods import tokyo_day
from pointclub.points import queries as points_queries
from pointclub.points import services as points
from pointclub.program import queries as program


@dataclass(frozen=True, slots=True)
class Changed:
    """What a correction or a reversal did; ``receipt_number`` is None while the accrual is still awaited.

    The sale's ``reference`` is told here, so that nothing need be asked once the change is done.
    """

    receipt_number: str | None
    remaining_yen: int | None
    points_before: int
    points_after: int
    taken_from_lots: int = 0
    taken_as_arrears: int = 0
    lapsed_before: int = 0
    is_repeat: bool = False
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What is being done to an accrual, by whom and under which key."""

    kind: AccrualChange.Kind
    key: str
    fingerprint: bytes
    reason: str
    at: dt.datetime
    actor: Actor


def lock_accrual(owner: Claim) -> Accrual:
    """Lock the account of a claimed accrual and return the accrual as it stands then."""
    assert owner.account_id is not None
    assert owner.accrual_id is not None
    points.lock_accounts([owner.account_id])
    return Accrual.objects.get(account_id=owner.account_id, id=owner.accrual_id)


def find_same_change(accrual: Accrual, key: str, fingerprint: bytes) -> Changed | None:
    """Return what this very change did when it came before.

    Raises:
        ReferenceConflictError: the key came before with another content.
    """
    change = AccrualChange.objects.filter(account_id=accrual.account_id, accrual_id=accrual.id, key=key).first()
    if change is None:
        return None
    if bytes(change.fingerprint) != fingerprint:
        message = "This key was used before, for another change of this sale."
        raise ReferenceConflictError(message, key=key)
    return Changed(
        accrual.receipt_number,
        change.remaining_yen_after,
        change.points_before,
        change.points_after,
        change.taken_from_lots,
        change.taken_as_arrears,
        change.lapsed_before,
        is_repeat=True,
        reference=accrual.reference,
    )


def refuse_late(accrual: Accrual, *, at: dt.datetime, actor: Actor) -> None:
    """Do nothing unless a merchant comes after its window (ACC-9).

    Raises:
        CorrectionWindowOverError: it does.
    """
    window = dt.timedelta(days=program.get_version(on=accrual.sold_on).correction_window_days)
    if actor.kind is ActorKind.MERCHANT and tokyo_day(at) > accrual.sold_on + window:
        message = f"The sale is more than {window.days} days old; only the operator can still change its points."
        raise CorrectionWindowOverError(message, window_days=window.days)


def rule_of(accrual: Accrual) -> EarningRule:
    """Return the rule that the accrual was granted under, whatever is in force today (T10)."""
    assert accrual.rule_id is not None
    return EarningRule.objects.get(id=accrual.rule_id)


def figures_at_sale(accrual: Accrual, usage: CapUsage) -> list[Figure]:
    """Return what the price that is left gives under the rule and the campaigns known when the sale arrived."""
    campaigns = known_campaigns([accrual.merchant_id], known_at=accrual.received_at)
    return price_figures(
        accrual.eligible_yen - accrual.returned_yen,
        rule=rule_of(accrual),
        campaigns=campaigns_on(campaigns, accrual.merchant_id, accrual.sold_on),
        account_id=accrual.account_id,
        sold_on=accrual.sold_on,
        usage=usage,
    )


def apply_change(accrual: Accrual, targets: Sequence[Figure], change: Change, *, remaining_yen_before: int) -> Changed:
    """Bring the parts to their targets: pending parts change, posted ones are taken back or get a further part.

    ``accrual`` carries its new price already; its row, the change and the ledger are written in one go.
    """
    points_before = accrual.points
    reductions = _bring_to(accrual, targets)
    change_id = uuid7()
    taken = points.TakenBack(None, 0, 0, 0)
    if reductions:
        taken = points.take_back_points(
            account_id=accrual.account_id,
            grants=reductions,
            key=f"change:{change_id}",
            at=change.at,
            actor=change.actor,
            reason=change.reason,
        )
    if accrual.points > points_before and points_queries.is_closed(accrual.account_id):
        post_accounts([accrual.account_id], at=change.at, actor=change.actor)
    remaining_yen = accrual.eligible_yen - accrual.returned_yen
    changed = Changed(
        accrual.receipt_number,
        remaining_yen,
        points_before,
        accrual.points,
        taken.from_lots,
        taken.as_arrears,
        taken.lapsed_before,
        reference=accrual.reference,
    )
    AccrualChange.objects.create(
        account_id=accrual.account_id,
        id=change_id,
        accrual_id=accrual.id,
        kind=change.kind,
        key=change.key,
        fingerprint=change.fingerprint,
        remaining_yen_before=remaining_yen_before,
        remaining_yen_after=remaining_yen,
        points_before=points_before,
        points_after=accrual.points,
        taken_from_lots=taken.from_lots,
        taken_as_arrears=taken.as_arrears,
        lapsed_before=taken.lapsed_before,
        transaction_id=taken.transaction_id,
        reason=change.reason,
        actor=str(change.actor),
        at=change.at,
    )
    _record(accrual, change_id, changed, change)
    return changed


def _record(accrual: Accrual, change_id: UUID, changed: Changed, change: Change) -> None:
    figures = asdict(changed)
    audit.record_act(
        act="earning.correct" if change.kind is AccrualChange.Kind.CORRECTED else "earning.reverse",
        actor=change.actor,
        subject=audit.Subject("account", accrual.account_id),
        at=change.at,
        details={
            "accrual": str(accrual.id),
            "change": str(change_id),
            "merchant": str(accrual.merchant_id),
            **{name: figures[name] for name in ("remaining_yen", "points_before", "points_after")},
        },
        reason=change.reason,
    )


def _bring_to(accrual: Accrual, targets: Sequence[Figure]) -> list[points.GrantToReduce]:
    """Change the pending parts, add what is missing, and return what has to be taken back of the posted ones."""
    groups = by_campaign(parts_of(accrual))
    reductions: list[points.GrantToReduce] = []
    for target in targets:
        parts = groups.get(campaign_code(target), [])
        difference = target.points - sum(part.points for part in parts)
        if difference < 0:
            reductions += _reduce(parts, -difference)
        elif difference:
            _add(accrual, target, parts, difference)
    accrual.points = sum(target.points for target in targets)
    accrual.save()
    return reductions


def parts_of(accrual: Accrual) -> list[AccrualPart]:
    """Return the parts of the accrual in the order in which they were made."""
    return list(AccrualPart.objects.filter(account_id=accrual.account_id, accrual_id=accrual.id).order_by("id"))


def by_campaign(parts: Iterable[AccrualPart]) -> dict[str, list[AccrualPart]]:
    """Return the parts by the code of their campaign; the base points have none."""
    groups: dict[str, list[AccrualPart]] = {}
    for part in parts:
        groups.setdefault(part.campaign_code, []).append(part)
    return groups


def campaign_code(figure: Figure) -> str:
    """Return the code under which the figure's parts are kept."""
    return figure.campaign.code if figure.campaign else ""


def _reduce(parts: Sequence[AccrualPart], reduction: int) -> list[points.GrantToReduce]:
    """Take the points off the latest parts first; pending parts just change, posted ones are taken back."""
    posted: list[points.GrantToReduce] = []
    for part in reversed(parts):
        cut = min(part.points, reduction)
        if not cut:
            continue
        if part.posted_on is not None:
            posted.append(points.GrantToReduce(part.id, part.points, part.points - cut))
        part.points -= cut
        reduction -= cut
        part.save(update_fields=["points"])
    return posted


def _add(accrual: Accrual, target: Figure, parts: Sequence[AccrualPart], more: int) -> None:
    """Add to the part that is still pending; after the update, a part of its own waits for the next one (ACC-7)."""
    pending = [part for part in parts if part.posted_on is None]
    if pending:
        pending[-1].points += more
        pending[-1].save(update_fields=["points"])
        return
    supplement(accrual, target, points=more).save(force_insert=True)
