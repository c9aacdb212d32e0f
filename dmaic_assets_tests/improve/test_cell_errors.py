"""Suspicious cells of one file: what is found, and that clean tables stay clean."""

import numpy as np
import polars as pl
import pytest

from dmaic_assets.improve.cell_errors import SCHEMA, CellErrorOptions, find_cell_errors
from dmaic_assets.phenomena.mapping.cells import agreement_limits

CITIES = {"10": ("Birmingham", "AL"), "11": ("Montgomery", "AL"), "12": ("Anchorage", "AK"),
          "13": ("Sacramento", "CA"), "14": ("Louisville", "KY")}  # fmt: skip


def clinics(rows: int = 200) -> pl.DataFrame:
    rng = np.random.default_rng(3)
    ids = rng.choice(list(CITIES), rows).tolist()
    return pl.DataFrame(
        {
            "row": [str(i) for i in range(rows)],
            "clinic": ids,
            "city": [CITIES[i][0] for i in ids],
            "state": [CITIES[i][1] for i in ids],
            "phone": [f"555{n:07d}" for n in rng.integers(0, 9_999_999, rows)],
            "score": [f"{n}%" for n in rng.integers(10, 99, rows)],
            "cost": [f"{n:.2f}" for n in rng.normal(100, 10, rows)],
        }
    )


def spoiled(name: str, changes: dict[int, str | None]) -> pl.DataFrame:
    frame = clinics()
    values = frame[name].to_list()
    for row, value in changes.items():
        values[row] = value
    return frame.with_columns(pl.Series(name, values, dtype=pl.String))


def found(frame: pl.DataFrame) -> set[tuple[str, int]]:
    return set(find_cell_errors(frame).select("column", "row").iter_rows())


def test_a_clean_table_has_no_suspicious_cell() -> None:
    assert found(clinics()) == set()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("city", {4: "Birmxngham", 90: "Sacrametno"}),
        ("state", {7: "ZZ"}),
        ("clinic", {8: "99x"}),
        ("phone", {9: "555x123456"}),
        ("score", {10: "x5%"}),
        ("cost", {11: "987654.00"}),
        ("city", {12: "N/A"}),
        ("state", {13: None}),
        ("state", {14: "AK" if clinics()["state"][14] != "AK" else "CA"}),
    ],
)
def test_what_the_file_itself_contradicts_is_found_and_nothing_else(
    name: str, changes: dict[int, str | None]
) -> None:
    assert found(spoiled(name, changes)) == {(name, row) for row in changes}


def test_numbers_with_a_unit_among_plain_ones() -> None:
    assert found(spoiled("cost", {3: "99.5 USD", 5: "101 USD"})) == {("cost", 3), ("cost", 5)}


def test_a_unit_spelt_in_many_ways_makes_the_column_suspicious() -> None:
    units = ["oz", "oz.", "ounce"]
    frame = pl.DataFrame({"size": [f"{12 + i % 3} {units[i % 3]}" for i in range(60)]})

    assert len(found(frame)) == 60


def test_one_unit_spelt_in_one_way_is_no_error() -> None:
    frame = pl.DataFrame({"size": [f"{12 + i % 7} oz" for i in range(60)]})

    assert found(frame) == set()


@pytest.mark.parametrize(
    "values",
    [
        [f"{a}-{n}-{b}" for n in range(20) for a in ("AA", "UA", "DL") for b in ("ORD", "PHX")],
        [f"{n} {street}" for n in range(40) for street in ("Oak Street", "Main Road", "Mill Lane")],
        [f"{n} {unit}" for n in range(40) for unit in ("kg", "cm", "EUR")],
    ],
    ids=["codes", "addresses", "several units"],
)
def test_a_number_within_a_text_is_not_a_number_with_a_unit(values: list[str]) -> None:
    assert found(pl.DataFrame({"a": values})) == set()


def test_a_gap_in_a_constant_column_is_found_and_a_mark_that_many_rows_lack_is_not() -> None:
    frame = clinics().with_columns(
        language=pl.Series(["eng" if i != 5 else None for i in range(200)]),
        marked=pl.Series(["yes" if i % 3 else None for i in range(200)]),
    )

    assert found(frame) == {("language", 5)}


