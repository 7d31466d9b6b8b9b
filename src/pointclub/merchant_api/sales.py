"""Sales taken in: one at a time, or up to a thousand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import UNSET

from pointclub.earning.rules.requests import Accepted, AccrualRequest, Outcome, Refused, Sending, is_reference
from pointclub.foundation import clock
from pointclub.membership.rules.number import ungrouped
from pointclub.merchant_api import field_words
from pointclub.merchant_api.calls import Answer, Call, encoded
from pointclub.merchant_api.decoding import RowsShape, Shape, refuse
from pointclub.merchant_api.lookups import bonus_out
from pointclub.merchant_api.problems import Header, ProblemError, from_code, suspended
from pointclub.merchant_api.shapes import AccrualIn, AccrualOut, BatchIn, BatchOut, RowOut
from pointclub.merchants.queries import KeyStanding
from pointclub.program import queries as program

REPLAYED: Sequence[Header] = ((b"idempotent-replayed", b"true"),)

_SUSPENDED = program.PointsSuspendedError.code
_FIRST_YEAR, _LAST_YEAR = 2000, 2199

_one = Shape(AccrualIn)
_batch = RowsShape(BatchIn)


async def accrue(call: Call) -> Answer:
    """Take in one sale."""
    request = _request(_one.decode(call.take_body()), call.key)
    (outcome,) = await call.desk.accrue(_sending(call, [request]))
    if isinstance(outcome, Accepted):
        return encoded(201, _accepted(outcome), REPLAYED if outcome.is_repeat else ())
    raise await _refusal(call, outcome)


async def accrue_batch(call: Call) -> Answer:
    """Take in what can be taken, and answer each row in its place."""
    understood, answers = _understand(call)
    asked = len(understood) + len(answers)
    outcomes: Sequence[Outcome] = []
    if understood:
        outcomes = await call.desk.accrue(_sending(call, understood.values()))
    paused = None
    if any(isinstance(outcome, Refused) and outcome.code == _SUSPENDED for outcome in outcomes):
        paused = await _pause(call)
        if all(isinstance(outcome, Refused) and outcome.code == _SUSPENDED for outcome in outcomes):
            raise paused
    for index, outcome in zip(understood, outcomes, strict=True):
        answers[index] = _row(call, outcome, paused)
    is_repeat = bool(outcomes) and all(not isinstance(each, Accepted) or each.is_repeat for each in outcomes)
    has_accepted = any(isinstance(each, Accepted) for each in outcomes)
    body = BatchOut(rows=[answers[index] for index in range(asked)])
    return encoded(200, body, REPLAYED if is_repeat and has_accepted else ())


def _understand(call: Call) -> tuple[dict[int, AccrualRequest], dict[int, RowOut]]:
    """Return by their places the rows of a batch that say what they should, and the answers to the others."""
    rows = _batch.decode(call.take_body()).rows
    call.gate.spend_on_rows(call.key, len(rows))
    understood: dict[int, AccrualRequest] = {}
    answers: dict[int, RowOut] = {}
    for index, row in enumerate(rows):
        try:
            understood[index] = _request(_one.decode(bytes(row)), call.key)
        except ProblemError as problem:
            answers[index] = RowOut(refused=problem.body(call.language))
    return understood, answers


def _sending(call: Call, requests: Iterable[AccrualRequest]) -> Sending:
    return Sending(call.key.merchant_id, call.idempotency_key, tuple(requests), opened_by=call.digest)


def _request(body: AccrualIn, key: KeyStanding) -> AccrualRequest:
    """Return what is asked of the business, with store and terminal of the key.

    Raises:
        ProblemError: a field does not fit, or store or terminal are not the key's.
    """
    if not is_reference(body.reference):
        refuse("/reference", field_words.NOT_A_LINE)
    sold_at = None if body.sold_at is UNSET else body.sold_at
    # A day's margin inside Python's own bounds, so that any zone can be told.
    if sold_at is not None and not _FIRST_YEAR <= sold_at.year <= _LAST_YEAR:
        refuse("/sold_at", field_words.YEAR_OUT_OF_RANGE)
    if body.price_yen is UNSET and body.points is UNSET:
        refuse("/price_yen", field_words.PRICE_OR_POINTS)
    return AccrualRequest(
        merchant_number=key.merchant_number,
        reference=body.reference,
        member_number=_member_number(body.member_number),
        sold_at=sold_at,
        price_yen=0 if body.price_yen is UNSET else body.price_yen,
        ineligible_yen=body.ineligible_yen,
        tax_yen=body.tax_yen,
        points=None if body.points is UNSET else body.points,
        store_code=_scoped("/store_code", body.store_code, key.store_code),
        terminal_code=_scoped("/terminal_code", body.terminal_code, key.terminal_code),
    )


def _member_number(typed: str) -> str:
    number = ungrouped(typed)
    if not is_reference(number):
        refuse("/member_number", field_words.NOT_A_LINE)
    return number


def _scoped(pointer: str, code: str, of_key: str) -> str:
    if not code.isprintable():
        refuse(pointer, field_words.NOT_A_LINE)
    if of_key and code and code != of_key:
        raise ProblemError("outside_scope")
    return of_key or code


def _accepted(outcome: Accepted) -> AccrualOut:
    return AccrualOut(
        id=outcome.accrual_id,
        receipt_number=outcome.receipt_number,
        reference=outcome.reference,
        points=outcome.points,
        base_points=outcome.base_points,
        bonuses=[bonus_out(bonus) for bonus in outcome.bonuses],
    )


def _row(call: Call, outcome: Outcome, paused: ProblemError | None) -> RowOut:
    if isinstance(outcome, Accepted):
        return RowOut(accepted=_accepted(outcome))
    problem = paused if paused is not None and outcome.code == _SUSPENDED else from_code(outcome.code)
    return RowOut(refused=problem.body(call.language))


async def _refusal(call: Call, outcome: Refused) -> ProblemError:
    return await _pause(call) if outcome.code == _SUSPENDED else from_code(outcome.code)


async def _pause(call: Call) -> ProblemError:
    """Return the suspension in the words of the operator, which an outcome does not carry (SUS-1)."""
    now = clock.now()
    pause = await call.desk.read(lambda: program.find_suspension(program.Activity.ACCRUAL, at=now))
    if pause is None:
        return from_code(_SUSPENDED)
    return suspended(program.PointsSuspendedError(pause).details, now_timestamp=now.timestamp())
