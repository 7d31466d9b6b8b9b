"""Tills under load that write down what they send and what they are told, and what is held against the books."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

from pointclub_client import (
    AccrualRequest,
    Changed,
    Client,
    Receipt,
    UnavailableError,
    UnknownOutcomeError,
    new_key,
)

_MOST_SENDINGS = 200


@dataclass
class Slip:
    """One sale as the till has it on paper; `receipt` and `changed` are what was acknowledged of it."""

    number: str
    request: AccrualRequest
    key: str = field(default_factory=new_key)
    returned_yen: int | None = None
    return_key: str = field(default_factory=new_key)
    receipt: Receipt | None = None
    changed: Changed | None = None

    @property
    def is_settled(self) -> bool:
        return self.receipt is not None and (self.returned_yen is None or self.changed is not None)

    @property
    def right_points(self) -> int:
        """One point for each full 100 yen."""
        return ((self.request.price_yen or 0) - (self.returned_yen or 0)) // 100

    def send(self, client: Client) -> None:
        """Send what is not acknowledged yet."""
        if self.receipt is None:
            self.receipt = client.accrue(self.request, key=self.key)
        if self.returned_yen is not None and self.changed is None:
            self.changed = client.reverse(
                reference=self.receipt.reference, returned_yen=self.returned_yen, key=self.return_key
            )

    def settle(self, client: Client) -> None:
        """Send it until all of it is acknowledged."""
        for _ in range(_MOST_SENDINGS):
            with suppress(UnavailableError, UnknownOutcomeError):
                self.send(client)
                return
        raise AssertionError(f"{_MOST_SENDINGS} sendings were not answered.")


@dataclass
class Tills:
    """Several tills that sell without pause, each sale written down before it is sent."""

    client: Client
    members: Sequence[str]
    name: str
    journal: list[Slip] = field(default_factory=list)
    given_up: list[UnavailableError | UnknownOutcomeError] = field(default_factory=list)
    surprises: list[BaseException] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _is_over: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)

    @property
    def settled(self) -> int:
        return sum(slip.is_settled for slip in list(self.journal))

    def new_slip(self) -> Slip:
        with self._lock:
            number = next(self._numbers)
            # Of so much a third can be given back twice, should that be counted twice.
            price = random.randint(2, 10_000)  # noqa: S311 -- A price, not a secret.
            slip = Slip(
                number=f"{self.name}-{number}",
                request=AccrualRequest(
                    reference=f"{self.name}-{number}",
                    member_number=self.members[number % len(self.members)],
                    price_yen=price,
                ),
                returned_yen=(price + 2) // 3 if number % 4 == 0 else None,
            )
            self.journal.append(slip)
        return slip

    @contextmanager
    def selling(self, at_once: int) -> Iterator[None]:
        """Sell for as long as the block runs."""
        threads = [Thread(target=self._sell, name=f"till {number}") for number in range(at_once)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            for thread in threads:
                thread.join(120)
        assert not any(thread.is_alive() for thread in threads)
        assert self.surprises == []

    def _sell(self) -> None:
        try:
            while not self._is_over.is_set():
                try:
                    self.new_slip().send(self.client)
                except (UnavailableError, UnknownOutcomeError) as unanswered:
                    self.given_up.append(unanswered)
        except BaseException as surprise:  # noqa: BLE001 -- Handed to the test, which fails by it.
            self.surprises.append(surprise)


@dataclass(frozen=True)
class Booked:
    """What the books say of one accrual."""

    reference: str
    receipt_number: str
    first_points: int
    points: int


@dataclass(frozen=True)
class Findings:
    """What is not as it was acknowledged, by the number of the slip; all empty is right."""

    lost: list[str]
    doubled: list[str]
    wrong: list[str]


def compare(journal: Sequence[Slip], books: Sequence[Booked], *, slip_of: Callable[[str], str] = str) -> Findings:
    """Hold everything that was acknowledged against the books; `slip_of` tells whose sale a reference is."""
    by_receipt = {booked.receipt_number: booked for booked in books}
    lost, wrong = [], []
    for slip in journal:
        if slip.receipt is None:
            continue
        booked = by_receipt.get(slip.receipt.receipt_number)
        if (
            booked is None
            or booked.reference != slip.receipt.reference
            or (slip.changed is not None and booked.points != slip.changed.points_after)
        ):
            lost.append(slip.number)
        elif booked.first_points != slip.receipt.points or (slip.is_settled and booked.points != slip.right_points):
            wrong.append(slip.number)
    times_booked = Counter(slip_of(booked.reference) for booked in books)
    doubled = [number for number, times in times_booked.items() if times > 1]
    wrong += times_booked.keys() - {slip.number for slip in journal}
    return Findings(lost, doubled, wrong)