def test_a_value_that_slipped_into_its_neighbour() -> None:
    frame = clinics()
    city, state = frame["city"].to_list(), frame["state"].to_list()
    for row in (5, 25, 45):
        city[row], state[row] = f"{city[row]} {state[row]}", None

    cells = found(frame.with_columns(pl.Series("city", city), pl.Series("state", state)))

    assert {("state", r) for r in (5, 25, 45)} <= cells
    assert {("city", r) for r in (5, 25, 45)} <= cells


def test_numbers_that_another_column_has_as_well_did_not_slip_into_it() -> None:
    sizes = ("12", "16", "24")
    frame = pl.DataFrame(
        {
            "size": [sizes[i % 3] for i in range(90)],
            "bitterness": [None if i % 4 == 0 else sizes[i * i % 7 % 3] for i in range(90)],
        }
    )

    assert found(frame) == set()


def test_cells_come_by_falling_score_with_a_reason() -> None:
    frame = find_cell_errors(spoiled("city", {4: "Birmxngham", 12: "N/A"}))

    assert frame.schema == pl.Schema(SCHEMA)
    assert frame["score"].to_list() == sorted(frame["score"].to_list(), reverse=True)
    assert all(frame["reason"].to_list())
    assert frame["score"].is_between(0, 1).all()


def test_the_least_score_and_extra_tokens_are_options() -> None:
    frame = spoiled("city", {4: "Birmxngham", 12: "leer"})

    strict = find_cell_errors(frame, CellErrorOptions(null_tokens=("leer",), least_score=0.95))

    assert strict.select("column", "row").rows() == [("city", 12)]


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame(),
        pl.DataFrame({"a": []}),
        pl.DataFrame({"a": [None, None]}),
        pl.DataFrame({"a": ["x"]}),
        pl.DataFrame({"a": [[1], [2]], "b": [b"x", b"y"]}),
        pl.DataFrame({"^a$": ["x", "y"], "*": [1, 2]}),
    ],
)
def test_tables_without_anything_to_say_give_no_cells(frame: pl.DataFrame) -> None:
    assert find_cell_errors(frame).height == 0


def test_sources_that_contradict_the_majority_and_leave_gaps_are_found() -> None:
    rng = np.random.default_rng(8)
    rows: list[tuple[str, str | None]] = []
    wrong: set[tuple[str, int]] = set()
    for flight in range(40):
        for _ in range(20):
            roll = rng.random()
            time: str | None = f"{flight % 12 + 1}:{flight:02d}"
            if roll < 0.15:
                time = None
            elif roll < 0.35:
                time = f"{flight % 12 + 1}:{60 + int(rng.integers(0, 39))}"
            if roll < 0.35:
                wrong.add(("departs", len(rows)))
            rows.append((f"F{flight}", time))
    frame = pl.DataFrame(rows, schema=["flight", "departs"], orient="row")

    cells = found(frame)

    assert len(cells & wrong) / len(wrong) > 0.85
    assert len(cells & wrong) / len(cells) > 0.9


def test_sources_that_copied_a_wrong_value_do_not_outvote_the_others() -> None:
    rng = np.random.default_rng(5)
    rows: list[tuple[str, str, str]] = []
    wrong: set[int] = set()
    for thing in range(30):
        is_copied_wrong = thing % 3 == 0
        for source in range(20):
            is_copy = source >= 9
            is_wrong = is_copied_wrong if is_copy else bool(rng.random() < 0.2)
            value = f"9{thing:02}" if is_wrong and is_copy else f"8{source}{thing:02}"
            wrong |= {len(rows)} if is_wrong else set()
            rows.append((f"T{thing:02}", f"S{source:02}", value if is_wrong else f"1{thing:02}"))
    frame = pl.DataFrame(rows, schema=["thing", "source", "size"], orient="row")

    assert found(frame) == {("size", row) for row in wrong}


