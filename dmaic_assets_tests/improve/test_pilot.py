"""The pilot: intervals that cover, halves that do not leak, and reasons for every decision."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, multinomial

from dmaic_assets.improve.cycle import Cycle, Improvement, improve
from dmaic_assets.improve.pilot import RuleCount, is_equivalent
from dmaic_assets.improve.pilot_interval import paired_interval, share_interval
from dmaic_assets.improve.pilot_masking import recover
from dmaic_assets.improve.pilot_report import PilotSettings
from dmaic_assets.improve.pilot_split import hashed_shares, split_rows
from dmaic_assets.phenomena.contract.repair_kind import Repair
from dmaic_assets_tests.improve.repair_tables import PLACES, changed, clinics, misspelt


def improved(frame: pl.DataFrame, **options: object) -> Improvement:
    return improve(frame, Cycle("clinics", "2026-01-01T00:00:00+00:00", **options))  # pyright: ignore


def reasons(found: Improvement) -> dict[str, str]:
    return {r.repair.id: r.reason for r in found.reports if not r.is_promoted}


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.97])
def test_the_interval_of_a_share_covers_at_least_as_often_as_it_says(share: float) -> None:
    n = 40
    bounds = [share_interval(k, n) for k in range(n + 1)]

    covered = sum(binom.pmf(k, n, share) for k, b in enumerate(bounds) if b.low <= share <= b.high)

    assert covered >= 0.95


@pytest.mark.parametrize(("better", "worse"), [(0.5, 0.0), (0.2, 0.1), (0.98, 0.01)])
def test_the_interval_of_the_uplift_covers_the_difference(better: float, worse: float) -> None:
    n = 24
    truth = better - worse
    covered = 0.0

    for b in range(n + 1):
        for w in range(n + 1 - b):
            chance = multinomial.pmf([b, w, n - b - w], n, [better, worse, 1 - better - worse])
            if chance > 1e-9:
                bounds = paired_interval(b, w, n)
                covered += chance * (bounds.low <= truth <= bounds.high)

    assert covered >= 0.95


def likeliest_worse(better: int, worse: int, total: int, difference: float) -> float:
    """The likeliest share of worse cells when that of better ones is `difference` more."""
    shares = np.linspace(0, 1, 200_001)[1:-1]
    rest = 1 - 2 * shares - difference
    is_possible = (rest > 0) & (shares + difference > 0)
    shares, rest = shares[is_possible], rest[is_possible]
    likelihood = better * np.log(shares + difference) + worse * np.log(shares)
    return float(shares[(likelihood + (total - better - worse) * np.log(rest)).argmax()])


@pytest.mark.parametrize("correction", [0.0, 0.5])
def test_the_bounds_of_the_uplift_are_as_far_as_tangos_score_allows(correction: float) -> None:
    better, worse, total = 12, 2, 50
    found = paired_interval(better, worse, total, correction=correction)

    for bound in (found.low, found.high):
        share = likeliest_worse(better, worse, total, bound)
        deviation = (total * (2 * share + bound * (1 - bound))) ** 0.5
        distance = abs(better - worse - total * bound) - correction
        assert distance / deviation == pytest.approx(1.959964, abs=1e-3)


def test_no_cell_says_nothing_about_the_uplift() -> None:
    assert paired_interval(0, 0, 0).low == -1
    assert paired_interval(0, 0, 12).low < 0 < paired_interval(0, 0, 12).high
    assert paired_interval(5, 0, 5).low > 0
    assert share_interval(0, 0).high == 1


@settings(deadline=None)
@given(st.permutations(range(60)))
def test_a_row_goes_the_same_way_whatever_stands_around_it(order: list[int]) -> None:
    frame = clinics(60)
    failing = np.arange(60) % 3 == 0
    split = split_rows(frame, failing, seed=1, most_control=100)
    moved = split_rows(frame[order], failing[order], seed=1, most_control=100)

    assert {order[i] for i in moved.held} == set(split.held.tolist())
    assert {order[i] for i in moved.control} == set(split.control.tolist())
    assert sorted([*split.design, *split.held, *split.control]) == list(range(60))
    assert failing[split.held].all()
    assert not failing[split.control].any()


def test_equal_texts_in_other_columns_are_other_rows() -> None:
    shares = hashed_shares(
        pl.DataFrame({"x": ["ab", "a", None, ""], "y": ["c", "bc", "", None]}), seed=0
    )

    assert len(set(shares.tolist())) == 4


@pytest.mark.parametrize("name", ["city", "county", "zip"])
def test_misspellings_that_other_columns_contradict_are_repaired(name: str) -> None:
    clean = clinics()

    found = improved(misspelt(clean, name))

    assert found.applied.frame.equals(clean)
    assert found.applied.cells.height >= 25
    assert all(r.figures.harmed == 0 for r in found.promoted)


def test_a_clean_table_stays_as_it_is() -> None:
    found = improved(clinics())

    assert found.applied.frame.equals(clinics())
    assert found.promoted == ()


def test_the_pilot_does_not_depend_on_the_clock_or_on_chance() -> None:
    frame = misspelt(clinics(), "city")

    assert [r.document() for r in improved(frame).reports] == [
        r.document() for r in improved(frame).reports
    ]


def test_sources_that_differ_in_well_formed_values_are_no_errors() -> None:
    rng = np.random.default_rng(2)
    rows = range(600)
    times = [f"{7 + row % 5}:{10 + 3 * (row % 5)} a.m." for row in rows]
    told = [t if rng.random() > 0.2 else f"{t[0]}:{rng.integers(10, 59)} a.m." for t in times]
    frame = pl.DataFrame({"flight": [f"AA-{row % 5}" for row in rows], "departs": told})

    assert improved(frame).applied.frame.equals(frame)


def test_a_group_with_a_near_value_of_its_own_is_no_misspelling() -> None:
    clean = clinics()
    near = clean["clinic"].is_in(["10"]) & (clean["row"].cast(pl.Int64) % 4 == 0)
    frame = clean.with_columns(
        pl.when(near).then(pl.lit("birmingham n")).otherwise(pl.col("city")).alias("city"),
        pl.when(near).then(pl.lit("north")).otherwise(pl.col("county")).alias("county"),
    )

    assert improved(frame).applied.frame["city"].equals(frame["city"])


def test_few_errors_are_thin_evidence() -> None:
    frame = changed(clinics(), "city", dict.fromkeys((3, 50, 99, 150), "birmxngham"))

    found = improved(frame)

    assert found.applied.frame.equals(frame)
    assert all("thin evidence" in r or "changes nothing" in r for r in reasons(found).values())


def test_a_name_that_is_rare_is_not_one_that_is_misspelt() -> None:
    rng = np.random.default_rng(1)
    names = ["maria", "marie", "mario", "marla", "martin", "marvin", "karl", "karla", "carla"]
    frame = pl.DataFrame(
        {
            "name": rng.choice(names, 900, p=[0.6, *[0.05] * 8]).tolist(),
            "row": [str(i) for i in range(900)],
        }
    )

    assert improved(frame).applied.frame.equals(frame)


def test_a_rule_that_gets_worse_rejects_the_repair() -> None:
    frame = misspelt(clinics(), "city")

    def long_cities(table: pl.DataFrame) -> dict[str, RuleCount]:
        failing = int((~table["city"].str.contains("x")).sum())
        return {"city.has_x": RuleCount(table.height, failing)}

    found = improve(frame, Cycle("clinics", "2026"), count_rules=long_cities)

    assert found.applied.frame.equals(frame)
    assert "breaks rules: city.has_x" in reasons(found).values()


@pytest.mark.parametrize(("after", "is_fine"), [(12, True), (13, False)])
def test_rows_that_can_be_read_now_may_break_a_rule_as_often_as_the_others(
    after: int, is_fine: bool
) -> None:
    """Of 80 rows that can be read 8 fail; of 40 more at most 4 may."""
    before = RuleCount(rows=120, failing=8, unread=40)

    assert before.may_become(RuleCount(rows=120, failing=after)) is is_fine
    assert not before.may_become(RuleCount(rows=120, failing=9, unread=40))


def test_units_among_plain_numbers_go_and_the_scale_is_kept() -> None:
    clean = clinics()
    prices = clean["price"].to_list()
    frame = changed(clean, "price", {r: f"{prices[r]} kg" for r in range(0, 600, 15)})

    assert improved(frame).applied.frame.equals(clean)


def test_a_unit_of_another_scale_is_left_alone() -> None:
    clean = clinics()
    frame = changed(clean, "price", {r: f"{40_000 + r} kg" for r in range(0, 600, 15)})

    assert improved(frame).applied.frame.equals(frame)


def test_tokens_that_are_the_files_null_are_left_and_others_are_not() -> None:
    clean = clinics()
    rows = range(0, 600, 10)
    only_tokens = changed(clean, "price", dict.fromkeys(rows, "NA"))
    with_blanks = changed(only_tokens, "zip", dict.fromkeys(range(5, 600, 40)))

    assert improved(only_tokens).applied.frame.equals(only_tokens)
    assert improved(with_blanks).applied.frame["price"].null_count() == len(rows)


def test_rows_are_dropped_only_with_consent() -> None:
    frame = pl.concat([clinics(), clinics().head(9)])
    consent = PilotSettings(may_drop_rows=True)

    assert improved(frame).applied.frame.height == 609
    assert reasons(improved(frame))["rows.dedupe"] == "drops rows, which nobody has allowed"
    assert improved(frame, settings=consent).applied.frame.equals(clinics())


def test_trusted_rows_let_well_formed_contradictions_be_repaired() -> None:
    clean = clinics()
    wrong = dict.fromkeys(range(0, 600, 20), "rome")
    frame = changed(clean, "city", wrong)

    assert improved(frame).applied.frame.equals(frame)
    assert improved(frame, reference=clinics(900)).applied.frame.equals(clean)


def test_masked_cells_come_back_or_are_counted_as_wrong() -> None:
    cities = [city for city, _, _ in PLACES.values()]
    good = Repair("g", "typo", ("city",), {"domain": cities})
    bad = Repair("b", "typo", ("city",), {"domain": [c.replace("g", "q") for c in cities]})

    ours = recover(clinics(), good, np.random.default_rng(0), most=200)
    theirs = recover(clinics(), bad, np.random.default_rng(0), most=200)

    assert ours.touched == ours.restored > 150
    assert theirs.restored < theirs.touched


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [("a b", "AB", True), ("a", "b", False), (None, "", False), (None, None, True)],
)
def test_white_space_and_case_are_no_harm(
    before: str | None, after: str | None, wanted: bool
) -> None:
    assert is_equivalent(before, after) is wanted


def test_codes_whose_blanks_or_case_are_odd_are_written_as_the_others_are() -> None:
    codes = [f"{'abcdefgh'[n % 8]}{'stuvwxyz'[n // 8 % 8]}rt{n:03}" for n in range(600)]
    clean = clinics().with_columns(pl.Series("code", codes))
    padded = changed(clean, "code", {r: f"{codes[r]} " for r in range(0, 600, 20)})
    loud = changed(padded, "code", {r: codes[r].upper() for r in range(7, 600, 20)})

    found = improved(loud)

    assert {r.repair.id for r in found.promoted} == {"code.case.lower", "code.trim"}
    assert found.applied.frame.equals(clean)


@pytest.mark.parametrize("of", [3, 2])
def test_blanks_of_many_cells_go_where_the_same_values_have_none(of: int) -> None:
    """Half of the cells at most: beyond it the blanks are how the column is written."""
    clean = clinics().with_columns(city=pl.col("city") + pl.lit(" north"))
    cities = clean["city"].to_list()
    doubled = {r: cities[r].replace(" ", "  ") for r in range(600) if r % of == 0}

    found = improved(changed(clean, "city", doubled | {1: cities[1].replace(" ", "  ")}))

    assert (found.applied.frame["city"].to_list() == cities) is (of == 3)


def test_a_form_that_nothing_else_in_the_column_has_confirms_no_blank() -> None:
    rng = np.random.default_rng(4)
    notes = ["".join(rng.choice(list("aB3 .,-"), 24)).strip() + "x" for _ in range(600)]
    frame = changed(
        clinics().with_columns(pl.Series("note", notes)),
        "note",
        {r: f"{notes[r]} " for r in range(0, 600, 20)},
    )

    found = improved(frame)

    assert reasons(found)["note.trim"].startswith("thin evidence: 0 confirmed cells")
    assert found.applied.frame.equals(frame)


def test_cells_that_stay_are_counted_with_the_reason() -> None:
    clean = clinics()
    frame = misspelt(clean, "city")
    frame = changed(frame, "price", {3: "9999999", 4: "1,5x"})
    few = changed(frame, "county", {9: "jefxerson"})

    left = {found.column: found for found in improved(few).left}

    assert "city" not in left
    assert left["county"].cells == 1
    assert all(found.cells > 0 and found.reason for found in left.values())


def test_one_letter_has_the_case_that_it_has() -> None:
    letters = ["ABCDEFGHIJ"[n % 10] for n in range(600)]
    small = {r: letters[r].lower() for r in range(0, 600, 21)}
    frame = changed(clinics().with_columns(pl.Series("initial", letters)), "initial", small)

    assert improved(frame).applied.frame.equals(frame)


def test_what_a_slip_leaves_of_a_value_is_not_taken_for_nothing() -> None:
    grades = [("A-", "B-", "C-", "A", None, None)[n % 6] for n in range(600)]
    cut = dict.fromkeys(range(0, 600, 24), "-")
    frame = changed(clinics().with_columns(pl.Series("grade", grades)), "grade", cut)

    assert improved(frame).applied.frame.equals(frame)
