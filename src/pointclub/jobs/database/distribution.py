"""Spreading the tables over a Citus cluster. The lists follow from the models; nothing is named here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from pointclub.foundation.refusals import Refusal
from pointclub.jobs.database.upkeep import as_owner

OWNED_BY = "account"
_REFERRED_TO = """
    WITH RECURSIVE reached (oid) AS (
        SELECT oid FROM pg_class WHERE relname = ANY(%s) AND relnamespace = 'public'::regnamespace
        UNION
        SELECT key.confrelid FROM pg_constraint AS key JOIN reached ON key.conrelid = reached.oid
        WHERE key.contype = 'f'
    ), spread (names) AS (SELECT %s::text[])
    SELECT relname::text FROM reached JOIN pg_class USING (oid), spread
    WHERE relname <> ALL (spread.names) ORDER BY relname
"""


class NoCitusError(Refusal):
    """This server cannot spread tables over machines."""

    code = "no_citus"


@dataclass(frozen=True)
class Plan:
    """Which tables are spread by which column, and which are copied to every machine."""

    distributed: dict[str, str]
    copied: list[str]


def plan() -> Plan:
    """Return the plan for the connected database: what an account owns is spread, what that refers to is copied."""
    owned = [model for model in apps.get_models() if _is_owned_by_account(model)]
    owners = {
        field.related_model for model in owned for field in [model._meta.get_field(OWNED_BY)] if field.is_relation
    }
    distributed = {owner._meta.db_table: owner._meta.pk.column for owner in _models(owners)}
    distributed |= {model._meta.db_table: model._meta.get_field(OWNED_BY).column for model in _models(owned)}
    return Plan(distributed=distributed, copied=_referred_to_by(distributed))


def distribute() -> dict[str, Any]:
    """Carry out the plan on the connected server; tables that are spread already stay as they are."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        refuse_without_citus()
        cursor.execute("SELECT table_name::text FROM citus_tables")
        done = {name for (name,) in cursor.fetchall()}
        chosen = plan()
        for table in chosen.copied:
            if table not in done:
                cursor.execute("SELECT create_reference_table(%s)", [table])
        for table, column in chosen.distributed.items():
            if table not in done:
                cursor.execute("SELECT create_distributed_table(%s, %s)", [table, column])
    return {"distributed": sorted(chosen.distributed), "copied": chosen.copied}


def refuse_without_citus() -> None:
    """Say so where the connected server cannot spread tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_extension WHERE extname = 'citus'")
        if not cursor.rowcount:
            message = "The Citus extension is not there (CREATE EXTENSION citus); the tables stay on this one server."
            raise NoCitusError(message)


def _is_owned_by_account(model: type[models.Model]) -> bool:
    key = model._meta.pk
    return isinstance(key, models.CompositePrimaryKey) and key.field_names[0] in {OWNED_BY, f"{OWNED_BY}_id"}


def _referred_to_by(distributed: Iterable[str]) -> list[str]:
    """Return the other tables that keys lead to, near or far; the database knows those that Django does not make."""
    with connection.cursor() as cursor:
        cursor.execute(_REFERRED_TO, [list(distributed), list(distributed)])
        return [table for (table,) in cursor.fetchall()]


def _models(found: Any) -> list[Any]:
    """Return the models among what Django's metadata gives; its types also allow names not yet resolved."""
    return [model for model in found if isinstance(model, type) and issubclass(model, models.Model)]
