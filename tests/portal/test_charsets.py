"""Forms in another charset than ours are refused before they are read: some can spell what is no text (attack 18)."""

import pytest
from django.test import Client

from tests.portal.household import Household

pytestmark = pytest.mark.django_db
BODY = b'--x\r\nContent-Disposition: form-data; name="login_id"\r\n\r\n+2AA-\r\n--x--\r\n'


@pytest.mark.parametrize("charset", ["utf-7", "hex", "utf-16", "unicode_escape", "nowhere"])
@pytest.mark.parametrize("page", ["/sign-in/", "/recover/", "/register/details/", "/office/sign-in/"])
def test_another_charset_is_a_bad_request(household: Household, client: Client, page: str, charset: str) -> None:
    response = client.generic("POST", page, BODY, content_type=f"multipart/form-data; boundary=x; charset={charset}")

    assert response.status_code == 400
    assert household.user.is_active


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8"])
def test_ours_is_taken(household: Household, client: Client, charset: str) -> None:
    response = client.generic(
        "POST", "/sign-in/", BODY, content_type=f"multipart/form-data; boundary=x; charset={charset}"
    )

    assert response.status_code == 200
    assert household.user.is_active
