"""Terminal keys: what they are issued for, that their secret is kept nowhere, and that revoking is at once."""

import datetime as dt
import json
import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from pointclub.audit.models import AuditEntry
from pointclub.merchants import queries
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant, TerminalKey
from pointclub.merchants.rules.keys import KeyAct, digest_of, is_secret
from tests.factories.club import OTHER_STAFF, STAFF, Club, jst

pytestmark = pytest.mark.django_db

AT = jst("2026-04-01 12:00")
LATER = AT + dt.timedelta(hours=1)


@pytest.fixture
def shop() -> Merchant:
    return Club().merchant()


def issue(shop: Merchant, **facts: Any) -> merchants.IssuedKey:
    asked: dict[str, Any] = {"name": "レジ3", "acts": [KeyAct.ACCRUE], "per_minute": 6_000, "at": AT, "actor": STAFF}
    return merchants.issue_key(merchant=shop, **asked | facts)


def standing(issued: merchants.IssuedKey) -> queries.KeyStanding:
    digest = digest_of(issued.secret)
    return queries.find_keys([digest])[digest]


def entries(act: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(act=act))


@pytest.mark.rule("ACC-1")
class TestAKeyThatIsIssued:
    def test_is_found_by_the_digest_of_its_secret(self, shop: Merchant) -> None:
        issued = issue(shop)

        assert is_secret(issued.secret)
        assert standing(issued) == queries.KeyStanding(
            id=issued.key.id,
            merchant_id=shop.id,
            merchant_number=shop.number,
            store_code="",
            terminal_code="",
            acts=frozenset({KeyAct.ACCRUE}),
            per_minute=6_000,
            revoked_at=None,
        )

    def test_is_for_the_store_the_till_and_the_acts_named_alone(self, shop: Merchant) -> None:
        merchants.open_store(merchant=shop, code="S1", name="本店", at=AT, actor=STAFF)

        issued = issue(shop, store_code="S1", terminal_code="T3", acts=["read", "accrue"], per_minute=1)

        found = standing(issued)
        assert (found.store_code, found.terminal_code, found.per_minute) == ("S1", "T3", 1)
        assert found.acts == {KeyAct.ACCRUE, KeyAct.READ}

    def test_has_a_secret_of_its_own(self, shop: Merchant) -> None:
        one, other = issue(shop), issue(shop)

        assert one.secret != other.secret
        assert queries.find_keys([digest_of(one.secret), digest_of(other.secret), bytes(32)]).keys() == {
            digest_of(one.secret),
            digest_of(other.secret),
        }

    def test_is_found_with_others_by_one_statement(
        self, shop: Merchant, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        digests = [digest_of(issue(shop).secret) for _ in range(3)]

        with django_assert_num_queries(1):
            queries.find_keys(digests)

    def test_is_listed_with_its_merchants_others_the_latest_first(self, shop: Merchant) -> None:
        first, second = issue(shop), issue(shop, at=LATER)
        issue(Club().merchant())

        assert queries.list_keys(shop.id) == [second.key, first.key]

    def test_is_in_the_audit_log_by_its_id(self, shop: Merchant) -> None:
        issued = issue(shop)

        (entry,) = entries("merchants.issue_key")
        assert (entry.chain, entry.subject_kind, entry.subject_id) == (str(STAFF), "merchant", str(shop.id))
        assert entry.details == {"key": str(issued.key.id), "store": None, "acts": ["accrue"], "per_minute": 6_000}


@pytest.mark.rule("STF-3")
class TestTheSecret:
    def test_is_kept_in_no_table_and_no_log(self, shop: Merchant, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)

        issued = issue(shop)

        random_part = issued.secret.removeprefix("pct_")
        assert random_part not in caplog.text
        assert random_part not in json.dumps(list(AuditEntry.objects.values()), default=str)
        row = TerminalKey.objects.filter(id=issued.key.id).values().get()
        assert random_part not in str(row)
        assert (bytes(row["digest"]), row["hint"]) == (digest_of(issued.secret), issued.secret[-4:])

    def test_is_not_in_what_is_printed_of_a_key(self, shop: Merchant) -> None:
        issued = issue(shop)

        assert issued.secret not in f"{issued!r} {issued.key!r} {issued.key}"


class TestAKeyIsRefused:
    def test_for_a_store_that_the_merchant_does_not_have(self, shop: Merchant) -> None:
        merchants.open_store(merchant=Club().merchant(), code="S1", name="他店", at=AT, actor=STAFF)

        with pytest.raises(merchants.UnknownStoreError):
            issue(shop, store_code="S1")

    @pytest.mark.parametrize(
        "facts",
        [
            {"name": ""},
            {"name": " \u3000"},
            {"name": "レ" * 81},
            {"name": "レジ\n3"},
            {"terminal_code": "T" * 21},
            {"terminal_code": "T\x00"},
            {"acts": []},
            {"acts": ["accrue", "redeem"]},
            {"per_minute": 0},
            {"per_minute": -1},
            {"per_minute": 1_000_001},
        ],
        ids=lambda facts: "-".join(f"{name}-{str(value)[:12]!a}" for name, value in facts.items()),
    )
    def test_where_it_makes_no_sense(self, shop: Merchant, facts: dict[str, Any]) -> None:
        with pytest.raises(merchants.InvalidKeyError):
            issue(shop, **facts)

        assert not TerminalKey.objects.exists()
        assert entries("merchants.issue_key") == []

    def test_to_a_merchant_that_has_left(self, shop: Merchant) -> None:
        merchants.end_merchant(merchant=shop, at=AT, actor=STAFF)

        # The row in hand was read before its end.
        with pytest.raises(merchants.NoTerminalsError):
            issue(shop)

    def test_to_the_operator(self) -> None:
        with pytest.raises(merchants.NoTerminalsError):
            issue(queries.get_merchant(queries.OPERATOR_NUMBER))

    def test_not_to_a_merchant_that_is_suspended(self, shop: Merchant) -> None:
        merchants.suspend_merchant(merchant=shop, at=AT, actor=STAFF)

        assert standing(issue(shop)).revoked_at is None


class TestAKeyThatIsRevoked:
    @pytest.mark.rule("ACC-1")
    def test_says_so_from_then_on(self, shop: Merchant) -> None:
        issued, other = issue(shop), issue(shop)

        merchants.revoke_key(key_id=issued.key.id, at=LATER, actor=OTHER_STAFF, reason="端末の紛失")

        assert standing(issued).revoked_at == LATER
        assert standing(other).revoked_at is None

    @pytest.mark.rule("STF-3")
    def test_is_revoked_once(self, shop: Merchant) -> None:
        issued = issue(shop)
        for at, actor in ((LATER, OTHER_STAFF), (LATER + dt.timedelta(days=1), STAFF)):
            key = merchants.revoke_key(key_id=issued.key.id, at=at, actor=actor, reason=" 端末の紛失 ")

        (entry,) = entries("merchants.revoke_key")
        assert (key.revoked_at, key.revoked_by) == (LATER, str(OTHER_STAFF))
        assert (entry.chain, entry.subject_id, entry.reason) == (str(OTHER_STAFF), str(shop.id), "端末の紛失")
        assert entry.details == {"key": str(issued.key.id)}

    def test_has_to_be_one(self) -> None:
        with pytest.raises(queries.UnknownKeyError):
            merchants.revoke_key(key_id=UUID(int=0), at=AT, actor=STAFF)


class TestTheDatabase:
    @pytest.mark.parametrize(
        ("column", "value", "constraint"),
        [
            ("digest", b"short", "terminal_key_digest_is_sha256"),
            ("name", "", "terminal_key_has_a_name"),
            ("acts", [], "terminal_key_allows_something"),
            ("per_minute", 0, "terminal_key_has_a_limit"),
            ("revoked_by", "staff:tanto-1", "terminal_key_is_revoked_by_somebody"),
        ],
    )
    def test_keeps_out_a_key_that_is_none(self, shop: Merchant, column: str, value: object, constraint: str) -> None:
        key = issue(shop).key
        row = {field.attname: getattr(key, field.attname) for field in TerminalKey._meta.concrete_fields}
        row |= {"id": UUID(int=1), "digest": bytes(32), column: value}

        with transaction.atomic(), pytest.raises(IntegrityError, match=constraint):
            TerminalKey.objects.create(**row)

    @pytest.mark.parametrize("change", [lambda: {"per_minute": 1}, lambda: {"digest": bytes(32)}, lambda: {"hint": ""}])
    def test_lets_nobody_make_another_key_of_it(self, shop: Merchant, change: Callable[[], dict[str, Any]]) -> None:
        issue(shop)

        with transaction.atomic(), pytest.raises(DatabaseError, match="permission denied"):
            TerminalKey.objects.update(**change())

    def test_lets_nobody_delete_one(self, shop: Merchant) -> None:
        issue(shop)

        with transaction.atomic(), pytest.raises(DatabaseError, match="permission denied"):
            TerminalKey.objects.filter(name=F("name")).delete()
