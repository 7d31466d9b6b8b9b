"""Every foreign key is checked by the statement that touches it."""

import pytest
from django.db import connection, models

from pointclub.foundation.postgresql.address import connection_settings
from pointclub.jobs.database.access import connected_as
from tests.harness.databases import FreshDatabase


@pytest.mark.django_db
def test_no_foreign_key_of_the_whole_schema_is_deferrable() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f' AND condeferrable")
        deferrable = cursor.fetchall()

    assert deferrable == []


@pytest.mark.django_db
def test_statements_see_what_others_have_committed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("read committed",)


def test_migrations_can_add_and_drop_a_key_on_a_table_that_is_there(fresh_database: FreshDatabase) -> None:
    class Parent(models.Model):
        class Meta:
            app_label = "trial"

    class Child(models.Model):
        class Meta:
            app_label = "trial"

    parent: models.ForeignKey[Parent | None, Parent | None] = models.ForeignKey(Parent, models.PROTECT, null=True)
    parent.set_attributes_from_name("parent")
    parent.model = Child

    with connected_as(fresh_database.owner_url), connection.schema_editor() as editor:
        editor.create_model(Parent)
        editor.create_model(Child)
        editor.add_field(Child, parent)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT condeferrable FROM pg_constraint WHERE contype = 'f' AND conrelid = 'trial_child'::regclass"
            )
            keys = cursor.fetchall()
        editor.remove_field(Child, parent)

    assert keys == [(False,)]


def test_address_is_read_as_libpq_would() -> None:
    settings = connection_settings("postgresql://some%40one:p%2Fw@db.example.jp:6432/club?sslmode=verify-full")

    assert settings["USER"] == "some@one"
    assert settings["PASSWORD"] == "p/w"
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example.jp", "6432", "club")
    assert settings["OPTIONS"] == {"sslmode": "verify-full"}


@pytest.mark.parametrize("url", ["postgresql:///club?host=/run/postgresql", "postgresql://%2Frun%2Fpostgresql/club"])
def test_socket_folder_stands_where_the_host_would(url: str) -> None:
    assert connection_settings(url)["HOST"] == "/run/postgresql"


def test_address_without_a_database_is_refused() -> None:
    with pytest.raises(ValueError, match="postgresql://"):
        connection_settings("postgresql://localhost")
