"""A cache within a budget: what was used last stays, and the bytes are counted right."""

from models.byte_cache import ByteCache


def test_what_was_used_longest_ago_goes_first() -> None:
    cache: ByteCache[str] = ByteCache(100)
    cache.put("a", "A", 40)
    cache.put("b", "B", 40)
    assert cache.get("a") == "A"
    cache.put("c", "C", 40)
    assert cache.get("b") is None
    assert (cache.get("a"), cache.get("c"), cache.used) == ("A", "C", 80)


def test_putting_again_replaces_and_counts_once() -> None:
    cache: ByteCache[str] = ByteCache(100)
    cache.put("a", "A", 60)
    cache.put("a", "B", 70)
    assert (cache.get("a"), cache.used) == ("B", 70)


def test_what_exceeds_the_budget_alone_is_not_kept_and_drives_nothing_out() -> None:
    cache: ByteCache[str] = ByteCache(100)
    cache.put("a", "A", 60)
    cache.put("b", "B", 101)
    assert (cache.get("a"), cache.get("b"), cache.used) == ("A", None, 60)


def test_a_smaller_budget_is_kept_to_at_once() -> None:
    cache: ByteCache[str] = ByteCache(100)
    for name in "abc":
        cache.put(name, name, 30)
    cache.budget = 40
    assert (cache.used, cache.get("c")) == (30, "c")
    cache.clear()
    assert cache.used == 0
