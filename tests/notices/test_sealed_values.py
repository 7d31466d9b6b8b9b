"""What a notice says is readable in its own row alone."""

import pytest

from pointclub.notices.models import Notice
from pointclub.notices.rules.kinds import Kind
from pointclub.people.personal_data import UnreadablePersonalDataError
from tests.factories.readers import reader, tell
from tests.harness.tampering import tamper


def test_values_are_kept_encrypted_and_bound_to_their_row(as_owner: None) -> None:
    code: dict[str, str | int] = {"code": "123456", "valid_minutes": 10}
    one, other = tell(reader(), Kind.SIGN_IN_CODE, code), tell(reader(), Kind.SIGN_IN_CODE, code)

    sealed = Notice.objects.get(id=one).sealed

    assert b"123456" not in bytes(sealed or b"")
    assert Notice.objects.get(id=one).values == code
    tamper("UPDATE notices_notice SET sealed = %s WHERE id = %s", sealed, other)
    with pytest.raises(UnreadablePersonalDataError):
        _ = Notice.objects.get(id=other).values
