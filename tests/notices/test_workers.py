"""Real workers in processes of their own: two at once, and one that is killed at the worst moment."""

from __future__ import annotations

import datetime as dt
import os
import signal
import time

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from pointclub.foundation import clock
from pointclub.jobs import schedule
from pointclub.notices import services
from pointclub.notices.models import Delivery, Notice
from pointclub.notices.rules import waiting
from pointclub.notices.rules.kinds import Kind
from tests.factories.readers import FIRST, reader, send, tell
from tests.harness.commands import start
from tests.harness.databases import FreshDatabase
from tests.harness.mailbox import Mailbox, Received

_WORK_ONCE = f"""
from pointclub.jobs.worker import run_worker
run_worker(wait=False, queues=[{services.QUEUE!r}])
"""

pytestmark = pytest.mark.rule("NTC-1")


def test_a_worker_sends_what_was_told_when_the_bell_rings(fresh_database: FreshDatabase, mailbox: Mailbox) -> None:
    tell(reader(), at=clock.now())

    worker = start("-c", _WORK_ONCE, database=fresh_database, environ={"POINTCLUB_MAIL_URL": mailbox.url})
    out, err = worker.communicate(timeout=60)

    assert worker.returncode == 0, out + err
    assert mailbox.recipients == [FIRST]
    rung = ProcrastinateJob.objects.filter(task_name=services.TASK)
    assert set(rung.values_list("status", flat=True)) == {"succeeded"}


def test_a_worker_sends_some_at_a_time_and_rings_again_for_the_rest(
    fresh_database: FreshDatabase, mailbox: Mailbox
) -> None:
    now = clock.now()
    for number in range(schedule.MAILS_AT_A_TIME + 5):
        tell(reader(f"reader-{number:03}@example.com", at=now), at=now)
    rung = ProcrastinateJob.objects.filter(task_name=services.TASK)
    told = rung.count()

    worker = start("-c", _WORK_ONCE, database=fresh_database, environ={"POINTCLUB_MAIL_URL": mailbox.url})
    out, err = worker.communicate(timeout=120)

    assert worker.returncode == 0, out + err
    assert len(set(mailbox.recipients)) == len(mailbox.recipients) == schedule.MAILS_AT_A_TIME + 5
    assert rung.count() > told


def test_two_workers_share_what_waits_and_send_nothing_twice(fresh_database: FreshDatabase, mailbox: Mailbox) -> None:
    now = clock.now()
    addresses = [f"reader-{number:02}@example.com" for number in range(60)]
    for address in addresses:
        tell(reader(address, at=now), at=now)

    environ = {"POINTCLUB_MAIL_URL": mailbox.url}
    workers = [start("-c", _WORK_ONCE, database=fresh_database, environ=environ) for _ in range(2)]
    for worker in workers:
        out, err = worker.communicate(timeout=120)
        assert worker.returncode == 0, out + err

    assert sorted(mailbox.recipients) == addresses
    assert set(Delivery.objects.exclude(address=None).values_list("state", flat=True)) == {"sent"}


def test_a_worker_killed_between_sending_and_marking_sends_once_more_under_the_same_id(
    fresh_database: FreshDatabase, mailbox: Mailbox
) -> None:
    now = clock.now()
    tell(reader(at=now), at=now)
    tell(reader("other@example.com", at=now), at=now + dt.timedelta(microseconds=1))
    worker = start("-c", _WORK_ONCE, database=fresh_database, environ={"POINTCLUB_MAIL_URL": mailbox.url})

    def kill(mail: Received) -> str | None:
        mailbox.received.append(mail)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        return None

    mailbox.answer = kill
    worker.communicate(timeout=60)
    mailbox.answer = lambda _: None
    mailbox.received = mailbox.received[:1]
    send(now + dt.timedelta(minutes=1))
    # Nobody takes up what the dead worker was at, until its time is over.
    assert mailbox.recipients == [FIRST, "other@example.com"]
    send(now + waiting.AT_IT + dt.timedelta(minutes=1))
    send(now + dt.timedelta(days=1))

    assert mailbox.recipients == [FIRST, "other@example.com", FIRST]
    first, _, again = mailbox.received
    assert first.message["Message-ID"] == again.message["Message-ID"]


def test_a_secret_whose_worker_was_killed_is_not_sent_after_its_time(
    fresh_database: FreshDatabase, mailbox: Mailbox
) -> None:
    now = clock.now()
    notice_id = tell(reader(at=now), Kind.SIGN_IN_CODE, {"code": "314159", "valid_minutes": 5}, at=now)
    mailbox.answer = lambda _: time.sleep(0.5)
    worker = start("-c", _WORK_ONCE, database=fresh_database, environ={"POINTCLUB_MAIL_URL": mailbox.url})
    while Delivery.objects.filter(tries=0).exclude(address=None).exists():
        time.sleep(0.01)
    worker.kill()
    worker.communicate()
    mailbox.answer = lambda _: None
    arrived = len(mailbox.received)

    send(now + waiting.AT_IT + dt.timedelta(minutes=1))

    assert len(mailbox.received) == arrived
    assert Notice.objects.get(id=notice_id).values is None
