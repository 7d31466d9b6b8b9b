"""Passkeys belong to one declared site, and remember no browser unasked (REG-8)."""

from __future__ import annotations

import dataclasses
import json

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from pointclub.config.environment import EnvironmentRefusedError, read_environment
from pointclub.people.models import KnownDevice, SignIn
from pointclub.portal import entering
from tests.harness.soft_passkey import SoftPasskey
from tests.portal.household import PASSWORD, Household

pytestmark = [pytest.mark.django_db, pytest.mark.rule("REG-8")]
SITE = "https://club.example.jp"


@pytest.fixture
def passkey(settings: Settings, hanako_client: Client) -> SoftPasskey:
    """Add a passkey of Hanako's, bound to the declared name, over a host that is served but not declared."""
    settings.ENVIRONMENT = dataclasses.replace(django_settings.ENVIRONMENT, public_url=SITE, passkey_host="example.jp")
    hanako_client.post("/account/proof/", {"password": PASSWORD})
    asked = json.loads(hanako_client.get("/account/passkeys/asked/").content)
    assert asked["publicKey"]["rp"]["id"] == "example.jp"
    device = SoftPasskey(origin=SITE)
    hanako_client.post("/account/passkeys/", {"answer": device.add(asked)})
    return device


def come_in(passkey: SoftPasskey, **typed: str) -> Client:
    client = Client()
    asked = json.loads(client.get("/sign-in/passkey/asked/").content)
    client.post("/sign-in/passkey/", {"answer": passkey.show(asked), **typed})
    return client


def test_a_passkey_counts_from_the_declared_origin_alone(passkey: SoftPasskey) -> None:
    assert come_in(passkey).get("/account/").status_code == 200

    passkey.origin = "http://testserver"
    assert come_in(passkey).get("/account/").status_code == 302


def test_a_browser_is_remembered_where_its_box_was_ticked(passkey: SoftPasskey, household: Household) -> None:
    before = KnownDevice.objects.count()
    assert entering.DEVICE_COOKIE not in come_in(passkey).cookies
    assert KnownDevice.objects.count() == before

    assert entering.DEVICE_COOKIE in come_in(passkey, remember="on").cookies
    assert SignIn.objects.filter(user=household.user, means="passkey").count() == 2


def test_a_name_in_which_the_site_does_not_lie_is_refused() -> None:
    said = {"POINTCLUB_PUBLIC_URL": SITE, "POINTCLUB_PASSKEY_HOST": "example.com"}

    with pytest.raises(EnvironmentRefusedError, match="PASSKEY_HOST"):
        read_environment(said)

    assert read_environment(said | {"POINTCLUB_PASSKEY_HOST": "example.jp"}).passkey_site == ("example.jp", SITE)
    assert read_environment({}).passkey_site is None
