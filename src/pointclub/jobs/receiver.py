"""The demo's mail server: it keeps all that the club sends, and lets nothing out.

`python -m pointclub.jobs.receiver`, started by `pointclub demo`, listens on loopback alone.
"""

from __future__ import annotations

import mailbox
import os
import signal
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from pointclub.config.environment import read_environment

_LARGEST_BYTES = 1024 * 1024


class Keeper:
    """Puts each mail into a Maildir."""

    def __init__(self, folder: Path) -> None:
        self._box = mailbox.Maildir(folder, create=True)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- The library's name.
        """Keep the mail, with whom it was for."""
        to = ", ".join(envelope.rcpt_tos).encode()
        self._box.add(b"Delivered-To: " + to + b"\r\n" + envelope.content)
        return "250 Kept"


def receive(folder: Path, *, port: int) -> Controller:
    """Listen on loopback and keep mail in that folder, until the controller is stopped."""
    controller = Controller(
        Keeper(folder),
        hostname="127.0.0.1",
        port=port,
        server_hostname="localhost",
        data_size_limit=_LARGEST_BYTES,
    )
    controller.start()
    return controller


def main() -> None:
    """Receive until told to stop."""
    environment = read_environment(os.environ)
    assert environment.mail_server is not None
    assert environment.mailbox_folder is not None
    wanted = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
    controller = receive(environment.mailbox_folder, port=environment.mail_server.port)
    signal.sigwait(wanted)
    controller.stop()


if __name__ == "__main__":
    main()
