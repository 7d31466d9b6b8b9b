"""What the wiring promises on every page and for every model."""

import pytest
from django.core.management import call_command
from django.test import Client

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "manifest-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


def test_framework_finds_nothing_wrong() -> None:
    call_command("check", fail_level="WARNING")


@pytest.mark.django_db
def test_every_model_has_its_migration() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_even_a_page_that_is_not_there_loads_nothing_from_elsewhere(client: Client) -> None:
    response = client.get("/no-such-page/")

    directives = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert directives == POLICY
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "language"), [("/no-such-page/", "ja"), ("/en/no-such-page/", "en")])
def test_language_is_in_the_address(client: Client, address: str, language: str) -> None:
    assert client.get(address)["Content-Language"] == language
