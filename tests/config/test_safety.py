"""The application does not start with rights over the books."""

import dataclasses

import psycopg
import pytest
from pytest_django import Settings

from pointclub.config import safety
from pointclub.jobs.database.access import connected_as
from tests.harness.databases import FreshDatabase


@pytest.fixture
def production(settings: Settings) -> None:
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, kind="production")


@pytest.mark.django_db
def test_application_role_may_start(production: None) -> None:
    safety.refuse_unsafe_start()


def test_owner_may_not_start_as_the_application(production: None, fresh_database: FreshDatabase) -> None:
    with connected_as(fresh_database.owner_url), pytest.raises(safety.UnsafeStartError, match="owns"):
        safety.refuse_unsafe_start()


@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
def test_right_over_the_books_is_named(
    production: None, fresh_database: FreshDatabase, owner_connection: psycopg.Connection, right: str
) -> None:
    owner_connection.execute(f"GRANT {right} ON points_posting TO PUBLIC")

    with pytest.raises(safety.UnsafeStartError, match=f"{right} on points_posting"):
        safety.refuse_unsafe_start()


def test_development_is_warned_and_goes_on(fresh_database: FreshDatabase, capsys: pytest.CaptureFixture[str]) -> None:
    with connected_as(fresh_database.owner_url):
        safety.refuse_unsafe_start()

    assert "owns" in capsys.readouterr().err
