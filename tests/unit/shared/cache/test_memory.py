"""What a worker holds itself stays within its bounds."""

from shared.cache.codec import Unknown, new_entry
from shared.cache.memory import Memory


def put(memory: Memory, name: str, size: int) -> None:
    memory.put(name, new_entry(name, b"x" * size, 1.0, 60), 1.0, in_redis=True)


def test_least_recently_used_goes_first() -> None:
    memory = Memory(max_bytes=1 << 20, max_entries=2)
    put(memory, "a", 10)
    put(memory, "b", 10)
    memory.get("a")
    put(memory, "c", 10)
    assert [name for name in "abc" if memory.get(name)] == ["a", "c"]


def test_bytes_are_bounded() -> None:
    memory = Memory(max_bytes=10_000)
    for index in range(100):
        put(memory, str(index), 1000)
    assert memory.bytes_held <= 10_000
    assert memory.get("99") is not None
    assert memory.get("0") is None


def test_answer_over_the_bound_is_not_held_and_drives_nothing_out() -> None:
    memory = Memory(max_bytes=10_000)
    put(memory, "small", 100)
    put(memory, "huge", 20_000)
    assert memory.get("huge") is None
    assert memory.get("small") is not None


def test_replacing_and_dropping_give_the_bytes_back() -> None:
    memory = Memory(max_bytes=100_000)
    for size in (5000, 10, 7000):
        put(memory, "a", size)
    memory.put("b", Unknown("gone", 1.0, 60), 1.0, in_redis=True)
    memory.drop("a")
    memory.drop("b")
    memory.drop("never held")
    assert memory.bytes_held == 0
    assert len(memory) == 0
