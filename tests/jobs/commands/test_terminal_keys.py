"""`pointclub merchant issue-key`, `keys` and `revoke-key`: the secret is shown once, and revoking is at once."""

import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest

from pointclub.jobs import output
from pointclub.merchants import queries
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from pointclub.merchants.rules.keys import KeyAct, digest_of, is_secret
from pointclub.people.rules.permissions import Role
from tests.factories.club import STAFF, Club, jst
from tests.factories.staff import staff
from tests.harness.commands import Called, call

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ACC-1")]
NOW = jst("2026-04-10 12:00")


@pytest.fixture
def shop(set_clock: Callable[[dt.datetime], None], db: None) -> Merchant:
    set_clock(NOW)
    staff(Role.MERCHANT_DESK, login_id="sato")
    return Club().merchant()


def issue(shop: Merchant, *words: str) -> Called:
    return call("merchant", "issue-key", shop.number, "--name", "レジ3", *words, "--as", "sato")


def test_issues_a_key_for_all_acts_and_says_that_its_secret_is_not_shown_again(shop: Merchant) -> None:
    answer = issue(shop, "--json")

    said = answer.json
    digest = digest_of(said["secret"])
    key = queries.find_keys([digest])[digest]
    assert is_secret(said["secret"])
    assert (key.id, key.acts, key.per_minute) == (UUID(said["key"]), frozenset(KeyAct), 6_000)
    assert (said["hint"], said["issued_by"]) == (said["secret"][-4:], "staff:sato")
    assert "not shown again" in answer.err


def test_issues_a_key_for_what_is_named(shop: Merchant) -> None:
    merchants.open_store(merchant=shop, code="S1", name="本店", at=NOW, actor=STAFF)
    words = ("--store", "S1", "--terminal", "T3", "--acts", "read, accrue", "--per-minute", "60")

    said = issue(shop, *words, "--json").json

    assert (said["store"], said["terminal"], said["acts"]) == ("S1", "T3", ["accrue", "read"])
    assert said["per_minute"] == 60


def test_tells_people_the_secret_in_a_line_of_its_own(shop: Merchant) -> None:
    lines = issue(shop).out.splitlines()

    (secret,) = (line.removeprefix("secret: ") for line in lines if line.startswith("secret: "))
    assert is_secret(secret)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--acts", "accrue,redeem"), output.USAGE),
        (("--acts", ""), output.USAGE),
        (("--per-minute", "0"), output.USAGE),
        (("--per-minute", "1000001"), output.USAGE),
        (("--per-minute", "６０"), output.USAGE),
        (("--store", "S9"), output.NOT_FOUND),
        (("--name", "  "), output.REFUSED),
    ],
    ids=["unknown-act", "no-act", "no-call", "too-many-calls", "full-width", "unknown-store", "blank-name"],
)
def test_issues_nothing_that_makes_no_sense(shop: Merchant, words: tuple[str, ...], code: int) -> None:
    assert issue(shop, *words, "--json").code == code
    assert queries.list_keys(shop.id) == []


def test_lists_keys_without_their_secrets(shop: Merchant) -> None:
    secret = issue(shop, "--json").json["secret"]

    listed = call("merchant", "keys", shop.number, "--as", "sato", "--json")

    assert secret not in listed.out
    assert [(key["name"], key["hint"], key["revoked_at"]) for key in listed.json["keys"]] == [
        ("レジ3", secret[-4:], None)
    ]


def test_lists_keys_for_people_in_a_table_that_fits(shop: Merchant) -> None:
    said = issue(shop, "--json").json
    call("merchant", "revoke-key", said["key"], "--reason", "端末の紛失", "--as", "sato")

    listed = call("merchant", "keys", shop.number, "--as", "sato").out

    assert said["secret"] not in listed
    assert "all stores" in " ".join(listed.split())
    assert {len(line) <= 80 for line in listed.splitlines()} == {True}


def test_revokes_a_key_by_its_id(shop: Merchant) -> None:
    key = issue(shop, "--json").json["key"]

    for _ in range(2):
        said = call("merchant", "revoke-key", key, "--reason", "端末の紛失", "--as", "sato", "--json").json

    assert said["revoked_by"] == "staff:sato"
    assert said["revoked_at"].startswith("2026-04-10T12:00")
    assert queries.get_key(UUID(key)).revoked_at is not None
