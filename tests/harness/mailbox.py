"""A mail server on loopback that keeps what it is sent, or answers as a test wants it to."""

from __future__ import annotations

import dataclasses
import email
import email.policy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.conf import settings

from pointclub.config.reading import mail_server


@dataclass(frozen=True)
class Received:
    """A mail, with what stood on its envelope."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes = field(repr=False)

    @property
    def message(self) -> EmailMessage:
        """The mail as a reader takes it apart."""
        message = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        return message

    @property
    def text(self) -> str:
        """Its plain part."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """Its HTML part."""
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        content: str = part.get_content()
        return content.replace("\r\n", "\n")


@dataclass
class Mailbox:
    """What the server received. It asks `answer` and `at_door`, where a test set them, for its replies."""

    received: list[Received] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    answer: Callable[[Received], str | None] = lambda _: None
    at_door: Callable[[str], str | None] = lambda _: None
    hangs_up: Callable[[str], bool] = lambda _: False
    url: str = ""

    @property
    def only(self) -> Received:
        """The one mail that came."""
        (mail,) = self.received
        return mail

    @property
    def recipients(self) -> list[str]:
        """Who got mail, in order."""
        return [recipient for mail in self.received for recipient in mail.recipients]


@dataclass(frozen=True)
class _Handler:
    """What the library calls; it looks at all that a handler has, so the mailbox is no handler itself."""

    mailbox: Mailbox

    async def handle_RCPT(  # noqa: N802 -- The library's name and signature.
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.mailbox.hangs_up(address):
            _server.transport.abort()
        if (reply := self.mailbox.at_door(address)) is not None:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- Likewise.
        mail = Received(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content)
        if (reply := self.mailbox.answer(mail)) is not None:
            return reply
        self.mailbox.received.append(mail)
        return "250 OK"


class _Server(SMTP):
    """The library's server, which also keeps the words in which a recipient was named: it takes quotes away."""

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802 -- The library's name.
        """Keep them, and go on."""
        handler: Any = self.event_handler
        handler.mailbox.named.append(arg)
        await super().smtp_RCPT(arg)


class _OnAnyPort(Controller):
    """Runs it on a port that the machine chooses."""

    def factory(self) -> SMTP:
        """Make one for each connection."""
        return _Server(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # the library's


@contextmanager
def running_mailbox() -> Iterator[Mailbox]:
    """Run a server, and let the settings name it, for the length of the block."""
    mailbox = Mailbox()
    controller = _OnAnyPort(_Handler(mailbox), hostname="127.0.0.1", port=0, server_hostname="localhost")
    controller.start()
    try:
        mailbox.url = f"smtp://127.0.0.1:{controller.port}"
        yield mailbox
    finally:
        controller.stop()


def sending_to(url: str) -> Any:
    """Return the settings with that mail server."""
    return dataclasses.replace(settings.ENVIRONMENT, mail_server=mail_server(url))
