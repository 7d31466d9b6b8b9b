"""The desk: where requests that were understood are handed to the business, away from the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TypeVar

from django.db import connections

from pointclub.earning import queries as earning_queries
from pointclub.earning import services as earning
from pointclub.earning.rules.requests import AccrualRequest, Correction, Outcome, Reversal
from pointclub.foundation import actors, clock
from pointclub.merchants import queries as merchants
from pointclub.merchants.queries import KeyStanding

_T = TypeVar("_T")


class KeyRefusedError(Exception):
    """The key was revoked, or never was."""


class QueueFullError(Exception):
    """More waits than can be answered in time."""


class DrainingError(Exception):
    """The process is on its way out and takes nothing new."""


class Desk:
    """One thread with a connection of its own, which does one thing after another."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "desk")
        self._is_draining = False

    async def find_key(self, digest: bytes) -> KeyStanding | None:
        """Return the key of that digest as it stands in the database."""
        return await self.read(lambda: merchants.find_keys([digest]).get(digest))

    async def accrue(self, digest: bytes, request: AccrualRequest, key: str) -> Outcome:
        """Take in one sale."""
        (outcome,) = await self.accrue_batch(digest, [request], key)
        return outcome

    async def accrue_batch(
        self,
        digest: bytes,
        requests: Sequence[AccrualRequest],
        key: str,  # noqa: ARG002 -- References alone make a sale count once here.
    ) -> list[Outcome]:
        """Take in sales of one merchant, each answered in its place."""
        return await self.read(partial(_accrue, digest, requests))

    async def correct(self, digest: bytes, correction: Correction, key: str) -> earning.Changed:
        """Put the right figure in place of a wrong one."""
        return await self.read(partial(_correct, digest, correction, key))

    async def reverse(self, digest: bytes, reversal: Reversal, key: str) -> earning.Changed:
        """Take back the points of a sale that was undone."""
        return await self.read(partial(_reverse, digest, reversal, key))

    async def read(self, question: Callable[[], _T]) -> _T:
        """Answer a question on the desk's thread."""
        if self._is_draining:
            raise DrainingError
        return await asyncio.get_running_loop().run_in_executor(self._thread, question)

    async def drain(self) -> None:
        """Finish what was taken, take nothing new, and let the connection go."""
        self._is_draining = True
        await asyncio.get_running_loop().run_in_executor(self._thread, connections.close_all)
        self._thread.shutdown()


def _require(digest: bytes) -> KeyStanding:
    standing = merchants.find_keys([digest]).get(digest)
    if standing is None or standing.revoked_at is not None:
        raise KeyRefusedError
    return standing


def _accrue(digest: bytes, requests: Sequence[AccrualRequest]) -> list[Outcome]:
    standing = _require(digest)
    return earning.accrue_batch(requests, at=clock.now(), actor=actors.merchant(standing.merchant_number))


def _correct(digest: bytes, correction: Correction, key: str) -> earning.Changed:
    standing = _require(digest)
    return earning.correct(
        merchant_number=standing.merchant_number,
        reference=_reference(standing, correction),
        price=correction.price,
        new_points=correction.new_points,
        key=key,
        at=clock.now(),
        actor=actors.merchant(standing.merchant_number),
        reason=correction.reason,
    )


def _reverse(digest: bytes, reversal: Reversal, key: str) -> earning.Changed:
    standing = _require(digest)
    return earning.reverse(
        merchant_number=standing.merchant_number,
        reference=_reference(standing, reversal),
        returned_yen=reversal.returned_yen,
        key=key,
        at=clock.now(),
        actor=actors.merchant(standing.merchant_number),
        reason=reversal.reason,
    )


def _reference(standing: KeyStanding, change: Correction | Reversal) -> str:
    viewer = earning_queries.MerchantView(standing.merchant_id, standing.merchant_number, standing.store_code)
    if change.accrual_id is not None:
        return earning_queries.show_accrual(viewer, change.accrual_id).reference
    assert change.reference is not None
    anywhere = replace(viewer, store_code="")
    try:
        earning_queries.show_accrual_of_reference(anywhere, change.reference)
    except earning_queries.NoSuchAccrualError:
        if isinstance(change, Correction):
            raise
        return change.reference
    return earning_queries.show_accrual_of_reference(viewer, change.reference).reference
