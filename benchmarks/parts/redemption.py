"""Applications for rewards at the level of the service, beside pgbench."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import secrets
from collections.abc import Callable, Iterator, Mapping

from benchmarks.bench import Bench, Part, refuse_differences
from benchmarks.clients import run_clients
from benchmarks.figures import Target
from benchmarks.filling.accounts import fill_accounts
from benchmarks.filling.members import fill_members, member_number
from benchmarks.pgbench import CLIENTS, TPC_B, TPC_B_UNIT, prepare_tpc_b, run_tpc_b
from pointclub.foundation import actors
from pointclub.foundation.periods import TOKYO
from pointclub.membership import queries as membership
from pointclub.membership.models import Member
from pointclub.rewards import services as rewards
from pointclub.rewards.models import RedemptionLine

OURS = "applications for rewards"

_DATABASE = "redemption"
_MEMBERS = 100_000
# More than a client gets through in a round, so that nobody's points run out.
_MEMBERS_A_CLIENT = 500
_LOTS = 10
_POINTS_A_LOT = 300
_OPENED_AT = dt.datetime(2026, 4, 1, 10, tzinfo=TOKYO)
_AT = dt.datetime(2026, 11, 20, 10, tzinfo=TOKYO)
# Together they empty one lot and go on into the next.
_LINES = (
    rewards.RequestedLine(RedemptionLine.Kind.GIFT, 150, "試験の品"),
    rewards.RequestedLine(RedemptionLine.Kind.DONATION, 100, "試験の寄付"),
    rewards.RequestedLine(RedemptionLine.Kind.GIFT, 200, "試験の品"),
)


class Redemption(Part):
    """Clients apply for three rewards each time, for members drawn at random who hold lots of ten months."""

    name = "redemption"
    title = f"redemption at service level, {CLIENTS} clients, three lines, lots of ten months"
    units: Mapping[str, str] = {TPC_B: TPC_B_UNIT, OURS: "applications/s", "p50": "ms", "p99": "ms"}
    targets = (Target("at least 1/3 × TPC-B", OURS, TPC_B, at_least=1 / 3),)

    def prepare(self, bench: Bench) -> None:
        """Make members with their lots."""
        prepare_tpc_b(bench)
        self._members = bench.sized(_MEMBERS, least=10_000)
        bench.make_club(_DATABASE)
        with bench.working_in(_DATABASE):
            fill_accounts(
                bench,
                self._members,
                lots=_LOTS,
                points=_POINTS_A_LOT,
                first_lapse=dt.date(2027, 1, 31),
                at=_OPENED_AT,
                on=_OPENED_AT.date(),
            )
            fill_members(self._members, at=_OPENED_AT)
        bench.tidy(_DATABASE)

    def round(self, bench: Bench, number: int) -> Mapping[str, float]:
        """Run pgbench, then our clients."""
        del number
        yardstick = run_tpc_b(bench)
        bench.server.settle()
        with bench.working_in(_DATABASE):
            load = run_clients(
                "benchmarks.parts.redemption:make_client",
                clients=CLIENTS,
                seconds=bench.seconds,
                values=(self._members,),
            )
        return {TPC_B: yardstick, OURS: load.rate, "p50": load.p50_ms, "p99": load.p99_ms}

    def finish(self, bench: Bench) -> None:
        """Hold the books against themselves."""
        with bench.working_in(_DATABASE):
            refuse_differences()
        bench.server.drop(_DATABASE)


def make_client(number: int, members: int) -> Callable[[], object]:
    """Return what a client does over and over; the members whom it serves are read beforehand, as by a session."""
    drawn = random.Random(f"{number}:{secrets.token_hex(8)}").sample(range(1, members + 1), _MEMBERS_A_CLIENT)  # noqa: S311 -- Nobody gains by guessing them.
    known: Iterator[Member] = itertools.cycle([membership.get_member(member_number(one)) for one in drawn])

    def apply() -> None:
        member = next(known)
        rewards.apply_for_rewards(
            member=member,
            lines=_LINES,
            key=secrets.token_hex(8),
            at=_AT,
            actor=actors.member(member.number),
            proved_at=_AT,
        )

    return apply
