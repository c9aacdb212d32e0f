"""What was read lately is kept, up to a size; what was not asked for the longest goes."""

from dmaic_assets.store.recent import Recent


def test_what_was_asked_for_stays_and_the_longest_unused_goes() -> None:
    kept = Recent[str](10)
    kept.keep("a", "A", 4)
    kept.keep("b", "B", 4)

    assert kept.get("a") == "A"
    kept.keep("c", "C", 4)

    assert (kept.get("a"), kept.get("b"), kept.get("c")) == ("A", None, "C")


def test_a_value_kept_again_takes_its_room_once() -> None:
    kept = Recent[str](10)
    for _ in range(3):
        kept.keep("a", "A", 5)
    kept.keep("b", "B", 5)

    assert (kept.get("a"), kept.get("b")) == ("A", "B")


def test_what_is_too_large_is_not_kept() -> None:
    kept = Recent[str](10)
    kept.keep("a", "A", 11)

    assert kept.get("a") is None


def test_the_first_value_of_several_that_come_at_once_is_kept() -> None:
    kept = Recent[list[str]](10)
    first, second = ["A"], ["A"]

    assert kept.keep_first("a", first, 5) is first
    assert kept.keep_first("a", second, 5) is first
    assert kept.get("a") is first
