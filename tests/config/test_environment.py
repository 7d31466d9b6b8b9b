"""The environment is read once, as a whole, and refused as a whole."""

import base64
import datetime as dt
from pathlib import Path

import pytest

from pointclub.config.environment import EnvironmentRefusedError, read_environment

KEY = base64.b64encode(b"k" * 32).decode()
OTHER_KEY = base64.b64encode(b"o" * 32).decode()
PRODUCTION = {
    "POINTCLUB_SECRET_KEY": "s" * 50,
    "POINTCLUB_PASSWORD_PEPPER": "p" * 50,
    "POINTCLUB_PERSONAL_DATA_KEYS": f"first:{KEY}",
    "POINTCLUB_BLIND_INDEX_KEY": OTHER_KEY,
    "POINTCLUB_ROOT_SIGNING_KEY": KEY,
    "POINTCLUB_MAIL_URL": "smtps://club:secret@mail.example.jp",
    "DATABASE_URL": "postgresql://application@db.example.jp/club",
}
OPEN = {
    "POINTCLUB_ENV": "production",
    "POINTCLUB_PUBLIC_URL": "https://club.example.jp",
    "POINTCLUB_MAIL_SENDER": "notices@example.jp",
    "POINTCLUB_BOUNCE_ADDRESS": "bounces@example.jp",
}
PRODUCTION |= OPEN


def problems_of(environ: dict[str, str]) -> list[str]:
    with pytest.raises(EnvironmentRefusedError) as refused:
        read_environment(environ)
    return refused.value.problems


def test_development_needs_nothing() -> None:
    environment = read_environment({"PATH": "/usr/bin"})

    assert not environment.is_production
    assert environment.club_name_ja == "はぴeポイントクラブ"
    assert environment.database_url is None


def test_production_takes_secrets_that_are_all_set() -> None:
    assert read_environment(PRODUCTION).is_production


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name not in OPEN])
def test_production_names_each_secret_that_is_missing(name: str) -> None:
    problems = problems_of({key: value for key, value in PRODUCTION.items() if key != name})

    assert [problem.split()[0] for problem in problems] == [name]


def test_production_takes_no_default_that_was_copied_out() -> None:
    default = read_environment({}).secret_key

    assert "POINTCLUB_SECRET_KEY" in problems_of({**PRODUCTION, "POINTCLUB_SECRET_KEY": default})[0]


def test_production_takes_no_short_secret() -> None:
    assert "too short" in problems_of({**PRODUCTION, "POINTCLUB_PASSWORD_PEPPER": "short"})[0]


def test_production_has_no_mailbox_page() -> None:
    assert "shows nobody's mail" in problems_of({**PRODUCTION, "POINTCLUB_MAILBOX_FOLDER": "/mail"})[0]


def test_production_runs_on_the_real_time() -> None:
    assert "real time" in problems_of({**PRODUCTION, "POINTCLUB_CLOCK": "2026-04-01T09:00:00+09:00"})[0]


def test_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("f" * 40 + "\n")

    environment = read_environment({"POINTCLUB_SECRET_KEY_FILE": str(file)})

    assert environment.secret_key == "f" * 40


def test_secret_said_twice_or_in_a_missing_file_is_refused(tmp_path: Path) -> None:
    twice = {"POINTCLUB_SECRET_KEY": "x" * 40, "POINTCLUB_SECRET_KEY_FILE": str(tmp_path / "secret")}
    missing = {"POINTCLUB_SECRET_KEY_FILE": str(tmp_path / "secret")}

    assert "set twice" in problems_of(twice)[0]
    assert "No such file" in problems_of(missing)[0]


def test_misspelt_name_is_refused_with_a_hint() -> None:
    assert problems_of({"POINTCLUB_WEB_ADRESS": "x"}) == [
        "POINTCLUB_WEB_ADRESS is not a setting. Is POINTCLUB_WEB_ADDRESS meant?"
    ]


def test_all_problems_are_told_at_once() -> None:
    assert len(problems_of({"POINTCLUB_WEB_WORKERS": "0", "POINTCLUB_CLOCK": "noon", "POINTCLUB_ODD": "1"})) == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POINTCLUB_ENV", "staging"),
        ("POINTCLUB_CLOCK", "2026-04-01T09:00:00"),
        ("POINTCLUB_BLIND_INDEX_KEY", base64.b64encode(b"short").decode()),
        ("POINTCLUB_PERSONAL_DATA_KEYS", KEY),
        ("POINTCLUB_PERSONAL_DATA_KEYS", f"a:{KEY},a:{OTHER_KEY}"),
        ("DATABASE_URL", "sqlite:///club"),
        ("POINTCLUB_MAIL_URL", "mail.example.jp:25"),
        ("POINTCLUB_MAIL_URL", "smtp://"),
        ("POINTCLUB_MAIL_SENDER", "はぴe <notices@example.jp>"),
        ("POINTCLUB_BOUNCE_ADDRESS", "so-much-before-the-at-that-no-word-fits@example.jp"),
        ("POINTCLUB_PUBLIC_URL", "https://club.example.jp/portal"),
        ("POINTCLUB_CALL_CENTRE_PHONE", "0120 000 000"),
        ("POINTCLUB_CALL_CENTRE_PHONE", "call us"),
    ],
)
def test_value_that_cannot_be_read_is_refused(name: str, value: str) -> None:
    assert problems_of({name: value})[0].startswith(f"{name}: ")


def test_key_ring_keeps_its_order_so_that_the_first_key_encrypts() -> None:
    environment = read_environment({"POINTCLUB_PERSONAL_DATA_KEYS": f"new:{KEY},old:{OTHER_KEY}"})

    assert list(environment.personal_data_keys.items()) == [("new", b"k" * 32), ("old", b"o" * 32)]


def test_clock_keeps_its_zone() -> None:
    environment = read_environment({"POINTCLUB_CLOCK": "2026-04-01T09:00:00+09:00"})

    assert environment.clock == dt.datetime(2026, 4, 1, 0, tzinfo=dt.UTC)


def test_phone_is_a_sample_until_somebody_sets_one() -> None:
    assert read_environment({}).has_sample_phone
    assert not read_environment({"POINTCLUB_CALL_CENTRE_PHONE": "06-0000-1234"}).has_sample_phone


def test_mail_server_is_read_with_its_way_of_speaking_and_shows_no_password() -> None:
    server = read_environment({"POINTCLUB_MAIL_URL": "smtp+starttls://club%40jp:s%2Fecret@mail.example.jp"}).mail_server

    assert server is not None
    assert (server.host, server.port, server.user, server.password) == ("mail.example.jp", 587, "club@jp", "s/ecret")
    assert (server.is_tls, server.starts_tls) == (False, True)
    assert "ecret" not in repr(server)


@pytest.mark.parametrize("name", [name for name in OPEN if name != "POINTCLUB_ENV"])
def test_production_sends_mail_under_its_own_name(name: str) -> None:
    problems = problems_of({key: value for key, value in PRODUCTION.items() if key != name})

    assert [name in problem for problem in problems] == [True]
