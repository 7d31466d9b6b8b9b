"""What is written in one round of the event loop goes out together, and nothing of it is lost."""

import asyncio
import socket

from pointclub.merchant_api.protocol import JoinedWrites


class _Asked(asyncio.Protocol):
    """A connection of which only the transport is wanted."""


async def _connected() -> tuple[JoinedWrites, asyncio.Transport, socket.socket]:
    ours, theirs = socket.socketpair()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_accepted_socket(_Asked, ours)
    return JoinedWrites(transport, loop), transport, theirs


class TestJoinedWrites:
    def test_head_and_body_arrive_as_one(self) -> None:
        async def story() -> bytes:
            joined, transport, theirs = await _connected()
            with theirs:
                joined.write(b"head ")
                joined.write(b"body")
                theirs.setblocking(False)
                await asyncio.sleep(0)
                received = theirs.recv(100)
                transport.close()
                return received

        assert asyncio.run(story()) == b"head body"

    def test_closing_sends_what_was_written_first(self) -> None:
        async def story() -> bytes:
            joined, _, theirs = await _connected()
            with theirs:
                joined.write(b"the last ")
                joined.write(b"answer")
                joined.close()
                await asyncio.sleep(0)
                return b"".join(iter(lambda: theirs.recv(100), b""))

        assert asyncio.run(story()) == b"the last answer"

    def test_what_is_written_to_a_connection_that_went_away_is_let_go(self) -> None:
        async def story() -> bool:
            joined, transport, theirs = await _connected()
            with theirs:
                joined.write(b"too late")
                transport.abort()
                await asyncio.sleep(0)
                return joined.is_closing()

        assert asyncio.run(story())
