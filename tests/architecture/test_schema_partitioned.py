"""The tables of the accounts, cut up by account: PostgreSQL refuses a wrong key, and everything still works."""

import psycopg
import pytest
from django.db import connection

from pointclub.earning.queries import verify_accruals
from pointclub.jobs.database import grants
from pointclub.jobs.database.access import connected_as
from pointclub.points.models import Account
from pointclub.rewards.queries import verify_redemptions
from tests.architecture.one_schema.catalog import foreign_keys, unique_keys
from tests.architecture.one_schema.partitioning import Key, add_key, copy_partitioned, partition_by_account
from tests.architecture.one_schema.registry import spread_tables
from tests.architecture.one_schema.scenario import Life
from tests.factories.club import verified
from tests.harness.databases import FreshDatabase


@pytest.fixture
def copies(owner_connection: psycopg.Connection) -> list[Key]:
    return copy_partitioned(owner_connection, spread_tables())


class TestCopies:
    def test_take_all_keys_of_the_originals(self, owner_connection: psycopg.Connection, copies: list[Key]) -> None:
        for key in copies:
            add_key(owner_connection, "copies", key)

        assert {key.table for key in copies} == set(spread_tables())

    @pytest.mark.parametrize(
        ("table", "definition"),
        [
            ("rewards_redemption_order", "UNIQUE (number)"),
            ("points_transaction", "UNIQUE (business_key)"),
            ("points_lot", "PRIMARY KEY (id)"),
            ("earning_accrual", "UNIQUE (merchant_id, reference)"),
        ],
    )
    @pytest.mark.usefixtures("copies")
    def test_refuse_a_key_without_the_account(
        self, owner_connection: psycopg.Connection, table: str, definition: str
    ) -> None:
        with pytest.raises(psycopg.errors.FeatureNotSupported, match="partitioning columns"):
            add_key(owner_connection, "copies", Key(table, "without_the_account", definition))


@pytest.fixture
def cut_up(owner_connection: psycopg.Connection, fresh_database: FreshDatabase) -> psycopg.Connection:
    """Cut up the tables of the fresh database and grant the application its rights on them."""
    role = connection.settings_dict["USER"]
    partition_by_account(owner_connection, spread_tables())
    with connected_as(fresh_database.owner_url):
        grants.grant_application_rights(connection, role=role)
    return owner_connection


def test_a_life_on_tables_that_are_cut_up_leaves_sound_books(cut_up: psycopg.Connection) -> None:
    Life().go_through_all()

    assert verified() == []
    assert verify_accruals() == []
    assert verify_redemptions() == []


def test_accounts_really_lie_in_several_parts(cut_up: psycopg.Connection) -> None:
    life = Life()
    life.found_the_club()
    for _ in range(20):
        life.club.member()

    (parts,) = cut_up.execute("SELECT count(DISTINCT tableoid) FROM points_account").fetchone() or (0,)

    assert parts > 1
    assert Account.objects.count() == 22


def test_tables_that_are_cut_up_have_the_keys_that_they_had(
    owner_connection: psycopg.Connection, fresh_database: FreshDatabase
) -> None:
    before = {str(key) for key in [*unique_keys(), *foreign_keys()]}

    partition_by_account(owner_connection, spread_tables())

    kinds = owner_connection.execute(
        "SELECT DISTINCT relkind FROM pg_class WHERE oid = ANY(%s::regclass[])", [list(spread_tables())]
    ).fetchall()
    assert kinds == [("p",)]
    assert {str(key) for key in [*unique_keys(), *foreign_keys()]} == before
