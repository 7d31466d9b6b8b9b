"""Where a request comes from, as far as tries are counted."""

from __future__ import annotations

import ipaddress

_HOUSEHOLD_BITS = 64


def network_of(remote: str, forwarded_for: str, *, proxies: int) -> str:
    """Return the IPv4 address, or the /64 that one IPv6 household has.

    Each of our proxies adds the address it was called from to ``forwarded_for``; what stands further left was
    written by the caller and proves nothing.
    """
    hops = [remote, *(hop.strip() for hop in reversed(forwarded_for.split(",")))]
    try:
        address = ipaddress.ip_address(hops[min(proxies, len(hops) - 1)])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        # A server that listens on both families writes callers of the older one so.
        address = address.ipv4_mapped or address
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, _HOUSEHOLD_BITS), strict=False))
