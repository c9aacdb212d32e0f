from dataclasses import replace

from dmaic_assets.model import ArtifactRef, SourceFile
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.record.file_queries import (
    arrivals_at,
    landed_files,
    moments_of_arrival,
    named_arrivals,
    newest_accepted,
    newest_current,
    newest_of_disposition,
    newest_stored,
    standing_before,
    stored_rows,
)
from dmaic_assets.store.ledger.record.files import (
    Arrival,
    Disposition,
    Settlement,
    register_files,
    set_disposition,
    settle,
)
from dmaic_assets_tests.store.ledger.conftest import HandClock
from dmaic_assets_tests.store.ledger.examples import a_file

TYPES = ArtifactRef("column_types", "artifacts/x", "h", 3)
A, B, C, D = ("a" * 64, "b" * 64, "c" * 64, "d" * 64)


def arrive(
    ledger: Ledger,
    sha256: str,
    disposition: Disposition = "accepted",
    *,
    source: str = "orders",
    name: str | None = None,
    rows: int = 10,
    quarantined: int = 0,
) -> None:
    file = a_file(name or f"{sha256[:1]}.csv", source=source, sha256=sha256)
    register_files(ledger, [file], "r")
    is_stored = disposition != "rejected"
    settlement = Settlement(
        disposition,
        "r",
        accepted_version=f"v{sha256[:1]}" if is_stored else None,
        accepted_path=f"warehouse/{sha256[:1]}.parquet" if is_stored else None,
        types=TYPES,
        file_key=f"k{sha256[:1]}",
        rows=rows,
        accepted=rows - quarantined,
        quarantined=quarantined,
        score=0.5,
    )
    settle(ledger, source, sha256, settlement)


def test_a_window_holds_the_newest_accepted_files_before_a_number(ledger: Ledger) -> None:
    for sha256, disposition in ((A, "accepted"), (B, "rejected"), (C, "quarantine")):
        arrive(ledger, sha256, disposition)
    arrive(ledger, D)
    arrive(ledger, "e" * 64, source="items")

    assert shas(newest_accepted(ledger, "orders", before=4, limit=5)) == [A, C]
    assert shas(newest_accepted(ledger, "orders", before=None, limit=2)) == [C, D]
    assert newest_accepted(ledger, "orders", before=1, limit=5) == []


def test_files_are_found_by_name_by_place_and_by_what_became_of_them(ledger: Ledger) -> None:
    arrive(ledger, A, name="x.csv")
    arrive(ledger, B, "rejected", name="x.csv")
    arrive(ledger, C, name="y.csv")

    assert shas(named_arrivals(ledger, "orders", [C, "0" * 64, A])) == [A, C]
    assert shas(arrivals_at(ledger, "orders", "/in/orders/x.csv")) == [A, B]
    assert shas(newest_of_disposition(ledger, ["orders"], "accepted", limit=1)["orders"]) == [C]


def test_moments_are_counted_per_source(ledger: Ledger, clock: HandClock) -> None:
    first = clock()
    register_files(ledger, [a_file(sha256=A), a_file(sha256=B)], "r")
    clock.move(seconds=60)
    register_files(ledger, [a_file(sha256=C), a_file(source="items", sha256=A)], "r")

    assert moments_of_arrival(ledger, None) == {
        "orders": {first: 2, clock(): 1},
        "items": {clock(): 1},
    }
    assert list(moments_of_arrival(ledger, ["items"])) == ["items"]


def test_rows_in_the_warehouse_are_told_in_the_order_of_arrival(ledger: Ledger) -> None:
    arrive(ledger, B)
    arrive(ledger, A, "quarantine", quarantined=4)
    arrive(ledger, C, "rejected")
    arrive(ledger, D, source="items")
    set_disposition(ledger, "items", D, "replaced")

    found = stored_rows(ledger, ["orders", "items"])

    assert {s: [(r.version, r.rows) for r in rows] for s, rows in found.items()} == {
        "orders": [("vb", 10), ("va", 6)]
    }
    assert newest_stored(ledger) == {"orders": "ka"}


def test_files_before_a_number_are_added_up(ledger: Ledger) -> None:
    for number, sha256 in enumerate((A, B, C)):
        arrive(ledger, sha256, "quarantine" if number else "accepted", quarantined=number)
    arrive(ledger, D, "rejected", rows=0)
    arrive(ledger, "e" * 64)
    set_disposition(ledger, "orders", "e" * 64, "removed")

    assert shas(newest_current(ledger, "orders", limit=2)) == [C, D]
    assert standing_before(ledger, "orders", 5) == (4, 40, 30, 27, 3, 15.0, 1, 2, 1)
    assert standing_before(ledger, "orders", 3, without=[A]) == (1, 10, 10, 9, 1, 5.0, 0, 1, 0)
    assert standing_before(ledger, "items", 5) == (0, 0, 0, 0, 0, 0.0, 0, 0, 0)


def test_a_landed_file_is_listed_until_it_was_moved_and_while_its_move_may_be_owed(
    ledger: Ledger,
) -> None:
    for sha256 in (A, B, C):
        register_files(ledger, [_owned(sha256)], "r")
        settle(ledger, "orders", sha256, Settlement("accepted", "r"))
    set_disposition(ledger, "orders", A, "accepted", location="/data/archive/d_r1/orders/a.csv")
    set_disposition(ledger, "orders", B, "accepted", location="/data/archive/d_r2/orders/b.csv")

    found = landed_files(ledger, "orders", moved_to="/data/archive/d_r2/orders")

    assert shas(found) == [B, C]


def _owned(sha256: str) -> SourceFile:
    return replace(a_file(f"{sha256[:1]}.csv", sha256=sha256), is_owned=True)


def shas(found: list[Arrival]) -> list[str]:
    return [arrival.sha256 for arrival in found]
