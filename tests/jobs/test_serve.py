"""`pointclub serve` and `pointclub api` as processes: everything answers, and stops when asked to."""

import re
import signal
import subprocess

import httpx
import pytest

from tests.harness.commands import start
from tests.harness.databases import FreshDatabase

ADDRESSES = {"POINTCLUB_WEB_ADDRESS": "127.0.0.1:8700", "POINTCLUB_API_ADDRESS": "127.0.0.1:8800"}


def first_line_of(process: subprocess.Popen[str], *, with_word: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if with_word in line:
            return line
    raise AssertionError(process.communicate())


@pytest.mark.parametrize(
    ("command", "opens"), [("serve", ["sign-in/", "livez"]), ("api", ["livez"]), ("web", ["sign-in/"])]
)
def test_what_is_announced_answers_until_told_to_stop(
    fresh_database: FreshDatabase, command: str, opens: list[str]
) -> None:
    process = start("-m", "pointclub", command, database=fresh_database, environ=ADDRESSES)
    try:
        announced = first_line_of(process, with_word="http://")
        hosts = re.findall(r"http://[\d.]+:\d+", announced)
        answers = [httpx.get(f"{host}/{path}", timeout=20) for host, path in zip(hosts, opens, strict=True)]
        process.send_signal(signal.SIGTERM)
        # A process that did not hear it, as it was still starting, would be killed after twenty.
        code = process.wait(timeout=60)
    finally:
        process.kill()
        process.communicate()

    assert [answer.status_code for answer in answers] == [200] * len(opens)
    assert code == 0
