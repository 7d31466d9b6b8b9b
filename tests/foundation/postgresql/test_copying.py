import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction

from pointclub.foundation.postgresql.copying import copy_rows
from pointclub.program.models import NightRun

NIGHT = dt.date(2026, 4, 1)
FINISHED = dt.datetime(2026, 4, 1, 1, 0, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def run(night: dt.date) -> NightRun:
    return NightRun(job=NightRun.Job.LAPSE, night=night, finished_at=FINISHED, accounts=3, points=-7)


def test_rows_are_written_as_they_stand() -> None:
    rows = [run(NIGHT), run(NIGHT + dt.timedelta(days=1))]

    copy_rows(rows)

    assert list(NightRun.objects.order_by("night").values()) == [
        {
            "id": uuid.UUID(str(row.id)),
            "job": "lapse",
            "night": row.night,
            "finished_at": FINISHED,
            "accounts": 3,
            "points": -7,
        }
        for row in rows
    ]


def test_nothing_is_written_of_nothing() -> None:
    copy_rows([])

    assert not NightRun.objects.exists()


def test_refusal_of_the_database_is_djangos() -> None:
    with pytest.raises(IntegrityError, match="each_night_is_recorded_once"), transaction.atomic():
        copy_rows([run(NIGHT), run(NIGHT)])

    assert not NightRun.objects.exists()
