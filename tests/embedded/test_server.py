"""The embedded server lives as long as someone uses it, and harms nobody's files."""

import contextlib
import os
import signal
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pointclub import embedded
from pointclub.embedded import home as homes
from pointclub.embedded import identity

AS_ROOT = os.geteuid() == 0
DEEP_NAME = "a folder with spaces/" + "深い" * 20 + "/" + "x" * 120


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Give a long name with spaces, in a place that the server's user may reach."""
    place = homes.SYSTEM_FOLDER / f"tests-{uuid.uuid4().hex[:8]}" if AS_ROOT else tmp_path
    folder = place / DEEP_NAME
    yield folder
    embedded.stop_server(folder, force=True)
    embedded.drop_home(folder)
    if AS_ROOT:
        remove_own_folders(folder, up_to=place)


def remove_own_folders(folder: Path, *, up_to: Path) -> None:
    for name in ("starting.lock", "in-use.lock"):
        (folder / name).unlink(missing_ok=True)
    while folder != up_to.parent:
        folder.rmdir()
        folder = folder.parent


def answers(url: str) -> bool:
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=5):
        return True
    return False


def modes_above(folder: Path) -> dict[Path, int]:
    return {parent: stat.S_IMODE(parent.stat().st_mode) for parent in folder.resolve().parents}


def test_second_start_finds_what_the_first_one_wrote(home: Path) -> None:
    with embedded.running_server(home) as server, psycopg.connect(server.owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    with embedded.running_server(home) as server, psycopg.connect(server.owner_url) as owner:
        found = owner.execute("SELECT answer FROM kept").fetchone()

    assert found == (42,)


def test_server_stops_when_its_last_user_leaves_and_not_before(home: Path) -> None:
    with contextlib.ExitStack() as first:
        server = first.enter_context(embedded.running_server(home, durable=False))
        with embedded.running_server(home, durable=False) as shared:
            first.close()
            answered_without_its_starter = answers(shared.owner_url)

    assert shared.port == server.port
    assert not shared.started_here
    assert answered_without_its_starter
    assert embedded.find_running_server(home) is None


def test_server_that_was_started_to_be_kept_outlives_its_users(home: Path) -> None:
    embedded.start_server(home)

    with embedded.running_server(home) as server:
        pass

    assert answers(server.owner_url)
    assert embedded.stop_server(home)
    assert not embedded.stop_server(home)


def test_server_in_use_is_neither_stopped_nor_dropped(home: Path) -> None:
    with embedded.running_server(home, durable=False) as server:
        with pytest.raises(embedded.ServerInUseError):
            embedded.stop_server(home)
        with pytest.raises(embedded.EmbeddedServerError, match="stop it first"):
            embedded.drop_home(home)

        assert answers(server.owner_url)


def test_pid_file_of_a_dead_server_whose_number_lives_on_does_not_mislead(home: Path) -> None:
    with embedded.running_server(home, durable=False):
        pid_file = home / "postgresql" / "data" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    with embedded.running_server(home, durable=False) as server:
        assert server.started_here
        assert answers(server.owner_url)


def test_killed_server_comes_back_with_its_data(home: Path) -> None:
    with embedded.running_server(home) as server:
        with psycopg.connect(server.owner_url, autocommit=True) as owner:
            owner.execute("CREATE TABLE committed AS SELECT 1 AS row")
        process = int((home / "postgresql" / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(process, signal.SIGKILL)

    with embedded.running_server(home) as server, psycopg.connect(server.owner_url) as owner:
        assert owner.execute("SELECT count(*) FROM committed").fetchone() == (1,)


def test_two_homes_have_servers_of_their_own(home: Path) -> None:
    with (
        embedded.running_server(home / "one", durable=False) as one,
        embedded.running_server(home / "two", durable=False) as two,
    ):
        assert one.port != two.port
        assert not answers(one.owner_url.replace(str(one.port), str(two.port)))

    for folder in (home / "one", home / "two"):
        embedded.drop_home(folder)
        remove_own_folders(folder, up_to=folder)


def test_application_may_make_nothing_and_the_owner_is_no_superuser(home: Path) -> None:
    with embedded.running_server(home, durable=False) as server:
        with (
            psycopg.connect(server.application_url) as application,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            application.execute("CREATE TABLE mine (id int)")
        with psycopg.connect(server.owner_url) as owner:
            rights = owner.execute(
                "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname LIKE 'pointclub%' "
                "ORDER BY rolname"
            ).fetchall()

    assert rights == [("pointclub_app", False, False, False), ("pointclub_owner", False, True, False)]


def test_passwords_are_for_our_eyes_and_are_not_shown(home: Path) -> None:
    with embedded.running_server(home, durable=False) as server:
        mode = stat.S_IMODE((home / "passwords.json").stat().st_mode)
        guess = server.application_url.replace(server.application_url.split("@")[0], "postgresql://pointclub_app:guess")

        assert mode == 0o600
        assert not answers(guess)
        assert "postgresql://" not in repr(server)


def test_no_folder_above_a_checkout_changes_its_permissions(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    checkout = closed / "checkout"
    checkout.mkdir(mode=0o755)
    before = modes_above(checkout / ".pointclub")
    home = embedded.default_home(checkout)

    with embedded.running_server(home, durable=False) as server:
        answered = answers(server.owner_url)
    after = modes_above(checkout / ".pointclub")
    embedded.drop_home(home)
    remove_own_folders(home, up_to=home)

    assert answered
    assert after == before


@pytest.mark.skipif(not AS_ROOT, reason="Only root steps down to another user.")
def test_home_that_the_servers_user_cannot_reach_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)

    with (
        pytest.raises(embedded.EmbeddedServerError, match="POINTCLUB_DATA_DIR"),
        embedded.running_server(tmp_path / "home"),
    ):
        pass

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_root_without_a_way_to_add_a_user_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(identity, "SYSTEM_USER", "nobody-of-that-name")
    monkeypatch.setattr("shutil.which", lambda *_args, **_options: None)

    with pytest.raises(embedded.EmbeddedServerError, match="DATABASE_URL"):
        identity.server_identity()
