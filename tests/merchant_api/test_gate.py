"""Where a request comes from, for the limit on unknown keys."""

import pytest

from pointclub.merchant_api.gate import source_of


def came_from(client: str, *forwarded: bytes) -> dict[str, object]:
    return {"client": (client, 50_000), "headers": [(b"x-forwarded-for", value) for value in forwarded]}


@pytest.mark.parametrize(
    ("client", "source"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1:aaaa::7", "2001:db8:0:1::/64"),
        ("", "unknown"),
    ],
)
def test_the_source_is_an_address_or_one_household(client: str, source: str) -> None:
    assert source_of(came_from(client), proxies=0) == source


def test_callers_of_the_older_family_are_told_apart_on_a_server_that_listens_on_both() -> None:
    one, other = (source_of(came_from(f"::ffff:198.51.100.{number}"), proxies=0) for number in (1, 2))

    assert one != other


class TestBehindProxies:
    def test_only_what_they_have_added_counts(self) -> None:
        request = came_from("127.0.0.1", b"203.0.113.9, 192.0.2.7", b"198.51.100.1")

        assert [source_of(request, proxies=number) for number in (0, 1, 2)] == [
            "127.0.0.1",
            "198.51.100.1",
            "192.0.2.7",
        ]

    def test_that_added_nothing_the_farthest_known_counts(self) -> None:
        assert source_of(came_from("127.0.0.1"), proxies=1) == "127.0.0.1"

    def test_nonsense_is_one_source(self) -> None:
        assert source_of(came_from("127.0.0.1", b"nobody"), proxies=1) == "unknown"
