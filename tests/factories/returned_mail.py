"""Mail that comes back, as servers and people write it."""

from __future__ import annotations

REPORT = """\
From: MAILER-DAEMON@mx.example.com
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"

--=b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--=b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; hanako@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--=b
Content-Type: text/rfc822-headers

To: hanako@example.com
Subject: x

--=b--
"""

QMAIL = """\
From: MAILER-DAEMON@mx.example.com
To: {to}
Subject: failure notice

Hi. This is the qmail-send program at mx.example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<hanako@example.com>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 no such user

--- Below this line is a copy of the message.

To: hanako@example.com
"""

HOLIDAY = """\
From: hanako@example.com
To: {to}
Subject: Re: Out of office
Auto-Submitted: auto-replied

I am away until Monday.
"""


def report(to: str, *, action: str = "failed", status: str = "5.1.1", diagnostic: str = "550 no such user") -> bytes:
    return REPORT.format(to=to, action=action, status=status, diagnostic=diagnostic).encode()
