"""Under which user of the operating system the server runs."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pointclub.embedded.trouble import EmbeddedServerError

SYSTEM_USER = "pointclub-db"
_SYSTEM_FOLDERS = "/usr/sbin:/usr/bin:/sbin:/bin"
_WAYS_TO_ADD_A_USER = (
    ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/", "--shell", "/usr/sbin/nologin"),
    ("adduser", "--system", "--group", "--no-create-home", "--home", "/", "--shell", "/usr/sbin/nologin"),
    ("adduser", "-S", "-D", "-H", "-h", "/", "-s", "/sbin/nologin"),
)


@dataclass(frozen=True)
class Identity:
    """The user that owns the server's files and process; no numbers mean ourselves."""

    uid: int | None = None
    gid: int | None = None

    @property
    def is_another_user(self) -> bool:
        """Tell whether the server steps down from root."""
        return self.uid is not None

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, with nothing of our environment: it may hold secrets and odd locales."""
        return subprocess.run(  # noqa: S603 -- The programs are our own server's.
            [str(word) for word in command],
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            cwd="/",
            env={"PATH": os.environ.get("PATH", _SYSTEM_FOLDERS), "LC_ALL": "C", "TZ": "UTC"},
            user=self.uid,
            group=self.gid,
            extra_groups=[] if self.is_another_user else None,
        )

    def make_folder(self, folder: Path) -> None:
        """Make a folder that only this user enters; one that is there already keeps its permissions."""
        if not folder.exists():
            folder.mkdir(mode=0o700)
            self.own(folder)

    def own(self, path: Path) -> None:
        """Give this user a file or folder that we have just made."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_write_in(self, folder: Path) -> bool:
        """Tell whether this user gets through all folders above, too."""
        return self.run(["/bin/sh", "-c", 'test -x "$1" && test -w "$1"', "sh", folder]).returncode == 0


def server_identity() -> Identity:
    """Return who is to run the server, making the system user on the first start as root."""
    if os.geteuid() != 0:
        return Identity()
    if not _system_user_exists():
        _add_system_user()
    entry = pwd.getpwnam(SYSTEM_USER)
    return Identity(uid=entry.pw_uid, gid=entry.pw_gid)


def _system_user_exists() -> bool:
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return False
    return True


def _add_system_user() -> None:
    """Try the programs that systems add users with; two starts at once may both try, and one user comes of it."""
    for program, *options in _WAYS_TO_ADD_A_USER:
        found = shutil.which(program, path=_SYSTEM_FOLDERS)
        if found is None:
            continue
        subprocess.run(  # noqa: S603 -- A fixed command.
            [found, *options, SYSTEM_USER], check=False, capture_output=True, stdin=subprocess.DEVNULL
        )
        if _system_user_exists():
            return
    message = (
        f"PostgreSQL does not run as root, and the user {SYSTEM_USER} for it could not be made: there is no useradd "
        f"or adduser, or it failed. Make a system user of that name, run this as an ordinary user, or set "
        f"DATABASE_URL and DATABASE_OWNER_URL to a server of your own."
    )
    raise EmbeddedServerError(message)
