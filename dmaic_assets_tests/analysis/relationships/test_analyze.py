"""Keys and foreign keys of made-up tables: what is found, what is not, and what is told of it."""

import polars as pl
import pytest

from dmaic_assets.analysis.registry import by_name
from dmaic_assets.analysis.relationships.analyze import relationships_of
from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.values.relationships import RelationshipsValue
from dmaic_assets.analysis.values.semantic import ColumnMeaning, SemanticValue
from dmaic_assets.analysis.working import work_analyses
from dmaic_assets.settings.analyses import AnalysisSettings, ColumnOverride
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets_tests.analysis.relationships.shop import LINKS, NOW, found_in, links_in, shop


@pytest.fixture(scope="module")
def value() -> RelationshipsValue:
    return found_in(shop())


def test_ids_that_all_count_from_one_are_told_apart(value: RelationshipsValue) -> None:
    implied = {("shipments", ("order_id",), "orders", ("id",))}

    assert links_in(value) == LINKS
    assert {(k.table, k.columns, k.ref_table, k.ref_columns) for k in value.implied} == implied


def test_the_keys_are_the_ids_and_the_fewest_columns(value: RelationshipsValue) -> None:
    first = {key.table: key.columns for key in value.keys if key.is_primary}

    assert first == {
        **dict.fromkeys(("cities", "customers", "categories", "products", "orders"), ("id",)),
        "order_lines": ("order_id", "line_no"),
        "shipments": ("order_id", "line_no"),
    }


def test_a_value_is_written_and_read_as_it_was(value: RelationshipsValue) -> None:
    assert from_json(by_name()["relationships"].value_type(), to_json(value)) == value


def test_the_same_tables_give_the_same_value(value: RelationshipsValue) -> None:
    assert found_in(shop()) == value


def test_orphans_are_counted_and_shown_but_not_of_sensitive_columns() -> None:
    frames = shop()
    orders = frames["orders"]["customer_id"].to_list()
    orders[:12] = [900 + i % 4 for i in range(12)]
    frames["orders"] = frames["orders"].with_columns(customer_id=pl.Series(orders))
    secret = AnalysisSettings(columns={"orders.customer_id": ColumnOverride(is_sensitive=True)})

    [key] = [k for k in found_in(frames).foreign_keys if k.table == "orders"]
    [closed] = [k for k in found_in(frames, secret).foreign_keys if k.table == "orders"]

    assert (key.orphans, key.rows, key.orphan_share) == (12, 400, 0.03)
    assert key.orphan_examples == ("900", "901", "902", "903")
    assert (closed.orphans, closed.orphan_examples) == (12, ())


def test_mistyped_keys_of_which_no_two_are_alike_are_orphans() -> None:
    frames = shop()
    orders = frames["orders"]["customer_id"].to_list()
    orders[::4] = [c if i % 5 else 9_000 + i for i, c in enumerate(orders[::4])]
    few = frames["orders"].with_columns(
        customer_id=pl.Series([1 + c % 9 if c < 9_000 else c for c in orders])
    )
    frames["orders"] = few

    [key] = [k for k in found_in(frames).foreign_keys if k.table == "orders"]

    assert (key.ref_table, key.orphans) == ("customers", 20)


def test_what_is_found_to_be_sensitive_is_not_shown() -> None:
    meant = ColumnMeaning("integer", "foreign_key", 1.0, "ssn", 1.0, 1.0, is_sensitive=True)
    known = {"semantic": {"orders": SemanticValue(None, {"customer_id": meant})}}
    frames = shop()
    orders = frames["orders"]["customer_id"].to_list()
    frames["orders"] = frames["orders"].with_columns(customer_id=pl.Series([900, *orders[1:]]))
    tables = {name: table_of_frame(name, frame) for name, frame in frames.items()}
    value, _ = relationships_of(Study(tables, NOW, known=known))

    [key] = [k for k in value.foreign_keys if k.table == "orders"]
    assert (key.orphans, key.orphan_examples) == (1, ())


def test_more_than_a_fifth_of_orphans_is_no_reference() -> None:
    frames = shop()
    orders = [900 if i % 4 == 0 else c for i, c in enumerate(frames["orders"]["customer_id"])]
    frames["orders"] = frames["orders"].with_columns(customer_id=pl.Series(orders))

    assert not [k for k in found_in(frames).foreign_keys if k.table == "orders"]


def test_a_few_orphans_of_a_reference_want_an_answer() -> None:
    frames = shop()
    orders = frames["orders"]["customer_id"].to_list()
    frames["orders"] = frames["orders"].with_columns(customer_id=pl.Series([999, *orders[1:]]))
    tables = {name: table_of_frame(name, frame) for name, frame in frames.items()}

    _, findings = relationships_of(Study(tables, NOW))

    [high] = [f for f in findings if f.weight == "high"]
    assert (high.table, high.columns, high.value) == ("orders", ("customer_id",), 1 / 400)
    assert "1 row of orders" in high.text
    _, clean = relationships_of(Study({n: table_of_frame(n, f) for n, f in shop().items()}, NOW))
    assert not [f for f in clean if f.weight in ("high", "medium")]


