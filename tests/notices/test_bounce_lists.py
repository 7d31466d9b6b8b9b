"""A list of addresses that mail came back from marks them once, and never says which they were (NTC-5)."""

from __future__ import annotations

import codecs
import datetime as dt
from pathlib import Path

import pytest

from pointclub.audit.models import AuditEntry
from pointclub.notices.models import ListedBounce
from pointclub.people import services as people
from pointclub.people.models import ContactAddress
from tests.factories.readers import AT, FIRST, PORTAL, SECOND, address_of, reader
from tests.harness.commands import Called, call

pytestmark = [pytest.mark.django_db, pytest.mark.rule("NTC-5")]

HEAD = "address,when,kind,reason\n"
LATER = (AT + dt.timedelta(days=1)).isoformat()
EARLIER = (AT - dt.timedelta(days=1)).isoformat()


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


def line(address: str = FIRST, when: str = LATER, kind: str = "permanent", reason: str = "5.1.1") -> str:
    return f"{address},{when},{kind},{reason}\n"


def take(file: Path, content: str | bytes) -> Called:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return call("notices", "bounces", str(file), "--json")


class TestAListOfAddresses:
    def test_marks_everybody_who_has_an_address_that_does_not_exist(self, listed: Path) -> None:
        family = [reader(), reader()]
        other = reader("good@example.com")

        taken = take(listed, HEAD + line())

        assert (taken.code, taken.json["bounced"], taken.json["bad"]) == (0, 1, [])
        assert all(address_of(person).bounced_at for person in family)
        assert address_of(other).bounced_at is None

    def test_marks_nothing_for_what_is_temporary_or_of_nobody(self, listed: Path) -> None:
        hanako = reader()

        taken = take(listed, HEAD + line(kind="Temporary") + line("nobody@example.com"))

        assert (taken.json["temporary"], taken.json["not_ours"]) == (1, 1)
        assert address_of(hanako).bounced_at is None

    def test_does_nothing_again_even_where_mail_is_said_to_arrive_again(self, listed: Path) -> None:
        hanako = reader()
        take(listed, HEAD + line())
        first = ContactAddress.Kind.FIRST
        people.forget_bounce(person_id=hanako.id, kind=first, at=AT, actor=PORTAL)

        again = take(listed, HEAD + line())

        assert (again.json["bounced"], again.json["known_before"]) == (0, 1)
        assert address_of(hanako).bounced_at is None
        assert ListedBounce.objects.count() == 1

    def test_leaves_an_address_that_was_proved_since(self, listed: Path) -> None:
        hanako = reader()

        assert take(listed, HEAD + line(when=EARLIER)).json["outdated"] == 1
        assert address_of(hanako).bounced_at is None

    def test_takes_a_time_without_an_offset_for_japans(self, listed: Path) -> None:
        reader()

        assert take(listed, HEAD + line(when="2026-04-01 11:59")).json["outdated"] == 1
        assert take(listed, HEAD + line(when="2026-04-01 12:01")).json["bounced"] == 1

    @pytest.mark.parametrize(
        "content",
        [
            codecs.BOM_UTF8 + (HEAD + line(reason="あて先不明")).encode(),
            (HEAD + line(reason="あて先不明")).encode("cp932"),
            (HEAD + line(reason="あて先不明")).replace("\n", "\r\n").encode(),
            f"Kind,When,Address\npermanent,{LATER},{FIRST.upper().replace('HANAKO', 'hanako')}\n\n".encode(),
        ],
        ids=["byte-order-mark", "cp932", "crlf", "other-order"],
    )
    def test_is_read_however_it_is_written(self, listed: Path, content: bytes) -> None:
        hanako = reader()

        assert take(listed, content).json["bounced"] == 1
        assert address_of(hanako).bounced_at is not None


class TestABadLine:
    @pytest.mark.parametrize(
        ("bad", "code"),
        [
            (line("hanako.example.com"), "address"),
            (line(when="10/04/2026"), "when"),
            (line(when="0001-01-01"), "when"),
            (line(when="2999-01-01"), "future"),
            (line(kind="hard"), "kind"),
            (f"{SECOND},{LATER}\n", "cells"),
        ],
        ids=["address", "when", "before-all-time", "future", "kind", "cells"],
    )
    def test_is_named_and_the_others_are_taken(self, listed: Path, bad: str, code: str) -> None:
        hanako = reader()

        taken = take(listed, HEAD + bad + line())

        assert taken.code == 1
        assert [(each["line"], each["code"]) for each in taken.json["bad"]] == [(2, code)]
        assert address_of(hanako).bounced_at is not None

    def test_can_be_mended_and_sent_with_the_rest_again(self, listed: Path) -> None:
        reader()
        second = reader(SECOND)
        take(listed, HEAD + line() + line(SECOND, kind="?"))

        mended = take(listed, HEAD + line() + line(SECOND))

        assert (mended.json["bounced"], mended.json["known_before"], mended.json["bad"]) == (1, 1, [])
        assert address_of(second).bounced_at is not None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "columns"),
        (b"address,when\n", "columns"),
        (b"address,when,kind,kind\n", "columns"),
        (b"email,when,kind\n", "columns"),
        (f"{HEAD}{line()}{line()}"[:-1].encode(), "truncated"),
        (f'{HEAD}{line()}"hanako'.encode(), "quoting"),
        (HEAD.encode() + line(reason="不明").encode() + line(reason="不明").encode("cp932"), "encoding"),
        (HEAD.encode() + line().encode() + b"\x00\n", "null_byte"),
    ],
    ids=["empty", "too-few", "twice", "other-names", "cut", "quote", "two-encodings", "zero-byte"],
)
def test_a_list_that_does_not_hold_together_is_refused_whole(listed: Path, content: bytes, reason: str) -> None:
    hanako = reader()

    refused = take(listed, content)

    assert (refused.json["refused"], refused.json["reason"]) == ("broken_file", reason)
    assert address_of(hanako).bounced_at is None


def test_no_address_is_printed_logged_or_recorded(listed: Path, caplog: pytest.LogCaptureFixture) -> None:
    marked = "zq7marked@example.com"
    reader(marked)

    taken = take(listed, HEAD + line(marked) + line(marked, kind="?") + line(f"{marked}@twice"))

    assert (taken.json["bounced"], len(taken.json["bad"])) == (1, 2)
    assert "zq7" not in f"{taken.out}{taken.err}{caplog.text}"
    assert "zq7" not in "".join(str(entry) for entry in AuditEntry.objects.values_list("details", flat=True))
