"""What somebody is told, and at which address, stands in no table, job or log in the clear (attack 16)."""

from __future__ import annotations

import logging

import pytest
from django.db import connection

from pointclub.config.logs import QuietFormatter
from pointclub.notices import services as notices
from pointclub.notices.rules.kinds import Kind
from tests.factories.readers import AT, PORTAL, reader, send, tell
from tests.harness.mailbox import Mailbox

pytestmark = pytest.mark.django_db

MARK = "shirushiyama"
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"


def tell_marked() -> None:
    person = reader(f"{MARK}@example.com")
    tell(person, Kind.NEW_SIGN_IN, {"when": AT.isoformat(), "device": MARK})
    tell(person, Kind.PROVE_ADDRESS, {"link": f"https://club.example.jp/{MARK}", "valid_minutes": 60})
    tell(person, Kind.LOGIN_ID_REMINDER, {"login_id": MARK})
    notices.send_trial(
        address=f"{MARK}.trial@example.com", network="192.0.2.1", device="", language="ja", at=AT, actor=PORTAL
    )


def tables_with_the_mark() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        names = [name for (name,) in cursor.fetchall()]
        found = []
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}" AS kept WHERE kept::text LIKE %s', [f"%{MARK}%"])  # noqa: S608 -- Its own tables.
            if cursor.fetchone()[0]:
                found.append(name)
    return found


def test_tables_and_jobs_hold_nothing_in_the_clear(mailbox: Mailbox) -> None:
    tell_marked()
    assert tables_with_the_mark() == []

    assert send() == {"sent": 4}
    assert tables_with_the_mark() == []
    assert all(MARK.encode() in mail.content or MARK in str(mail.recipients) for mail in mailbox.received)


@pytest.mark.parametrize(
    "answer", [f"550 5.1.1 {MARK} unknown", f"451 {MARK} later", f"421 {MARK} going", f"550 5.7.1 {MARK}"]
)
def test_logs_hold_nothing_of_a_mail_that_a_server_refuses(
    mailbox: Mailbox, caplog: pytest.LogCaptureFixture, answer: str
) -> None:
    caplog.set_level(logging.DEBUG)
    mailbox.at_door = lambda _: answer
    tell_marked()

    caplog.clear()
    send()

    formatter = QuietFormatter("{asctime} {levelname} {name}: {message}", style="{")
    ours = [record for record in caplog.records if not record.name.startswith("mail.log")]
    assert [line for line in map(formatter.format, ours) if MARK in line] == []
    assert tables_with_the_mark() == []
