"""The folder of one embedded server: its data, its log, its passwords and its locks."""

import hashlib
import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from pointclub.embedded.folders import make_folders
from pointclub.embedded.identity import Identity
from pointclub.embedded.trouble import EmbeddedServerError

SYSTEM_FOLDER = Path("/var/lib/pointclub")
ADMINISTRATOR = "postgres"
OWNER = "pointclub_owner"
APPLICATION = "pointclub_app"


def default_home(checkout: Path) -> Path:
    """Return where a checkout's server lives: inside the checkout, or, as root, where the server's user may be."""
    if os.geteuid() != 0:
        return checkout / ".pointclub"
    mark = hashlib.sha256(os.fsencode(checkout.resolve())).hexdigest()[:16]
    return SYSTEM_FOLDER / mark


@dataclass(frozen=True)
class Home:
    """The paths inside one server's folder."""

    folder: Path

    @property
    def own_folder(self) -> Path:
        """The part that belongs to the server's user."""
        return self.folder / "postgresql"

    @property
    def data(self) -> Path:
        """The cluster; it gets this name when `initdb` has finished."""
        return self.own_folder / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.own_folder / "server.log"

    @property
    def passwords_file(self) -> Path:
        """The roles' passwords, readable by us alone."""
        return self.folder / "passwords.json"

    @property
    def kept_mark(self) -> Path:
        """Present while a person has asked for the server to stay up without users."""
        return self.folder / "kept"

    def passwords(self) -> dict[str, str]:
        """Return the password of each role."""
        passwords: dict[str, str] = json.loads(self.passwords_file.read_text())
        return passwords

    def make_folder(self, identity: Identity) -> None:
        """Make the folder if it is missing; another user needs to get through, but sees nothing on the way."""
        make_folders(self.folder, mode=0o711 if identity.is_another_user else 0o700)

    def prepare(self, identity: Identity) -> None:
        """Make the server's folder and the passwords where they are missing; touch nothing that is there."""
        identity.make_folder(self.own_folder)
        if not identity.can_write_in(self.own_folder):
            message = (
                f"The database's user cannot work in {self.own_folder}, perhaps because a folder above is closed to "
                f"it. Set POINTCLUB_DATA_DIR to a folder that it may reach."
            )
            raise EmbeddedServerError(message)
        if not self.passwords_file.exists():
            self._write_passwords()

    def _write_passwords(self) -> None:
        passwords = {role: secrets.token_urlsafe(24) for role in (ADMINISTRATOR, OWNER, APPLICATION)}
        draft = self.folder / "passwords.draft"
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(passwords, file)
        draft.rename(self.passwords_file)


def drop_home(folder: Path) -> None:
    """Remove a stopped server's data for good, leaving what others put into the folder."""
    home = Home(folder)
    if (home.data / "postmaster.pid").exists():
        message = f"The server in {folder} runs; stop it first."
        raise EmbeddedServerError(message)
    if home.own_folder.exists():
        shutil.rmtree(home.own_folder)
    for path in (home.passwords_file, home.kept_mark):
        path.unlink(missing_ok=True)
