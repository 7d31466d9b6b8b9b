"""Where a request comes from, as far as tries are counted."""

from __future__ import annotations

import ipaddress

_HOUSEHOLD_BITS = 64
_IPV4_BITS = 24
_IPV6_BITS = (56, 48)


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


def around(network: str) -> tuple[str, str]:
    """Return what lies around a network, the nearer first: the /56 and /48, all of which one IPv6 customer may have.

    Around an IPv4 address it is the /24, twice, for customers get single ones.
    """
    try:
        inner = ipaddress.ip_network(network)
    except ValueError:
        return network, network
    bits = (_IPV4_BITS, _IPV4_BITS) if isinstance(inner, ipaddress.IPv4Network) else _IPV6_BITS
    near, far = (str(inner.supernet(new_prefix=min(each, inner.prefixlen))) for each in bits)
    return near, far
