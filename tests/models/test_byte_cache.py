"""A cache within a budget: what was used last stays, and the bytes are counted right."""

from models.byte_cache import ByteCache


def test_what_was_used_longest_ago_goes_first() -> None:
    cache: ByteCache[str] = ByteCache(100)
    cache.put(("a",), "A", 40)
    cache.put(("b",), "B", 40)
    assert cache.get(("a",)) == "A"
    cache.put(("c",), "C", 40)
    assert cache.get(("b",)) is None
    assert (cache.get(("a",)), cache.get(("c",)), cache.used) == ("A", "C", 80)


def test_putting_again_replaces_and_counts_once() -> None:
    cache: ByteCache[str] = ByteCache(100)
    cache.put(("a",), "A", 60)
    cache.put(("a",), "B", 70)
    assert (cache.get(("a",)), cache.used) == ("B", 70)


def test_what_exceeds_the_budget_alone_is_not_kept_and_drives_nothing_out() -> None:
    cache: ByteCache[str] = ByteCache(100)
    cache.put(("a",), "A", 60)
    cache.put(("b",), "B", 101)
    assert (cache.get(("a",)), cache.get(("b",)), cache.used) == ("A", None, 60)


def test_a_smaller_budget_is_kept_to_at_once() -> None:
    cache: ByteCache[str] = ByteCache(100)
    for name in "abc":
        cache.put((name,), name, 30)
    cache.budget = 40
    assert (cache.used, cache.get(("c",))) == (30, "c")
    cache.drop_all("c")
    assert cache.used == 0


def test_what_others_keep_goes_in_its_turn_and_is_told_to() -> None:
    cache: ByteCache[str] = ByteCache(100)
    gone: list[str] = []

    def forget(name: str) -> bool:
        gone.append(name)
        return True

    cache.hold(("first",), 40, lambda: forget("first"))
    cache.put(("map", 1), "A", 40)
    cache.hold(("second",), 50, lambda: forget("second"))
    assert gone == ["first"]
    assert cache.used_by() == {"map": 40, "second": 50}
    cache.hold(("second",), 10, lambda: forget("second"))
    assert cache.used == 50
    cache.hold(("second",), 0, lambda: forget("second"))
    assert cache.used_by() == {"map": 40}


def test_what_is_on_screen_stays_and_what_came_before_it_goes() -> None:
    cache: ByteCache[str] = ByteCache(100)
    cache.hold(("shown",), 60, lambda: False)
    cache.put(("map", 1), "A", 30)
    cache.put(("map", 2), "B", 30)
    assert cache.get(("map", 1)) is None
    assert cache.get(("map", 2)) == "B"
    cache.budget = 10
    assert cache.used_by() == {"shown": 60}


def test_what_alone_exceeds_the_budget_is_told_to_go_at_once() -> None:
    cache: ByteCache[str] = ByteCache(100)
    gone: list[int] = []
    cache.put(("map", 1), "A", 60)
    cache.hold(("large",), 200, lambda: gone.append(1) is None)
    assert gone == [1]
    assert cache.used_by() == {"map": 60}


def test_what_was_on_screen_goes_once_it_may_where_the_budget_is_exceeded() -> None:
    cache: ByteCache[str] = ByteCache(100)
    seen = [True]
    cache.hold(("shown",), 60, lambda: not seen[0])
    cache.put(("map", 1), "A", 30)
    cache.trim()
    assert cache.used == 90
    cache.budget = 0
    assert cache.used_by() == {"shown": 60}
    seen[0] = False
    cache.trim()
    assert (cache.used, cache.used_by()) == (0, {})
