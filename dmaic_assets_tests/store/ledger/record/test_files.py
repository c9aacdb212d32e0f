from dataclasses import replace
from pathlib import Path

import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import ArtifactRef
from dmaic_assets.store.file_stat import FileStat
from dmaic_assets.store.ledger.database.store import Ledger, to_us
from dmaic_assets.store.ledger.record.files import (
    Settlement,
    arrivals,
    known_hashes,
    register_files,
    remember_hashes,
    set_disposition,
    settle,
)
from dmaic_assets_tests.store.ledger.conftest import HandClock
from dmaic_assets_tests.store.ledger.examples import a_file, a_lease, a_task

A, B, C = ("a" * 64, "b" * 64, "c" * 64)


def test_arrivals_are_numbered_in_the_order_given_and_for_ever(ledger: Ledger) -> None:
    first = register_files(ledger, [a_file(sha256=B), a_file(sha256=A)], "r1")
    second = register_files(ledger, [a_file(sha256=A), a_file(sha256=C), a_file(sha256=B)], "r2")

    assert [arrival.sequence for arrival in first.values()] == [1, 2]
    assert [arrival.sequence for arrival in second.values()] == [2, 3, 1]
    assert [arrival.sha256 for arrival in arrivals(ledger)] == [B, A, C]
    assert [arrival.run_id for arrival in arrivals(ledger)] == ["r1", "r1", "r2"]


def test_the_same_content_in_two_sources_is_two_arrivals(ledger: Ledger) -> None:
    register_files(ledger, [a_file(source="x"), a_file(source="y")], "r")

    assert [a.source for a in arrivals(ledger)] == ["x", "y"]
    assert [a.source for a in arrivals(ledger, ["y"])] == ["y"]


def test_content_that_arrives_elsewhere_keeps_number_and_result(ledger: Ledger) -> None:
    register_files(ledger, [a_file("old.csv")], "r1")
    settle(ledger, "orders", A, Settlement("accepted", "r1", accepted_path="w/x.parquet", rows=3))

    (again,) = register_files(ledger, [a_file("new.csv")], "r2").values()

    assert (again.sequence, again.disposition, again.rows) == (1, "accepted", 3)
    assert again.name == "new.csv"
    assert again.location == again.path == "/in/orders/new.csv"


def test_a_file_that_was_moved_keeps_its_location_while_its_path_is_the_same(
    ledger: Ledger,
) -> None:
    register_files(ledger, [a_file()], "r1")
    settle(ledger, "orders", A, Settlement("rejected", "r1", location="quarantine/a.csv"))

    (again,) = register_files(ledger, [a_file()], "r2").values()

    assert again.location == "quarantine/a.csv"


def test_a_settlement_replaces_the_one_before(ledger: Ledger) -> None:
    register_files(ledger, [a_file()], "r1")
    types = ArtifactRef("column_types", "artifacts/x", "h", 3)
    whole = Settlement("quarantine", "r1", "v1", "w/x.parquet", types, "key", "loc", 10, 8, 2, 0.5)
    settle(ledger, "orders", A, whole)
    (held,) = arrivals(ledger)
    assert held.types == types
    assert (held.rows, held.accepted, held.quarantined, held.score) == (10, 8, 2, 0.5)
    set_disposition(ledger, "orders", A, "replaced", replaced_by=B, accepted_path="archive/x")
    (replaced,) = arrivals(ledger)
    assert (replaced.replaced_by, replaced.accepted_path, replaced.rows) == (B, "archive/x", 10)

    settle(ledger, "orders", A, Settlement("rejected", "r2"))

    (now,) = arrivals(ledger)
    assert (now.disposition, now.settled_run, now.run_id) == ("rejected", "r2", "r1")
    assert (now.accepted_path, now.types, now.file_key, now.replaced_by) == (None,) * 4
    assert now.location == "loc"


def test_settling_under_a_lease_needs_the_lease(ledger: Ledger) -> None:
    register_files(ledger, [a_file()], "r1")
    a_task(ledger)

    settle(ledger, "orders", A, Settlement("accepted", "r1"), lease=a_lease(ledger))

    assert arrivals(ledger)[0].disposition == "accepted"


def test_what_never_arrived_is_not_settled(ledger: Ledger) -> None:
    with pytest.raises(BadInputError, match="never registered"):
        settle(ledger, "orders", A, Settlement("accepted", "r1"))
    with pytest.raises(BadInputError, match="never registered"):
        set_disposition(ledger, "orders", A, "removed")


def test_thousands_of_files_are_registered_at_once(ledger: Ledger) -> None:
    files = [a_file(f"{n}.csv", sha256=f"{n:064x}") for n in range(1500)]

    register_files(ledger, files, "r")
    found = register_files(
        ledger, [replace(f, path=Path("/else") / f.path.name) for f in files], "r"
    )

    assert [arrival.sequence for arrival in found.values()] == list(range(1, 1501))
    assert {arrival.location for arrival in found.values()} == {
        f"/else/{n}.csv" for n in range(1500)
    }


class TestHashesByStat:
    OLD = 10_000_000_000

    def stat(self, clock: HandClock, *, age_ns: int = OLD) -> FileStat:
        changed = to_us(clock.now) * 1000 - age_ns
        return FileStat(10, changed, changed, 2**64 - 1)

    def test_a_hash_is_known_with_the_stat_that_it_holds_for(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        stat = self.stat(clock)

        assert remember_hashes(ledger, {"/a": (stat, A)}) == 1

        assert known_hashes(ledger) == {"/a": (stat, A)}

    @pytest.mark.parametrize(("age_ns", "kept"), [(2_000_000_000, 1), (1_999_999_999, 0), (-1, 0)])
    def test_a_file_changed_just_now_is_not_trusted(
        self, ledger: Ledger, clock: HandClock, age_ns: int, kept: int
    ) -> None:
        young = self.stat(clock, age_ns=age_ns)
        mixed = self.stat(clock)._replace(ctime_ns=young.ctime_ns)

        assert remember_hashes(ledger, {"/a": (young, A), "/b": (mixed, A)}) == 2 * kept

    def test_a_new_hash_replaces_the_old_one(self, ledger: Ledger, clock: HandClock) -> None:
        remember_hashes(ledger, {"/a": (self.stat(clock), A)})
        newer = self.stat(clock, age_ns=self.OLD * 2)
        remember_hashes(ledger, {"/a": (newer, B)})

        assert known_hashes(ledger) == {"/a": (newer, B)}

    def test_names_that_are_not_unicode_are_kept(self, ledger: Ledger, clock: HandClock) -> None:
        stat = self.stat(clock)
        remember_hashes(ledger, {"/in/\udcff\x01.csv": (stat, A)})

        assert list(known_hashes(ledger).values()) == [(stat, A)]

    def test_thousands_are_remembered_at_once(self, ledger: Ledger, clock: HandClock) -> None:
        hashes = {f"/{n}": (self.stat(clock), f"{n:064x}") for n in range(3000)}

        assert remember_hashes(ledger, hashes) == 3000
        assert known_hashes(ledger) == hashes
