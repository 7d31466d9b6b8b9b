"""Terminal keys in the office: the secret is shown once, in the answer to the form, and nowhere else (ACC-1)."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from pointclub.audit.models import AuditEntry
from pointclub.foundation import actors
from pointclub.merchants import queries
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant, TerminalKey
from pointclub.merchants.rules.keys import KeyAct, digest_of
from pointclub.office.models import Session, Submission
from pointclub.people.rules.permissions import Role
from tests.factories.club import STAFF, Club, jst
from tests.factories.office import client_of

pytestmark = [pytest.mark.usefixtures("office"), pytest.mark.rule("ACC-1")]
YESTERDAY = jst("2026-11-20 10:00")
SECRET = re.compile(r"pct_[A-Za-z0-9_-]{43}")


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


@pytest.fixture
def shop(office: None) -> Merchant:
    shop = Club().merchant()
    merchants.open_store(merchant=shop, code="S1", name="本店", at=YESTERDAY, actor=STAFF)
    return shop


@pytest.fixture
def desk() -> Client:
    return client_of(Role.MERCHANT_DESK, login_id="madoguchi")


def keys_of(shop: Merchant) -> str:
    return f"/office/merchants/{shop.number}/keys/"


def issue(client: Client, shop: Merchant, **typed: Any) -> Any:
    whole = {"name": "レジ3", "acts": ["accrue", "read"], "per_minute": "６,０００"}
    return client.post(f"{keys_of(shop)}new/", whole | typed)


def secret_on(response: Any) -> str:
    secrets: set[str] = set(SECRET.findall(text_of(response)))
    (secret,) = secrets
    return secret


class TestIssuing:
    def test_shows_the_secret_of_a_key_for_what_was_chosen(self, desk: Client, shop: Merchant) -> None:
        answer = issue(desk, shop, store="S1", terminal="T3")

        digest = digest_of(secret_on(answer))
        key = queries.find_keys([digest])[digest]
        assert (key.merchant_number, key.store_code, key.terminal_code) == (shop.number, "S1", "T3")
        assert key.acts == {KeyAct.ACCRUE, KeyAct.READ}
        assert key.per_minute == 6_000
        assert queries.get_key(key.id).issued_by == "staff:madoguchi"

    def test_begins_with_all_acts_and_the_usual_limit(self, desk: Client, shop: Merchant) -> None:
        page = text_of(desk.get(f"{keys_of(shop)}new/"))

        assert page.count(" checked") == len(KeyAct)
        assert 'value="6000"' in page

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"name": " "}, "名称を入力"),
            ({"name": "レ" * 81}, "長すぎます"),
            ({"name": "レジ\u202e3"}, "この内容ではキーを発行できません"),
            ({"store": "S9"}, "このコードの店舗は登録されていません"),
            ({"terminal": "T" * 21}, "長すぎます"),
            ({"acts": []}, "選んでください"),
            ({"acts": ["redeem"]}, "選んでください"),
            ({"per_minute": "0"}, "1から1,000,000まで"),
            ({"per_minute": "1000001"}, "1から1,000,000まで"),
            ({"per_minute": "1e3"}, "1から1,000,000まで"),
        ],
        ids=lambda value: f"{next(iter(value))}-{len(str(value))}" if isinstance(value, dict) else "",
    )
    def test_says_what_is_wrong_and_issues_nothing(
        self, desk: Client, shop: Merchant, typed: dict[str, Any], said: str
    ) -> None:
        assert said in text_of(issue(desk, shop, **typed))
        assert queries.list_keys(shop.id) == []

    def test_is_refused_for_a_merchant_that_has_left(self, desk: Client, shop: Merchant) -> None:
        merchants.end_merchant(merchant=shop, at=YESTERDAY, actor=STAFF)

        assert f"{keys_of(shop)}new/" not in text_of(desk.get(keys_of(shop)))
        assert "キーを発行できません" in text_of(issue(desk, shop))
        assert queries.list_keys(shop.id) == []


@pytest.mark.rule("STF-3")
class TestTheSecret:
    def test_is_shown_once_however_often_the_form_is_sent(self, desk: Client, shop: Merchant) -> None:
        once = re.search(r'name="once" value="([0-9a-f-]{36})"', text_of(desk.get(f"{keys_of(shop)}new/")))
        assert once is not None

        secret = secret_on(issue(desk, shop, once=once[1]))
        again = issue(desk, shop, once=once[1])
        page = text_of(desk.get(again["Location"]))

        assert TerminalKey.objects.count() == 1
        assert again["Location"].startswith(keys_of(shop))
        assert secret not in text_of(again) + again["Location"] + page
        assert "この画面はすでに送信され" in page

    def test_is_on_no_other_page_and_in_no_record(self, desk: Client, shop: Merchant) -> None:
        answer = issue(desk, shop)

        secret = secret_on(answer)
        rows = [*AuditEntry.objects.values(), *Session.objects.values(), *Submission.objects.values()]
        pages = [keys_of(shop), f"/office/keys/{TerminalKey.objects.get().id}/revoke/", f"{keys_of(shop)}new/"]
        assert secret[4:] not in str(rows)
        assert secret[4:] not in str(answer.headers) + str(answer.cookies)
        assert [page for page in pages if secret[4:] in text_of(desk.get(page))] == []

    def test_is_on_a_page_that_nothing_keeps(self, desk: Client, shop: Merchant) -> None:
        kept = issue(desk, shop).headers["Cache-Control"]

        assert {"no-store", "private"} <= set(kept.split(", "))


class TestTheList:
    def test_shows_what_each_key_is_for_and_only_its_end(self, desk: Client, shop: Merchant) -> None:
        secret = secret_on(issue(desk, shop, store="S1"))

        page = text_of(desk.get(keys_of(shop)))

        for said in ("レジ3", f"…{secret[-4:]}", "本店", "すべての端末", "ポイントの加算、加算内容の照会", "6,000"):
            assert said in page

    def test_is_reached_from_the_merchants_page(self, desk: Client, shop: Merchant) -> None:
        page = text_of(desk.get(f"/office/catalogue/merchants/merchant/{shop.id}/"))

        assert keys_of(shop) in page

    def test_offers_who_only_looks_nothing_to_change(self, shop: Merchant, desk: Client) -> None:
        issue(desk, shop)

        page = text_of(client_of(Role.AUDITOR).get(keys_of(shop)))

        assert "レジ3" in page
        assert "/revoke/" not in page
        assert "/new/" not in page

    def test_of_nobody_is_not_there(self, desk: Client) -> None:
        assert desk.get("/office/merchants/999999/keys/").status_code == 404


class TestRevoking:
    @pytest.fixture
    def key_id(self, shop: Merchant) -> UUID:
        actor = actors.staff("dareka")
        facts: dict[str, Any] = {"acts": ["accrue"], "per_minute": 60, "at": YESTERDAY, "actor": actor}
        return merchants.issue_key(merchant=shop, name="レジ3", **facts).key.id

    def test_asks_why_first(self, desk: Client, shop: Merchant, key_id: UUID) -> None:
        address = f"/office/keys/{key_id}/revoke/"

        assert address in text_of(desk.get(keys_of(shop)))
        assert "理由を入力" in text_of(desk.post(address, {"reason": " "}))
        assert queries.get_key(key_id).revoked_at is None

    def test_is_at_once_and_says_who_and_why(self, desk: Client, shop: Merchant, key_id: UUID) -> None:
        answer = desk.post(f"/office/keys/{key_id}/revoke/", {"reason": "端末の紛失"})

        key = queries.get_key(key_id)
        entry = AuditEntry.objects.get(act="merchants.revoke_key")
        assert (key.revoked_by, entry.reason) == ("staff:madoguchi", "端末の紛失")
        assert answer["Location"] == keys_of(shop)
        assert f"/office/keys/{key_id}/revoke/" not in text_of(desk.get(keys_of(shop)))

    def test_leads_from_a_revoked_key_to_the_list(self, desk: Client, shop: Merchant, key_id: UUID) -> None:
        merchants.revoke_key(key_id=key_id, at=YESTERDAY, actor=STAFF)

        for answer in (desk.get(f"/office/keys/{key_id}/revoke/"), desk.post(f"/office/keys/{key_id}/revoke/")):
            assert (answer.status_code, answer.headers["Location"]) == (302, keys_of(shop))
