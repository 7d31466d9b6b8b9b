"""A till that does everything wrong that tills do, and knows what the sum should be nevertheless."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

import pytest

from pointclub_client import (
    AccrualRequest,
    Changed,
    Client,
    ProblemError,
    Receipt,
    UnavailableError,
    UnknownOutcomeError,
    new_key,
)
from tests.faults.expected import ExpectedSale

_Answer = TypeVar("_Answer", Receipt, Changed)
_MOST_SENDINGS = 200


@dataclass
class BadTill:
    """One sale from its first sending to the last quarrel about it; `terminals` share one merchant."""

    terminals: Sequence[Client]
    dice: random.Random
    request: AccrualRequest
    sale: ExpectedSale
    operations: int = 0

    def run(self) -> None:
        """Send it, and what belongs to it, in one of the ways that go wrong."""
        first: list[Callable[[], None]] = [
            self.sell_plainly,
            self.sell_by_a_wrong_clock,
            self.sell_at_two_terminals,
            self.sell_other_things_under_one_reference,
            self.return_before_the_sale,
        ]
        then: list[Callable[[], None]] = [self.return_a_part, self.correct, self.reuse_the_reference]
        last: list[Callable[[], None]] = [self.reverse, self.return_too_much, self.return_in_parts_at_once]
        self.dice.choice(first)()
        for _ in range(self.dice.randrange(3)):
            self.dice.choice(then)()
        if self.dice.random() < 0.75:
            self.dice.choice(last)()

    def sell_plainly(self) -> None:
        self._accrue(self.request)

    def sell_by_a_wrong_clock(self) -> None:
        """Be a day behind, which is taken as it is, or ahead: refused, mended, and sent under the same key."""
        now = dt.datetime.now(dt.UTC)
        if self.dice.random() < 0.5:
            self.request = replace(self.request, sold_at=now - dt.timedelta(days=1))
            self._accrue(self.request)
            return
        key = new_key()
        ahead = replace(self.request, sold_at=now + dt.timedelta(hours=26))
        self._refused("sold_in_future", lambda client, key: client.accrue(ahead, key=key), key=key)
        self._accrue(self.request, key=key)

    def sell_at_two_terminals(self) -> None:
        """Send the same from both at once under keys of their own: one sale, one receipt."""
        with ThreadPoolExecutor(len(self.terminals)) as both:
            sendings = [both.submit(self._insist, client, self._send_sale, new_key()) for client in self.terminals]
        one, other = (sending.result() for sending in sendings)
        assert replace(one, is_repeat=True) == replace(other, is_repeat=True)
        self.sale.accept(self.request.price_yen, self.request.points)
        assert one.points == self.sale.points

    def sell_other_things_under_one_reference(self) -> None:
        """Send two contents at once: one wins, the other is a conflict."""
        contents = [self.request, replace(self.request, price_yen=self._price(), points=None)]
        if contents[0].price_yen == contents[1].price_yen:
            contents[1] = replace(contents[1], price_yen=10_001)

        def send(client: Client, content: AccrualRequest) -> Receipt | str:
            try:
                return self._insist(client, lambda at, key: at.accrue(content, key=key), new_key())
            except ProblemError as problem:
                return problem.code

        with ThreadPoolExecutor(len(self.terminals)) as both:
            answers = list(both.map(send, self.terminals, contents))
        (won,) = (place for place, answer in enumerate(answers) if isinstance(answer, Receipt))
        assert answers[1 - won] == "reference_conflict"
        self.request = contents[won]
        self.sale.accept(self.request.price_yen, self.request.points)

    def return_before_the_sale(self) -> None:
        returned = None if self.request.points or self.dice.random() < 0.3 else self.dice.randint(1, 12_000)
        answer = self._change(
            lambda client, key: client.reverse(reference=self._reference, returned_yen=returned, key=key)
        )
        assert answer.is_awaiting_accrual
        self.sale.give_back(returned)
        self._accrue(self.request)

    def return_a_part(self) -> None:
        if self.sale.left_yen > 0:
            self._return(self.dice.randint(1, self.sale.left_yen))

    def return_in_parts_at_once(self) -> None:
        """Split what is left at random, and let two terminals send the parts at once, in any order."""
        left = self.sale.left_yen
        cuts = sorted({self.dice.randrange(left) for _ in range(3)} | {0, left}) if left else []
        parts = [until - since for since, until in pairwise(cuts)]

        def send(place: int) -> Changed:
            client = self.terminals[place % len(self.terminals)]
            return self._insist(
                client,
                lambda at, key: at.reverse(reference=self._reference, returned_yen=parts[place], key=key),
                new_key(),
            )

        with ThreadPoolExecutor(len(self.terminals)) as both:
            list(both.map(send, range(len(parts))))
        for part in parts:
            self.sale.give_back(part)

    def correct(self) -> None:
        """Put in another price: lower than what came back already it is refused, and so it is after a reversal."""
        if self.sale.fixed_points is not None:
            points = self.dice.randint(1, 500)
            if self._is_correctable():
                answer = self._change(
                    lambda client, key: client.correct(reference=self._reference, points=points, key=key)
                )
                self.sale.fixed_points = points
                assert answer.points_after == self.sale.points
            return
        price = self._price()
        if not self._is_correctable():
            return
        if price < self.sale.returned_yen:
            self._refused(
                "return_exceeds_sale",
                lambda client, key: client.correct(reference=self._reference, price_yen=price, key=key),
            )
            return
        answer = self._change(lambda client, key: client.correct(reference=self._reference, price_yen=price, key=key))
        self.sale.price_yen = price
        assert answer.points_after == self.sale.points

    def reuse_the_reference(self) -> None:
        """Send another sale under the reference; it is refused, and nothing of the first one changes."""
        other = replace(self.request, price_yen=(self.request.price_yen or 0) + 1, points=None)
        self._refused("reference_conflict", lambda client, key: client.accrue(other, key=key))

    def reverse(self) -> None:
        """Undo it as a whole, and once more under another key, which changes nothing."""
        for _ in range(self.dice.randint(1, 2)):
            answer = self._change(lambda client, key: client.reverse(reference=self._reference, key=key))
            assert (answer.points_after, answer.is_awaiting_accrual) == (0, False)
            self.sale.give_back(None)

    def return_too_much(self) -> None:
        """Comes last: a refused return that was held on its way would be taken once the price was raised."""
        too_much = self.sale.left_yen + 1
        self._refused(
            "return_exceeds_sale",
            lambda client, key: client.reverse(reference=self._reference, returned_yen=too_much, key=key),
        )

    def _is_correctable(self) -> bool:
        """Tell whether it was not undone; one that was must refuse a correction."""
        if self.sale.is_reversed:
            price, points = (500, None) if self.sale.fixed_points is None else (None, 5)
            self._refused(
                "already_reversed",
                lambda client, key: client.correct(reference=self._reference, price_yen=price, points=points, key=key),
            )
        return not self.sale.is_reversed

    def _return(self, yen: int) -> None:
        answer = self._change(lambda client, key: client.reverse(reference=self._reference, returned_yen=yen, key=key))
        self.sale.give_back(yen)
        assert (answer.remaining_yen, answer.points_after) == (self.sale.left_yen, self.sale.points)

    def _accrue(self, request: AccrualRequest, *, key: str | None = None) -> None:
        receipt = self._change(lambda client, key: client.accrue(request, key=key), key=key)
        self.sale.accept(request.price_yen, request.points)
        assert receipt.points == self.sale.points
        if self.dice.random() < 0.3:
            again = self._insist(self.terminals[-1], lambda client, key: client.accrue(request, key=key), new_key())
            assert again == replace(receipt, is_repeat=True)

    def _change(self, send: Callable[[Client, str], _Answer], *, key: str | None = None) -> _Answer:
        """Send under one key until it is answered, and now and then again although it was."""
        key = key or new_key()
        client = self.dice.choice(self.terminals)
        answer = self._insist(client, send, key)
        for _ in range(self.dice.choice([0, 0, 1, 2])):
            assert self._insist(client, send, key) == replace(answer, is_repeat=True)
        return answer

    def _refused(self, code: str, send: Callable[[Client, str], _Answer], *, key: str | None = None) -> None:
        with pytest.raises(ProblemError) as refused:
            self._insist(self.dice.choice(self.terminals), send, key or new_key())
        assert refused.value.code == code

    def _insist(self, client: Client, send: Callable[[Client, str], _Answer], key: str) -> _Answer:
        self.operations += 1
        for _ in range(_MOST_SENDINGS):
            try:
                return send(client, key)
            except (UnknownOutcomeError, UnavailableError):
                continue
        raise AssertionError(f"{_MOST_SENDINGS} sendings were not answered.")

    def _send_sale(self, client: Client, key: str) -> Receipt:
        return client.accrue(self.request, key=key)

    @property
    def _reference(self) -> str:
        return self.request.reference

    def _price(self) -> int:
        return self.dice.randint(1, 10_000)
