"""Which files stand out among those that came together, and which rules tell so."""

from dmaic_assets.work.cohort.peers import blocks_of, groups_of, in_part, suspects


def test_two_damaged_files_of_forty_are_told_by_the_group_that_has_neither() -> None:
    # Files 3 and 4 are damaged alike: each is passed by the rules that have the other one.
    votes: dict[int, list[set[str]]] = {at: [set(), set()] for at in range(40)}
    votes[3], votes[4] = [{"kind.in_set"}, set()], [set(), {"kind.in_set"}]

    assert suspects(votes) == {3, 4}


def test_a_rule_that_many_files_break_tells_of_a_change_and_not_of_damage() -> None:
    votes = {at: [{"price.distribution"} if at >= 30 else set[str]()] * 2 for at in range(40)}
    votes[7] = [{"kind.in_set"}, {"kind.in_set"}]

    assert suspects(votes) == {7}


def test_nothing_stands_out_where_too_few_would_be_left_to_learn_from() -> None:
    votes = {at: [{f"rule {at}"}] for at in range(8)}

    assert suspects(votes) == frozenset()


def test_each_part_covers_the_whole_time() -> None:
    positions = [0, 1, 2, 5, 6, 7, 8]

    parts = [in_part(positions, part, 3) for part in range(3)]

    assert parts == [[0, 5, 8], [1, 6], [2, 7]]


def test_few_files_are_left_out_one_by_one_and_form_no_groups() -> None:
    assert [(groups_of(n), blocks_of(n)) for n in (5, 7, 8, 12, 60)] == [
        (0, 5),
        (0, 5),
        (2, 5),
        (3, 5),
        (3, 5),
    ]
