"""External IDs by OpenID Connect, through allauth: what is asked of the provider.

Of all that a provider tells, the subject alone is kept: it says that the same person came back, and nothing else.
"""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings

PROVIDER = "external-id"


class ExternalIdProvider(OpenIDConnectProvider):  # type: ignore[misc]  # It brings no types.
    """Asks for the subject and for nothing else, and keeps no more even where more is told."""

    pkce_enabled_default = True

    def get_default_scope(self) -> list[str]:
        """Return what is asked for: neither profile nor e-mail address."""
        return ["openid"]

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002 -- Nothing of it.
        """Take nothing over."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:  # noqa: ARG002 -- Nothing of it.
        """Take none over."""
        return []

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002 -- Nothing of it.
        """Keep nothing."""
        return {}


def configured_app() -> SocialApp | None:
    """Return the provider that the settings name, in allauth's form, or none."""
    environment = settings.ENVIRONMENT
    if environment.external_id_issuer is None:
        return None
    return SocialApp(
        provider="openid_connect",
        provider_id=PROVIDER,
        name=environment.external_id_name,
        client_id=environment.external_id_client,
        secret=environment.external_id_secret,
        settings={"server_url": environment.external_id_issuer, "fetch_userinfo": False},
    )
