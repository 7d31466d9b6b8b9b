"""What the models say: which tables are ours, which an account owns, and how high their packages stand."""

import configparser
import re
from pathlib import Path

from django.apps import apps
from django.db import models

from pointclub.points.models import Account

CHECKOUT = Path(__file__).parents[3]
ACCOUNT_TABLE = "points_account"
ACCOUNT_COLUMN = "account_id"


def layers_of_packages() -> dict[str, int]:
    """Return the height of each package, read from the contract itself."""
    contracts = configparser.ConfigParser()
    contracts.read(CHECKOUT / ".importlinter")
    lines = contracts["importlinter:contract:layers"]["layers"].strip().splitlines()
    return {name: height for height, line in enumerate(reversed(lines)) for name in re.findall(r"\w+", line)}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("pointclub.")]


def own_tables() -> set[str]:
    return {model._meta.db_table for model in own_models()}


def owned_models() -> list[type[models.Model]]:
    """Return the models whose key begins with the account."""
    return [model for model in own_models() if key_of(model)[:1] == ["account"]]


def owned_tables() -> set[str]:
    return {model._meta.db_table for model in owned_models()}


def spread_tables() -> dict[str, str]:
    """Return every table that is spread by account, with the column that says whose a row is."""
    return {ACCOUNT_TABLE: "id"} | dict.fromkeys(sorted(owned_tables()), ACCOUNT_COLUMN)


def key_of(model: type[models.Model]) -> list[str]:
    """Return the fields of the primary key."""
    key = model._meta.pk
    return list(key.field_names) if isinstance(key, models.CompositePrimaryKey) else [key.name]


def models_that_name_an_account() -> dict[str, list[str]]:
    """Return the models with a key to an account or a column of its id, and the fields."""
    named: dict[str, list[str]] = {}
    for model in own_models():
        for field in model._meta.local_fields:
            if field.column == ACCOUNT_COLUMN or (field.is_relation and field.related_model is Account):
                named.setdefault(model._meta.label, []).append(field.name)
    return named


def insert_only_tables() -> set[str]:
    return {model._meta.db_table for model in own_models() if getattr(model, "insert_only", False)}
