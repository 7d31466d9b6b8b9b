"""The connection to the mail server."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

from pointclub.notices.rules.replies import Reply, judge

_TIMEOUT_SECONDS = 20


class ServerDownError(Exception):
    """The mail server cannot be reached, or does not let us in; it is no fault of any mail."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail with its envelope; shown in a log or a traceback, it says nothing."""

    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    content: bytes = field(repr=False)


class Outlet:
    """Hands mails over, one after another, by one connection, which is made when the first is there."""

    def __init__(self, backend: EmailBackend) -> None:
        self._backend = backend

    def hand_over(self, mail: Mail) -> Reply | None:
        """Hand the mail over; return nothing if the server took it, else what its refusal means.

        What breaks off in the midst counts as a refusal for now: it may be this mail's fault, for which no other one
        waits.

        Raises:
            ServerDownError: nobody was there to take or refuse it.
        """
        connection = self._connection()
        try:
            # By ourselves: Django would take the quotes from an address that needs them.
            connection.sendmail(mail.sender, [mail.recipient], mail.content)
        except smtplib.SMTPRecipientsRefused as refused:
            return _judge(*next(iter(refused.recipients.values())))
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refused:
            return _judge(refused.smtp_code, refused.smtp_error)
        except (smtplib.SMTPException, OSError):
            self._backend.close()
            return Reply.TRY_AGAIN
        except UnicodeEncodeError:
            # A name before the @ that only servers with SMTPUTF8 take, which mail in Japan cannot count on.
            self._backend.close()
            return Reply.REFUSED
        return None

    def _connection(self) -> smtplib.SMTP:
        """Return the connection, made anew where the server has closed it."""
        try:
            self._backend.open()
            connection = self._backend.connection
            assert connection is not None
            if connection.sock is None:
                self._backend.close()
                self._backend.open()
                connection = self._backend.connection
                assert connection is not None
        except (smtplib.SMTPException, OSError) as down:
            self._backend.close()
            raise ServerDownError(type(down).__name__) from None
        return connection


@contextmanager
def open_outlet() -> Iterator[Outlet | None]:
    """Give the way to the mail server of the settings for the length of the block; nothing where there is none."""
    server = settings.ENVIRONMENT.mail_server
    if server is None:
        yield None
        return
    backend = get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_ssl=server.is_tls,
        use_tls=server.starts_tls,
        timeout=_TIMEOUT_SECONDS,
    )
    try:
        yield Outlet(backend)
    finally:
        backend.close()


def _judge(code: int, said: bytes | str) -> Reply:
    return judge(code, said.decode(errors="replace") if isinstance(said, bytes) else said)
