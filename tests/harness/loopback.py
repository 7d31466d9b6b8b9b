"""HTTP on loopback, which speaks no TLS."""

from __future__ import annotations

import ssl

# It trusts nobody. Without it each client reads the world's certificate authorities anew, which takes longer than most
# tests.
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
