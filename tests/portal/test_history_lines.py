"""Entries of the history, told in the member's words."""

import datetime as dt
import uuid

import pytest

from pointclub.earning import queries as earning
from pointclub.points import queries as points
from pointclub.points.models import Transaction
from pointclub.portal import history_lines
from pointclub.portal.history_lines import Stories
from pointclub.portal.templatetags import portal as tags
from pointclub.rewards import queries as rewards
from pointclub.rewards.models import RedemptionLine

HANAKO, TARO = "123456789015", "123456789023"


def posting(moved: int, source_id: uuid.UUID | None = None, through: dt.date | None = None) -> points.HistoryPosting:
    return points.HistoryPosting(moved, "merchant", None, source_id, uuid.uuid4(), through)


def story(receipt: str, *, number: str = HANAKO, campaign: str | None = None) -> earning.GrantStory:
    return earning.GrantStory(
        merchant_name="あかりマート本町店",
        sold_on=dt.date(2026, 11, 19),
        receipt_number=receipt,
        member_number=number,
        member_is_family=number == TARO,
        campaign_name=campaign,
    )


def reward(line_id: uuid.UUID, label: str, *, order_number: str = "R1", position: int = 1) -> rewards.LineStory:
    return rewards.LineStory(
        account_id=uuid.uuid4(),
        line_id=line_id,
        order_number=order_number,
        position=position,
        kind="gift",
        label=label,
        points=500,
        returned_points=0,
        state="accepted",
        reason="",
        accepted_at=dt.datetime(2026, 11, 15, tzinfo=dt.UTC),
        ended_at=None,
    )


def earned(grants: dict[uuid.UUID, earning.GrantStory], names: dict[str, str] | None = None) -> Stories:
    return Stories(grants=grants, uses={}, names=names or {})


class TestTellOrigins:
    @pytest.mark.rule("BAL-4")
    def test_makes_one_line_of_the_base_points_and_the_bonus_of_a_receipt(self) -> None:
        base, bonus = uuid.uuid4(), uuid.uuid4()
        stories = earned({base: story("R-1"), bonus: story("R-1", campaign="冬のポイント2倍")})

        (origin,) = history_lines.tell_origins([posting(43, base), posting(43, bonus)], stories)

        assert origin.points == 86
        assert origin.receipt_number == "R-1"
        assert origin.campaigns == ("冬のポイント2倍",)

    def test_keeps_two_receipts_apart(self) -> None:
        first, second = uuid.uuid4(), uuid.uuid4()

        origins = history_lines.tell_origins(
            [posting(5, first), posting(7, second)], earned({first: story("R-1"), second: story("R-2")})
        )

        assert [origin.points for origin in origins] == [5, 7]

    def test_names_the_family_member_and_not_the_primary(self) -> None:
        hers, his = uuid.uuid4(), uuid.uuid4()
        names = {HANAKO: "山田 花子", TARO: "山田 太郎"}
        stories = earned({hers: story("R-1"), his: story("R-2", number=TARO)}, names)

        origins = history_lines.tell_origins([posting(5, hers), posting(7, his)], stories)

        assert [origin.earned_by for origin in origins] == [None, "山田 太郎"]

    def test_falls_back_on_the_number_of_somebody_unknown(self) -> None:
        his = uuid.uuid4()

        (origin,) = history_lines.tell_origins([posting(7, his)], earned({his: story("R-2", number=TARO)}))

        assert origin.earned_by == "1234-5678-9023"

    def test_leaves_out_what_has_no_receipt(self) -> None:
        assert history_lines.tell_origins([posting(-500)], earned({})) == ()


class TestTellUses:
    @pytest.mark.rule("BAL-4")
    def test_makes_one_line_of_a_reward_that_took_points_of_two_lots(self) -> None:
        line = uuid.uuid4()
        stories = Stories(grants={}, uses={line: reward(line, "スリッパ", position=2)}, names={})

        (use,) = history_lines.tell_uses([posting(-300, line), posting(-200, line)], stories)

        assert use == history_lines.Use("gift", "スリッパ", "R1", 2, -500)

    def test_leaves_out_what_no_reward_stands_behind(self) -> None:
        assert history_lines.tell_uses([posting(-300, uuid.uuid4()), posting(-2)], earned({})) == ()


class TestHistoryLine:
    def test_shows_three_at_once_and_the_others_on_demand(self) -> None:
        origins = [history_lines.Origin("店", dt.date(2026, 11, 1), f"R-{each}", None, (), 1) for each in range(5)]

        line = history_lines.HistoryLine("update", dt.date(2026, 11, 2), 5, None, tuple(origins))

        assert line.first == tuple(origins[:3])
        assert line.more == tuple(origins[3:])

    @pytest.mark.parametrize(("of_origin", "alone"), [(98, True), (97, False)])
    def test_repeats_no_figure_where_one_receipt_made_all_of_it(self, of_origin: int, alone: bool) -> None:
        origin = history_lines.Origin("店", dt.date(2026, 11, 1), "R-1", None, (), of_origin)

        assert history_lines.HistoryLine("update", dt.date(2026, 11, 2), 98, None, (origin,)).is_of_one is alone


class TestFindUsableThrough:
    def test_is_the_one_day_of_all_that_came_in(self) -> None:
        day = dt.date(2029, 11, 30)

        assert history_lines.find_usable_through([posting(5, through=day), posting(7, through=day)]) == day

    def test_is_unknown_where_there_are_several(self) -> None:
        postings = [posting(5, through=dt.date(2029, 11, 30)), posting(7, through=dt.date(2027, 1, 31))]

        assert history_lines.find_usable_through(postings) is None

    def test_is_nothing_for_what_went_out(self) -> None:
        assert history_lines.find_usable_through([posting(-5, through=dt.date(2029, 11, 30))]) is None


@pytest.mark.parametrize("kind", Transaction.Kind)
def test_every_act_of_the_ledger_has_words(kind: Transaction.Kind) -> None:
    assert tags.kind_words(kind)


@pytest.mark.parametrize("kind", RedemptionLine.Kind)
def test_every_kind_of_reward_has_words(kind: RedemptionLine.Kind) -> None:
    assert tags.reward_words(kind)
