"""How many calls a bucket lets through, and how many buckets are kept."""

from pointclub.merchant_api.limits import Buckets, TokenBucket


class TestABucket:
    def test_lets_its_burst_through_at_once_and_then_what_fills_in(self) -> None:
        bucket = TokenBucket(per_second=2.0, burst=3, now=0.0)

        assert [bucket.take(1, now=0.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
        assert bucket.take(1, now=0.5) == 0.0
        assert bucket.take(1, now=0.5) == 0.5

    def test_never_holds_more_than_its_burst(self) -> None:
        bucket = TokenBucket(per_second=2.0, burst=3, now=0.0)

        assert [bucket.take(1, now=1000.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]

    def test_lets_more_than_its_burst_through_when_full_and_is_in_debt_then(self) -> None:
        bucket = TokenBucket(per_second=1.0, burst=10, now=0.0)

        assert bucket.take(100, now=0.0) == 0.0
        assert bucket.take(1, now=0.0) == 91.0
        assert bucket.take(1, now=91.0) == 0.0

    def test_takes_nothing_when_it_refuses(self) -> None:
        bucket = TokenBucket(per_second=1.0, burst=1, now=0.0)
        bucket.take(1, now=0.0)

        assert [bucket.take(1, now=0.5) for _ in range(3)] == [0.5, 0.5, 0.5]
        assert bucket.take(1, now=1.0) == 0.0


class TestManyBuckets:
    def test_forget_those_that_are_full_first(self) -> None:
        buckets: Buckets[str] = Buckets(3)
        for name in "abc":
            buckets.get(name, per_second=1.0, burst=1, now=0.0)
        buckets.get("b", per_second=1.0, burst=1, now=0.0).take(1, now=0.0)

        buckets.get("d", per_second=1.0, burst=1, now=0.1)

        assert buckets.get("b", per_second=1.0, burst=1, now=0.1).take(1, now=0.1) > 0
        assert (buckets.find("a"), buckets.find("c")) == (None, None)

    def test_are_never_more_than_so_many(self) -> None:
        buckets: Buckets[int] = Buckets(3)
        for name in range(100):
            buckets.get(name, per_second=1.0, burst=1, now=0.0).take(1, now=0.0)

        assert [name for name in range(100) if buckets.find(name)] == [97, 98, 99]