def test_plans_beyond_the_last_day_of_a_calendar_ask_for_little() -> None:
    days = pl.date_range(pl.date(2023, 1, 1), pl.date(2024, 12, 31), eager=True)
    planned = days.gather(range(30, 730, 2)).dt.offset_by("7d")
    frames = {
        "calendar": pl.DataFrame({"date": days, "year": days.dt.year()}),
        "orders": pl.DataFrame({"id": range(350), "promised_date": planned}),
    }
    wrong = planned.scatter(3, pl.Series(["1899-12-31"]).str.to_date()[0])

    assert _weight_of_orphans(frames) == "low"
    orders = frames["orders"].with_columns(promised_date=wrong)
    assert _weight_of_orphans(frames | {"orders": orders}) != "low"


def _weight_of_orphans(frames: dict[str, pl.DataFrame]) -> str:
    tables = {name: table_of_frame(name, frame) for name, frame in frames.items()}
    found = work_analyses(Study(tables, NOW), ["relationships"])
    [weight] = [f.weight for o in found.values() for f in o.findings if f.metric == "orphan_share"]
    return weight


def test_a_key_that_a_few_rows_repeat_is_still_referred_to_and_told() -> None:
    frames = shop()
    frames["customers"] = pl.concat([frames["customers"], frames["customers"][:3]])

    value = found_in(frames)

    assert ("orders", ("customer_id",), "customers", ("id",)) in links_in(value)
    [key] = [k for k in value.keys if k.table == "customers"]
    assert key.repeated_share == pytest.approx(3 / 123)


def test_texts_with_leading_zeros_meet_whole_numbers() -> None:
    frames = shop()
    padded = frames["orders"]["customer_id"].cast(pl.String).str.zfill(5)
    frames["orders"] = frames["orders"].with_columns(customer_id=padded)

    assert links_in(found_in(frames)) == LINKS


def test_numbers_meet_a_key_of_which_some_are_no_numbers() -> None:
    stops = [str(n) for n in range(101, 141)]
    frames = {
        "stops": pl.DataFrame({"stop_id": [*stops, *(f"{s}N" for s in stops)]}),
        "transfers": pl.DataFrame({"from_stop_id": [int(s) for s in stops[::2] * 3]}),
    }

    link = ("transfers", ("from_stop_id",), "stops", ("stop_id",))
    assert links_in(found_in(frames)) == {link}


def test_tables_without_rows_and_columns_without_values_are_linked_by_name() -> None:
    frames = shop()
    frames["orders"] = frames["orders"].with_columns(
        pl.lit(None).alias("gift_customer_id").cast(pl.Int64)
    )
    frames["reviews"] = pl.DataFrame(schema={"review_id": pl.String, "product_id": pl.String})

    value = found_in(frames)

    extra = {
        ("orders", ("gift_customer_id",), "customers", ("id",)),
        ("reviews", ("product_id",), "products", ("id",)),
    }
    assert links_in(value) == LINKS | extra
    assert {k.orphan_share for k in value.foreign_keys if k.columns == ("product_id",)} == {
        0.0,
        None,
    }


def test_one_row_is_no_proof_of_a_key() -> None:
    frames = shop()
    frames["settings"] = pl.DataFrame({"settings_id": [1], "rating": [3], "quantity": [4]})
    frames["nothing"] = pl.DataFrame()

    assert links_in(found_in(frames)) == LINKS


def test_codes_need_no_name_but_small_numbers_do() -> None:
    codes = [f"{a}{b}{c}" for a in "ABCDE" for b in "FGHIJ" for c in "KLMNO"]
    frames = {
        "ports": pl.DataFrame({"iata": codes[::3], "runway": range(len(codes[::3]))}),
        "trips": pl.DataFrame(
            {
                "start": [codes[3 * (i % 30)] for i in range(300)],
                "seats": [i % 40 for i in range(300)],
            }
        ),
    }

    assert links_in(found_in(frames)) == {("trips", ("start",), "ports", ("iata",))}


def test_two_tables_that_refer_to_one_are_a_fan_trap(value: RelationshipsValue) -> None:
    frames = shop()
    frames["visits"] = frames["orders"].select(id="id", customer_id="customer_id")

    traps = {(t.hub, t.tables): t.growth for t in found_in(frames).fan_traps}

    counts = frames["orders"]["customer_id"].value_counts()["count"]
    joined = int((counts * counts).sum())
    assert traps["customers", ("orders", "visits")] == round(joined / 400, 3)
    assert not [t for t in value.fan_traps if t.hub == "customers"]


def test_a_flag_of_0_and_1_is_no_parent_in_a_long_table() -> None:
    def links(rows: int, flag: str) -> int:
        flags = [0, 0, *(n % 2 for n in range(2, rows))]
        return len(found_in({"a": pl.DataFrame({"id": range(rows), flag: flags})}).foreign_keys)

    assert links(400, "flag_01") == 0
    assert links(8, "reports_to") == 1
