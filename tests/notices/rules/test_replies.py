"""What a mail server's answer means."""

import pytest

from pointclub.notices.rules.replies import Reply, judge, judge_status


@pytest.mark.parametrize(
    ("code", "text", "reply"),
    [
        (450, "4.2.0 greylisted", Reply.TRY_AGAIN),
        (421, "", Reply.TRY_AGAIN),
        (550, "5.1.1 <x@example.com>: unknown user", Reply.NO_SUCH_ADDRESS),
        (550, "no such user", Reply.NO_SUCH_ADDRESS),
        (553, "mailbox name not allowed", Reply.NO_SUCH_ADDRESS),
        (550, "5.7.1 blocked by policy 5.1.1", Reply.REFUSED),
        (552, "5.2.2 mailbox full", Reply.REFUSED),
        (554, "transaction failed", Reply.REFUSED),
        (554, "5.7.26 unauthenticated", Reply.REFUSED),
    ],
)
def test_a_refusal_is_judged_by_its_status_or_else_by_its_code(code: int, text: str, reply: Reply) -> None:
    assert judge(code, text) is reply


@pytest.mark.parametrize(
    ("status", "reply"),
    [
        ("5.1.1", Reply.NO_SUCH_ADDRESS),
        ("5.2.1", Reply.NO_SUCH_ADDRESS),
        ("5.0.0", Reply.NO_SUCH_ADDRESS),
        ("5.2.2", Reply.REFUSED),
        ("5.7.1", Reply.REFUSED),
        ("5.4.4", Reply.NO_SUCH_ADDRESS),
        ("5.4.1", Reply.REFUSED),
        ("4.4.1", Reply.TRY_AGAIN),
        ("2.0.0", Reply.TRY_AGAIN),
        ("nonsense", Reply.TRY_AGAIN),
    ],
)
def test_a_status_says_whether_the_address_is_at_fault(status: str, reply: Reply) -> None:
    assert judge_status(status) is reply
