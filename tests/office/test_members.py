"""A member as the office shows them: who may see which part, and that the figures are those of the books."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from pointclub.earning import queries as earning
from pointclub.membership.rules.number import grouped
from pointclub.people.rules.permissions import Role
from pointclub.points import queries as points
from pointclub.rewards import queries as rewards
from pointclub.terms.rules.documents import Document
from tests.factories.club import Club, jst
from tests.factories.office import client_of
from tests.factories.terms import accept
from tests.portal.household import Household, found_household

pytestmark = pytest.mark.usefixtures("office")


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


@pytest.fixture
def household() -> Household:
    household = found_household()
    household.live()
    return household


@pytest.fixture
def accountant() -> Client:
    return client_of(Role.ACCOUNTING)


def address(household: Household, *parts: str) -> str:
    return "/".join(["/office/members", household.hanako.number, *parts, ""])


class TestSearch:
    def test_by_number_leads_to_the_member(self, accountant: Client, household: Household) -> None:
        typed = grouped(household.hanako.number).replace("-", "ー")

        assert accountant.post("/office/members/", {"member_number": typed})["Location"] == address(household)

    def test_of_nobody_says_so_at_the_field(self, accountant: Client) -> None:
        page = text_of(accountant.post("/office/members/", {"member_number": "100000000008"}))

        assert "この番号の会員はいません。" in page


class TestMemberPage:
    def test_shows_everybody_of_the_membership_by_number(self, accountant: Client, household: Household) -> None:
        page = text_of(accountant.get(address(household)))

        assert grouped(household.taro.number) in page
        assert "家族会員" in page

    def test_shows_accounting_no_name(self, accountant: Client, household: Household) -> None:
        for part in ((), ("account",), ("orders",)):
            page = text_of(accountant.get(address(household, *part)))
            assert "山田" not in page
            assert "花子" not in page

    @pytest.mark.rule("TRM-1")
    def test_says_what_each_member_accepted_and_when(self, accountant: Client, household: Household) -> None:
        accept(household.hanako.person, Document.POINT_RULES, language="en")

        page = text_of(accountant.get(address(household)))
        other = text_of(accountant.get(f"/office/members/{household.taro.number}/"))

        assert '<a href="/documents/point-rules/2022-04-01/">はぴeポイントクラブ ポイント規定</a>' in page
        assert "2024/04/01 10:00" in page
        assert "ご登録時（明示の同意）" in page
        assert "英語" in page
        assert "記録はまだありません。" in other

    def test_of_nobody_is_not_found(self, accountant: Client) -> None:
        assert accountant.get("/office/members/100000000008/").status_code == 404
        assert accountant.get("/office/members/not-a-number/account/").status_code == 404


class TestAccount:
    def test_shows_the_figures_of_the_books(self, accountant: Client, household: Household) -> None:
        account_id = household.hanako.membership.account_id
        balance = points.get_balance(account_id, on=dt.date(2026, 11, 21))

        page = text_of(accountant.get(address(household, "account")))

        for figure in (balance.usable, balance.book, earning.pending_points(account_id)):
            assert f'<dd class="num big">{figure:,}</dd>' in page
        assert page.count('role="rowheader"') == len(balance.lots) + 1 + len(
            points.get_history(account_id, on=balance.on)
        )

    def test_names_the_origins_of_each_lot(self, accountant: Client, household: Household) -> None:
        account = text_of(accountant.get(address(household, "account")))
        days = re.findall(r'/account/(\d{4}-\d\d-\d\d)/"', account)

        told = {day: text_of(accountant.get(address(household, "account", day))) for day in days}

        assert sum("引き継ぎ" in page for page in told.values()) >= 4
        assert "ひだまりベーカリー" in told["2029-11-30"]

    @pytest.mark.parametrize("day", ["2031-12-31", "2026-02-30", "20261231x", "never"])
    def test_knows_no_other_days(self, accountant: Client, household: Household, day: str) -> None:
        assert accountant.get(address(household, "account", day)).status_code == 404

    def test_shows_long_histories_by_the_page(self, accountant: Client) -> None:
        club = Club()
        member, merchant = club.member(), club.merchant()
        for day in range(1, 29):
            club.buy(member, merchant, 1_000, at=jst(f"2026-02-{day:02d} 12:00"))
            club.update(at=jst(f"2026-02-{day:02d} 13:00"))

        first = text_of(accountant.get(f"/office/members/{member.number}/account/"))
        second = text_of(accountant.get(f"/office/members/{member.number}/account/?before=4"))
        beyond = text_of(accountant.get(f"/office/members/{member.number}/account/?before=1"))
        nonsense = text_of(accountant.get(f"/office/members/{member.number}/account/?before=١&after=x"))

        numbers = [f'class="num">{sequence}</th>' for sequence in range(1, 29)]
        assert [number in first for number in numbers] == [False] * 3 + [True] * 25
        assert [number in second for number in numbers] == [True] * 3 + [False] * 25
        assert 'rel="next" href="?before=4#h-history"' in first
        assert 'rel="next"' not in second
        assert "取引はまだありません。" in beyond
        assert numbers[27] in nonsense

    def test_shows_many_applications_by_the_page(self, accountant: Client, household: Household) -> None:
        for minute in range(51):
            household.use(10, "図書カード", at=jst(f"2026-11-21 08:{minute:02d}"))

        first, second = (
            text_of(accountant.get(address(household, "orders") + query)).count('role="rowheader"')
            for query in ("", "?page=2")
        )

        assert first == 50
        assert 1 <= second < 50

    def test_tells_the_story_of_a_receipt(self, accountant: Client, household: Household) -> None:
        account_id = household.hanako.membership.account_id
        (pending,) = earning.list_pending(account_id)

        page = text_of(accountant.get(address(household, "receipts", pending.receipt_number)))

        assert "64,200円" in page
        assert "642ポイントが残高の更新を待っています。" in page

    def test_tells_no_story_of_somebody_elses_receipt(self, accountant: Client, household: Household) -> None:
        other = Club().member()
        (pending,) = earning.list_pending(household.hanako.membership.account_id)

        response = accountant.get(f"/office/members/{other.number}/receipts/{pending.receipt_number}/")

        assert response.status_code == 404


class TestOrders:
    def test_are_shown_to_fulfilment_with_where_the_points_came_from(self, household: Household) -> None:
        client = client_of(Role.FULFILMENT)
        ((order, _),) = rewards.list_orders(household.hanako.membership.account_id)

        listed = text_of(client.get(address(household, "orders")))
        line = text_of(client.get(address(household, "orders", order.number, "1")))

        assert order.number in listed
        assert "引き継ぎ" in line
        assert client.get(address(household, "orders", order.number, "2")).status_code == 404

    def test_lead_fulfilment_to_no_account(self, household: Household) -> None:
        client = client_of(Role.FULFILMENT)
        ((order, _),) = rewards.list_orders(household.hanako.membership.account_id)

        page = text_of(client.get(address(household, "orders", order.number, "1")))

        assert client.get(address(household, "account")).status_code == 403
        assert "/account/" not in page
        assert "/receipts/" not in page