def deviating(groups: int, rows_each: int, other: dict[int, str]) -> pl.DataFrame:
    group = [f"g{i % groups}" for i in range(groups * rows_each)]
    usual = [f"value {name[1:]}" for name in group]
    return pl.DataFrame({"a": group, "b": [other.get(i, v) for i, v in enumerate(usual)]})


def test_what_every_seventh_row_contradicts_is_no_dependency() -> None:
    rng = np.random.default_rng(2)
    rows = rng.permutation(4_000)[:560].tolist()
    frame = deviating(10, 400, {r: f"value {int(rng.integers(3))}" for r in rows})

    assert find_cell_errors(frame).height == 0


def test_exceptions_of_one_group_are_how_it_is_and_the_same_spread_over_all_are_errors() -> None:
    of_one = deviating(40, 25, {40 * i + 7: "value 3" for i in range(8)})
    spread = deviating(40, 25, {41 * i: f"value {i + 9}" for i in range(1, 9)})

    assert find_cell_errors(of_one).height == 0
    assert found(spread) == {("b", 41 * i) for i in range(1, 9)}


def test_a_table_that_spells_all_that_is_missing_alike_is_written_so() -> None:
    once = pl.DataFrame({"a": [str(i % 9 or "NA") for i in range(90)], "b": ["x", "y", "NA"] * 30})
    mixed = once.with_columns(c=pl.Series(["u", "v", None] * 30))

    assert found(once) == set()
    assert {column for column, _ in found(mixed)} == {"a", "b"}


def test_names_that_are_near_each_other_by_nature_are_no_misspellings() -> None:
    names = ["Harry", "Barry", "Larry", "Garry", "Willis", "Wallis", "Wellis", "Jerry", "Terry"]
    frame = pl.DataFrame({"name": [n for n in names for _ in range(30)] + ["Perry", "Kerry"]})

    assert found(frame) == set()


@pytest.mark.parametrize(
    ("usual", "odd"),
    [
        ("17.5", "17.5 "),
        ("ab12", "AB12"),
        ("Rose Lane", "rOSE lANE"),
        ("1234", "1,234"),
    ],
    ids=["blank", "capitals", "inverted", "thousands"],
)
def test_a_value_written_otherwise_than_its_column_needs_no_frequent_twin(
    usual: str, odd: str
) -> None:
    digits = [f"{usual[:-1]}{c}" if usual[-1].isdigit() else f"{usual}{c}" for c in "0123"]
    frame = pl.DataFrame({"a": [v for v in digits for _ in range(20)] + [odd]})

    assert found(frame) == {("a", 80)}


@pytest.mark.parametrize(
    ("rows", "columns", "told"),
    [
        (1_000, 20, None),
        (1_000, 1_000, "contradictions are looked for between the first 60 fitting columns"),
        (1_000_000, 8, "contradictions between columns are not looked for beyond 200,000 rows"),
    ],
)
def test_what_is_not_looked_for_in_large_tables_is_said(
    rows: int, columns: int, told: str | None
) -> None:
    assert agreement_limits(rows, columns) == told


def test_a_value_that_swallowed_another_columns_value_is_found_beside_the_gap() -> None:
    cities = [("rome", "it"), ("oslo", "no"), ("bonn", "de")] * 20
    names = [f"{city} {code}" if i in {4, 9, 20} else city for i, (city, code) in enumerate(cities)]
    codes = [None if i in {4, 9, 20} else code for i, (_, code) in enumerate(cities)]
    frame = pl.DataFrame({"id": [str(i) for i in range(60)], "city": names, "code": codes})

    found = find_cell_errors(frame).filter(pl.col("score") == 0.85)

    assert set(found.select("column", "row").iter_rows()) >= {
        (column, row) for column in ("city", "code") for row in (4, 9, 20)
    }


def test_long_words_that_end_in_a_digit_are_judged_at_once() -> None:
    # A pattern that may split a word anywhere tries two to the power of its length ways.
    values = ["Rechtsschutzversicherungsgesellschaft"] * 100 + ["Donaudampfschifffahrtselektrik 1"]

    cells = find_cell_errors(pl.DataFrame({"name": values * 2}))

    assert cells.height <= len(values) * 2
