"""The local cache stays within its bounds."""

from shared.cache.codec import NegativeEntry, new_entry
from shared.cache.local_cache import LocalCache


def put(cache: LocalCache, name: str, size: int) -> None:
    cache.put(name, new_entry(name, b"x" * size, 1.0, 60), 1.0, in_redis=True)


def test_least_recently_used_entry_is_dropped_first() -> None:
    cache = LocalCache(max_bytes=1 << 20, max_entries=2)
    put(cache, "a", 10)
    put(cache, "b", 10)
    cache.get("a")
    put(cache, "c", 10)
    assert [name for name in "abc" if cache.get(name)] == ["a", "c"]


def test_bytes_are_bounded() -> None:
    cache = LocalCache(max_bytes=10_000)
    for index in range(100):
        put(cache, str(index), 1000)
    assert cache.size <= 10_000
    assert cache.get("99") is not None
    assert cache.get("0") is None


def test_entry_above_the_bound_is_not_stored_and_evicts_nothing() -> None:
    cache = LocalCache(max_bytes=10_000)
    put(cache, "small", 100)
    put(cache, "huge", 20_000)
    assert cache.get("huge") is None
    assert cache.get("small") is not None


def test_replaced_and_dropped_entries_free_their_bytes() -> None:
    cache = LocalCache(max_bytes=100_000)
    for size in (5000, 10, 7000):
        put(cache, "a", size)
    cache.put("b", NegativeEntry("gone", 1.0, 60), 1.0, in_redis=True)
    cache.drop("a")
    cache.drop("b")
    cache.drop("never stored")
    assert cache.size == 0
    assert len(cache) == 0
