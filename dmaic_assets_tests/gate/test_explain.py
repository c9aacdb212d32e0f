"""Causes that no single rule can tell: what undoing a change shows, and what rules share."""

from collections.abc import Mapping, Sequence

import pytest

from dmaic_assets.model import Rule
from dmaic_assets_tests.gate.tables import judged, table, typed

STATES = ("open", "shipped", "paid", "lost")
CITIES = ("rome", "oslo", "bonn", "cork")
Columns = Mapping[str, Sequence[str | None]]


def rule(kind: str, *columns: str, severity: str = "high", **parameters: object) -> Rule:
    name = f"{'+'.join(columns)}.{kind}"
    return Rule(name, kind, columns, severity, "learnt", parameters)  # pyright: ignore[reportArgumentType] - literals in a test


def causes(columns: Columns, *rules: Rule, **types: str) -> dict[str, str | None]:
    verdict = judged(typed(table(columns), **types), *rules).verdict  # pyright: ignore[reportArgumentType] - literals in a test
    return {v.rule: v.cause for v in verdict.violations}


def orders(rows: int = 40) -> dict[str, list[str | None]]:
    """Each city has one code and one fee; the gross amount is twice the net one."""
    return {
        "city": [CITIES[i % 4] for i in range(rows)],
        "state": [STATES[(i // 4) % 4] for i in range(rows)],
        "net": [str(10 + i) for i in range(rows)],
        "gross": [str(2 * (10 + i)) for i in range(rows)],
        "year": ["2024"] * rows,
    }


CITY = rule("in_set", "city", values=CITIES)
STATE = rule("in_set", "state", values=STATES)
GROSS = rule("derived", "gross", "net", form="linear", factors=[2.0])
NET = rule("range", "net", severity="medium", min=0, max=1_000_000)
NUMBERS = {"net": "integer", "gross": "integer", "year": "integer"}


def with_rows(columns: Columns, name: str, changed: Mapping[int, str | None]) -> Columns:
    return {**columns, name: [changed.get(i, v) for i, v in enumerate(columns[name])]}


def test_values_that_pass_in_each_others_column_are_swapped() -> None:
    clean = orders()
    swapped = with_rows(clean, "city", {i: clean["state"][i] for i in (3, 9)})
    swapped = with_rows(swapped, "state", {i: clean["city"][i] for i in (3, 9)})

    found = causes(swapped, CITY, rule("shape", "state", pattern="open|shipped|paid|lost"))

    assert set(found.values()) == {"swapped columns (city and state)"}


@pytest.mark.parametrize(
    ("name", "changed", "rules", "cause"),
    [
        ("net", {3: "-13", 9: "-19"}, (NET,), "sign change"),
        ("gross", {3: "-26", 9: "-38"}, (GROSS,), "sign change"),
        ("gross", {3: "2600", 9: "3800"}, (GROSS,), "unit change (shares to percent"),
        ("year", {3: "2023", 9: "2023"}, (rule("range", "year", min=2024, max=2024),), "wrong"),
        ("state", {3: "OPEN", 9: "LOST"}, (rule("shape", "state", pattern="[a-z]+"),), "case"),
        ("gross", {3: "7", 9: "5"}, (GROSS,), "inconsistent values in one row"),
        ("net", {3: "5000000"}, (NET,), "outlier"),
        ("city", {3: "pisa"}, (CITY,), "new category"),
    ],
)
def test_the_change_that_undone_cures_the_rows_is_the_cause(
    name: str, changed: dict[int, str], rules: tuple[Rule, ...], cause: str | None
) -> None:
    (found,) = causes(with_rows(orders(), name, changed), *rules, **NUMBERS).values()

    assert found == cause or (found is not None and cause is not None and found.startswith(cause))


def test_an_unknown_determinant_cures_nothing() -> None:
    known = {city: i for i, city in enumerate(CITIES)}
    columns = {"city": list(CITIES) * 10, "fee": [str(known[c]) for c in CITIES] * 10}
    wrong = with_rows(columns, "fee", {5: "0"})

    found = causes(wrong, rule("mapping", "city", "fee", map=known), fee="integer")

    assert found == {"city+fee.mapping": "inconsistent values in one row"}


def test_a_missing_value_cures_nothing() -> None:
    columns = with_rows(with_rows(orders(), "city", {3: "lost"}), "state", {3: None})

    found = causes(columns, CITY, STATE, rule("not_null", "state"))

    assert found == {"city.in_set": "new category", "state.not_null": "lost values"}


def test_a_vague_cause_gives_way_to_what_another_rule_knows_of_the_same_rows() -> None:
    columns = with_rows(orders(), "city", {3: "roma", 9: "osla", 13: "rone"})
    order = rule("functional_dependency", "net", "city")
    fresh = rule("new_values", "city", severity="critical", values=CITIES, max=0.01)
    twice = {k: [*v, *v] for k, v in orders().items()}
    columns = {k: [*columns[k], *twice[k]] for k in columns}

    found = causes(columns, fresh, CITY, order, **NUMBERS)

    assert found == {
        "city.new_values": "typo",
        "city.in_set": "typo",
        "net+city.functional_dependency": "typo (in city)",
    }


@pytest.mark.parametrize(
    ("copied", "cause"),
    [(True, "duplicated delivery"), (False, "one key for several records")],
)
def test_a_key_that_comes_twice_is_a_copy_or_another_record(copied: bool, cause: str) -> None:
    columns = {k: [*v, v[0]] for k, v in orders().items()}
    if not copied:
        columns["state"][-1] = "lost"

    assert causes(columns, rule("unique", "net"), **NUMBERS) == {"net.unique": cause}


def test_texts_in_neighbouring_numbers_of_one_row_are_shifted_columns() -> None:
    columns = orders()
    for name in ("net", "gross", "year"):
        columns[name][5] = "open"
    rules = [rule("type", c, type="integer") for c in ("net", "gross", "year")]

    assert set(causes(columns, *rules, **NUMBERS).values()) == {"shifted columns"}
    assert causes(with_rows(orders(), "net", {5: "x"}), rules[0], **NUMBERS) == {
        "net.type": "text in a number"
    }


def test_what_happened_to_a_whole_column_explains_its_rows() -> None:
    usual = {"q25": 20, "q50": 30, "q75": 40}
    bounds = {"q25": [15, 25], "q50": [25, 35], "q75": [35, 45]}
    columns = {**orders(), "net": [str(1000 * (10 + i)) for i in range(40)]}
    spread = rule("distribution", "net", severity="critical", bounds=bounds, usual=usual)
    most = rule("range", "net", severity="medium", max=1_000)

    found = causes(columns, spread, most, **NUMBERS)

    assert found == dict.fromkeys(("net.distribution", "net.range"), "unit change (thousands)")


def test_a_file_that_lacks_rows_has_another_distribution_for_that_reason() -> None:
    usual = {"q10": 20.0, "q50": 90.0, "q90": 100.0}
    bounds = {name: [value * 0.9, value * 1.1] for name, value in usual.items()}
    shifted = rule("distribution", "net", bounds=bounds, usual=usual)
    volume = rule("row_count", min=100, max=500)
    columns = orders()

    assert causes(columns, shifted, **NUMBERS) == {shifted.id: "shift of the distribution"}
    both = causes(columns, shifted, volume, **NUMBERS)
    assert set(both.values()) == {"truncated delivery"}


def test_a_missing_column_is_named() -> None:
    columns = {name: values for name, values in orders().items() if name != "net"}

    found = causes(columns, rule("columns_present", "city", "net", severity="critical"))

    assert found == {"city+net.columns_present": "missing column (net)"}


def test_a_placeholder_is_one_whatever_rule_it_breaks() -> None:
    wrong = with_rows(orders(), "net", {3: "-999", 9: "-999", 20: "-999"})

    assert causes(wrong, NET, **NUMBERS) == {"net.range": "placeholder -999 in place of values"}


def test_a_column_that_stands_still_has_other_statistics_for_that_reason() -> None:
    usual = {"q25": 20, "q50": 30, "q75": 40}
    bounds = {"q25": [15, 25], "q50": [25, 35], "q75": [35, 45]}
    spread = rule("distribution", "net", severity="critical", usual=usual, bounds=bounds)
    top = rule("top_share", "net", severity="critical", max=0.2)
    columns = {**orders(), "net": ["47"] * 40}

    assert causes(columns, spread, top, **NUMBERS) == dict.fromkeys(
        ("net.distribution", "net.top_share"), "stuck value"
    )


def test_two_whole_columns_in_each_others_place_are_swapped_and_not_of_another_unit() -> None:
    def spread(name: str, factor: float) -> Rule:
        usual = {"q25": 20 * factor, "q50": 30 * factor, "q75": 40 * factor}
        bounds = {key: [0.8 * value, 1.2 * value] for key, value in usual.items()}
        return rule("distribution", name, severity="critical", usual=usual, bounds=bounds)

    right = {**orders(), "gross": [str(10 * (10 + i)) for i in range(40)]}
    columns = {**right, "net": right["gross"], "gross": right["net"]}

    assert causes(columns, spread("net", 1), spread("gross", 10), **NUMBERS) == dict.fromkeys(
        ("net.distribution", "gross.distribution"), "swapped columns (net and gross)"
    )


def test_a_gap_with_wrong_values_behind_it_is_a_row_shifted_by_a_cell() -> None:
    shifted = with_rows(with_rows(orders(), "net", {4: None}), "gross", {4: "open"})
    rules = rule("not_null", "net"), rule("type", "gross", type="integer")

    assert set(causes(shifted, *rules, **NUMBERS).values()) == {"shifted columns"}


def test_gaps_in_many_columns_that_had_none_are_rows_shifted_by_a_cell() -> None:
    columns: Columns = orders()
    for row, name in ((3, "city"), (9, "net"), (14, "gross")):
        columns = with_rows(columns, name, {row: None})
    rules = [rule("not_null", name) for name in ("city", "net", "gross")]
    behind = with_rows(columns, "year", {9: "open"})

    found = causes(behind, *rules, rule("type", "year", type="integer"), **NUMBERS)
    assert set(found.values()) == {"shifted columns"}
    assert set(causes(columns, *rules, **NUMBERS).values()) == {"lost values"}


def test_texts_that_another_column_is_known_to_have_are_swapped() -> None:
    columns = with_rows(orders(), "net", {3: "rome", 9: "oslo"})
    found = causes(columns, rule("type", "net", type="integer"), CITY, **NUMBERS)

    assert found == {"net.type": "swapped columns (net and city)"}


def test_a_number_that_only_tells_cases_is_in_no_other_unit() -> None:
    rates = {str(10 * i): ("no", "yes")[i % 2] for i in range(1, 9)}
    columns = {"rate": [*rates] * 5, "paid": [*rates.values()] * 5}
    wrong = with_rows(columns, "paid", {5: "yes"})

    found = causes(wrong, rule("mapping", "rate", "paid", map=rates), rate="integer")
    assert found == {"rate+paid.mapping": "inconsistent values in one row"}


def test_rows_with_a_text_in_one_number_and_a_stranger_in_another_column_are_swapped() -> None:
    wrong = {3: "open", 9: "won"}
    columns = with_rows(orders(), "net", wrong)
    columns = with_rows(columns, "state", {3: "13", 9: "19"})
    rules = rule("type", "net", type="integer"), rule("in_set", "state", values=STATES)
    third = with_rows(columns, "year", {3: "x", 9: "y"})

    assert set(causes(columns, *rules, **NUMBERS).values()) == {"swapped columns (state and net)"}
    assert (
        "swapped columns (state and net)"
        not in causes(third, *rules, rule("type", "year", type="integer"), **NUMBERS).values()
    )


def test_a_whole_column_out_of_its_range_is_exchanged_with_one_of_another_distribution() -> None:
    clean = {**orders(), "year": [str(2000 + i % 20) for i in range(40)]}
    swapped = {**clean, "year": clean["net"], "net": clean["year"]}
    usual = {"q10": 2001.0, "q50": 2010.0, "q90": 2019.0}
    bounds = {"q50": [2008.0, 2012.0]}
    year = rule("distribution", "year", bounds=bounds, usual=usual, agree=1)
    net = rule("range", "net", severity="medium", min=0, max=100)

    found = causes(swapped, year, net, **NUMBERS)

    assert found == dict.fromkeys(
        ("year.distribution", "net.range"), "swapped columns (net and year)"
    )


def test_numbers_of_one_column_that_are_wrong_alone_are_not_swapped_with_another() -> None:
    """A pair out of order would be in order exchanged, whatever happened to one of the two."""
    columns = with_rows(orders(), "net", {3: "1300", 9: "1900"})
    window = rule("window", "net", width=80)
    least = rule("column_pair", "net", "gross", operator="<=")

    found = causes(columns, window, least, **NUMBERS)

    assert found == {"net.window": "outlier", "net+gross.column_pair": "outlier (in net)"}
