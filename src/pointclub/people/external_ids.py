"""External IDs by OpenID Connect, through allauth: what is asked of the provider, and over which connections.

Of all that a provider tells, the subject alone is kept: it says that the same person came back, and nothing else.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from requests.adapters import HTTPAdapter

PROVIDER = "external-id"
_LONGEST_WAIT_SECONDS = 5
_NAT64 = ipaddress.ip_network("64:ff9b::/32")


class UnfitAddressError(requests.RequestException):
    """The address leads inside, elsewhere, or over a line that others can read."""


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


class GuardedSession(requests.Session):
    """Calls the provider: in time, without being sent elsewhere, and never to an address inside."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        guard = _Guard()
        self.mount("https://", guard)
        self.mount("http://", guard)

    def request(self, method: str, url: str | bytes, *args: Any, **more: Any) -> requests.Response:
        """Call, for five seconds at most; an answer that leads elsewhere is no answer."""
        more |= {"timeout": _LONGEST_WAIT_SECONDS, "allow_redirects": False}
        answer = super().request(method, url, *args, **more)
        if answer.is_redirect:
            message = "The provider of external IDs leads elsewhere; that is not followed."
            raise UnfitAddressError(message)
        return answer


class _Guard(HTTPAdapter):
    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        refuse_address_inside(str(request.url))
        return super().send(request, *args, **more)


def refuse_address_inside(url: str) -> None:
    """Do nothing where the address may be called; in development, where providers stand on loopback, any may be.

    Raises:
        UnfitAddressError: it is not https, or its name leads to a machine of ours.
    """
    if not settings.ENVIRONMENT.is_production:
        return
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        message = "The provider of external IDs is called by https only."
        raise UnfitAddressError(message)
    try:
        found = {str(each[4][0]) for each in socket.getaddrinfo(parts.hostname, parts.port or 443)}
    except OSError as unknown:
        message = "The provider of external IDs has no address at the moment."
        raise UnfitAddressError(message) from unknown
    if any(_leads_inside(address) for address in found):
        message = "The provider of external IDs has an address inside; it is not called."
        raise UnfitAddressError(message)


def _leads_inside(text: str) -> bool:
    """Tell whether the address is one of ours, or one that stands for an older one and may be."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address) and (address.sixtofour or address.ipv4_mapped or address in _NAT64):
        return True
    return not address.is_global or address.is_multicast
