"""Which table is spread follows from the models."""

import pytest
from django.apps import apps

from pointclub.jobs.database import distribution

pytestmark = pytest.mark.django_db


def test_what_an_account_owns_is_spread_with_its_account() -> None:
    plan = distribution.plan()

    assert plan.distributed["points_account"] == "id"
    assert plan.distributed["points_posting"] == "account_id"


def test_what_owned_rows_refer_to_is_copied_and_never_both() -> None:
    plan = distribution.plan()

    assert not set(plan.copied) & set(plan.distributed)


def test_owned_rows_refer_to_no_sign_in_tables() -> None:
    labels = {model._meta.db_table: model._meta.app_label for model in apps.get_models()}

    assert not {labels[table] for table in distribution.plan().copied} & {"auth", "sessions", "people"}


def test_server_without_the_extension_is_told_so() -> None:
    with pytest.raises(distribution.NoCitusError, match="Citus extension is not there"):
        distribution.refuse_without_citus()
