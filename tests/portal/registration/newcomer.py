"""Somebody who registers: what she types, and her way through the pages."""

import html
import re
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.urls import reverse

from pointclub.people.models import ContactAddress
from pointclub.people.services import issue_address_proof
from tests.portal.household import NOW

PASSWORD = "umi77kazeno"
MAIL = "hanako@example.com"
AGREED = dict.fromkeys(("portal_terms", "privacy_notice", "is_no_part", "does_no_harm"), "on")
TO_JOIN = dict.fromkeys(("wants_club", "membership_terms", "point_rules"), "on")
BASIC: dict[str, Any] = {
    "name": "見本 花子",
    "login_id": "hidamari",
    "password": PASSWORD,
    "password_again": PASSWORD,
    "postal_code": "5300005",
    "prefecture": "大阪府",
    "town": "大阪市北区中之島",
    "street": "１－２－２２",
    "building": "",
    "mobile_0": "090",
    "mobile_1": "1234",
    "mobile_2": "5678",
    "mail": MAIL,
    "mail_again": MAIL,
    "second_mail": "",
    "second_mail_again": "",
    "nickname": "",
    "keyword": "みけのたま",
    "questionnaire": ["friends"],
    **AGREED,
}
FOR_THE_CLUB: dict[str, Any] = {
    "family_name": "見本",
    "given_name": "花子",
    "family_kana": "ミホン",
    "given_kana": "ハナコ",
    "birth_date": "1980-04-01",
    "sex": "f",
    **TO_JOIN,
}


def text_of(response: Any) -> str:
    """Return the page as it is read, with its signs unescaped."""
    page: str = response.content.decode()
    return html.unescape(page)


def value_in(response: Any, name: str) -> str:
    """Return what an input of the page holds."""
    page = response.content.decode()
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found is not None, name
    value = re.search(r'value="([^"]*)"', found[0])
    return html.unescape(value[1]) if value else ""


def shown_in(response: Any) -> list[str]:
    """Return the versions of documents that the form shows."""
    return re.findall(r'name="shown" value="([^"]+)"', response.content.decode())


def open_form(client: Client) -> Any:
    """Go through the door without a contract, and return the form."""
    client.post(reverse("portal:register"), {"door": "open"})
    return client.get(reverse("portal:register_details"))


def fill_in(client: Client, *, then: str = "check", **changes: Any) -> Any:
    """Send the form with everything that is needed without the club, and follow to where it leads."""
    page = open_form(client)
    return send(client, {**BASIC, "shown": shown_in(page), "then": then, **changes})


def send(client: Client, typed: dict[str, Any]) -> Any:
    """Send the form as it is."""
    return client.post(reverse("portal:register_details"), typed, follow=True)


def path_of(response: Any) -> str:
    """Return where the answer was found at last."""
    chain = getattr(response, "redirect_chain", [])
    path: str = urlsplit(chain[-1][0]).path if chain else response.request["PATH_INFO"]
    return path


def register(client: Client, **changes: Any) -> Any:
    """Go all the way to the last page."""
    return confirm(client, fill_in(client, **changes))


def confirm(client: Client, check_page: Any) -> Any:
    """Press the button of the page on which everything is checked."""
    typed = {name: value_in(check_page, name) for name in ("seen", "once")}
    return client.post(reverse("portal:register_check"), typed, follow=True)


def proof_of_first_mail() -> str:
    """Return what the mailed link of the only newcomer shows."""
    address = ContactAddress.objects.get(kind="first_mail")
    return issue_address_proof(address_id=address.id, at=NOW)
