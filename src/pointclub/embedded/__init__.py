"""A real PostgreSQL server out of a Python package, for demonstrations, small set-ups and tests.

The server listens on 127.0.0.1 alone, on a free port, and asks for SCRAM passwords that only its owner can read. A
socket file would need a name of at most 107 characters in a folder that both the server's user and ours may enter
and that nothing tidies away; a port needs none of that, and works from a checkout however deep.

Started as root, PostgreSQL steps down to a system user of its own; its files are then kept where that user may be.
No permission of a folder that is not ours is ever changed.
"""

from pointclub.embedded.home import default_home, drop_home
from pointclub.embedded.server import (
    Server,
    find_running_server,
    running_server,
    start_server,
    stop_server,
)
from pointclub.embedded.trouble import EmbeddedServerError, ServerInUseError

__all__ = [
    "EmbeddedServerError",
    "Server",
    "ServerInUseError",
    "default_home",
    "drop_home",
    "find_running_server",
    "running_server",
    "start_server",
    "stop_server",
]
