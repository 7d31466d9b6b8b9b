"""Whatever happens, in whatever order: every explanation adds up, and no two of them contradict each other."""

import datetime as dt
from collections import Counter

import hypothesis
import pytest
from hypothesis.stateful import run_state_machine_as_test

from pointclub.earning.models import AccrualClaim, AccrualPart
from pointclub.membership import queries as membership
from pointclub.points.queries import Fate
from tests.explain.whole_story import Books, fates_of
from tests.harness.counts import count
from tests.harness.databases import FreshDatabase
from tests.model.books import Whereabouts
from tests.model.real_club import open_shops
from tests.model.reference import Accrual
from tests.model.test_ledger_against_reference import FIRST_DAY, ClubAgainstTheRules

ENDS = {
    Fate.LEFT: Whereabouts.IN_LOT,
    Fate.LAPSED: Whereabouts.LAPSED,
    Fate.FORFEITED: Whereabouts.FORFEITED,
    Fate.TAKEN_BACK: Whereabouts.TAKEN_BACK,
    Fate.REDEEMED: Whereabouts.USED,
    Fate.TRANSFERRED: Whereabouts.USED,
    Fate.ADJUSTED: Whereabouts.USED,
    Fate.PAID_ARREARS: Whereabouts.USED,
    Fate.TAKEN_FOR_ANOTHER: Whereabouts.USED,
}


class ExplainedClub(ClubAgainstTheRules):
    """Explains everything at the end of each history."""

    def teardown(self) -> None:
        try:
            assert Books(self.on).find_contradictions() == []
            for reference, accrual in self.model.accruals.items():
                assert self._as_explained(reference) == as_by_the_rules(accrual, on=self.on), reference
        finally:
            super().teardown()

    def _as_explained(self, reference: str) -> Counter[Whereabouts]:
        claim = AccrualClaim.objects.get(reference=reference)
        assert claim.account_id is not None
        assert claim.accrual_id is not None
        parts = AccrualPart.objects.filter(account_id=claim.account_id, accrual_id=claim.accrual_id)
        fates = fates_of(
            membership.list_succession(claim.account_id), set(parts.values_list("id", flat=True)), on=self.on
        )
        found: Counter[Whereabouts] = Counter()
        for fate, points in fates.items():
            found[ENDS[Fate(fate)]] += points
        return found


def as_by_the_rules(accrual: Accrual, *, on: dt.date) -> Counter[Whereabouts]:
    """Return where the model's own points are, which it holds one by one."""
    found: Counter[Whereabouts] = Counter()
    for grant in (grant for part in accrual.parts for grant in part.grants):
        for point in grant.points:
            has_lapsed = point.is_at is Whereabouts.IN_LOT and point.lot.usable_through < on
            found[Whereabouts.LAPSED if has_lapsed else point.is_at] += 1
    return found


@pytest.mark.rule("BAL-4")
@pytest.mark.parametrize(("valid_months", "quick", "deep"), [(36, 10, 600), (2, 15, 900)])
def test_explanations_add_up_agree_and_say_where_the_model_has_each_point(
    fresh_database: FreshDatabase, valid_months: int, quick: int, deep: int
) -> None:
    shops = open_shops(first_month=FIRST_DAY, months=48, valid_months=valid_months)
    machine = type("ExplainedClub", (ExplainedClub,), {"shops": shops})
    settings = hypothesis.settings(max_examples=count(quick=quick, deep=deep), stateful_step_count=30, deadline=None)

    run_state_machine_as_test(machine, settings=settings)
