"""Which files a source has, in which order, and what was taken away."""

from datetime import UTC, datetime
from pathlib import Path

from dmaic_assets.model import SourceFile
from dmaic_assets.store.ledger.record.files import Arrival, Disposition
from dmaic_assets.work.plan.chain import Chain, chains_of

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def file_at(path: Path, sha: str) -> SourceFile:
    return SourceFile("orders", path, sha * 64, 10, "csv")


def arrived(sequence: int, sha: str, path: Path, disposition: Disposition = "accepted") -> Arrival:
    return Arrival(
        source="orders",
        sha256=sha * 64,
        sequence=sequence,
        name=path.name,
        path=str(path),
        location=str(path),
        size_bytes=10,
        format="csv",
        is_owned=True,
        disposition=disposition,
        accepted_version="v",
        accepted_path="warehouse/accepted/orders/x.parquet",
        types=None,
        file_key="k",
        run_id="r",
        settled_run="r",
        replaced_by=None,
        rows=1,
        accepted=1,
        quarantined=0,
        score=1.0,
        first_seen_at=NOW,
        updated_at=NOW,
    )


def chain_of(found: list[SourceFile], known: list[Arrival], data: Path) -> Chain:
    def is_there(path: Path, _sha256: str) -> bool:
        return path.is_file()

    return chains_of(found, known, data=data, is_intact=is_there)["orders"]


def test_known_files_keep_their_order_and_new_ones_follow(tmp_path: Path) -> None:
    a, b, c = (tmp_path / name for name in ("a.csv", "b.csv", "c.csv"))
    known = [arrived(4, "c", c), arrived(9, "a", a)]

    chain = chain_of([file_at(a, "a"), file_at(b, "b"), file_at(c, "c")], known, tmp_path)

    assert [f.file.path.name for f in chain.files] == ["c.csv", "a.csv", "b.csv"]
    assert [f.is_new for f in chain.files] == [False, False, True]


def test_the_same_content_under_another_name_is_a_duplicate(tmp_path: Path) -> None:
    a, b = tmp_path / "a.csv", tmp_path / "copy.csv"

    chain = chain_of([file_at(a, "a"), file_at(b, "a")], [], tmp_path)

    assert [f.file.path for f in chain.files] == [a]
    assert [d.file.path for d in chain.duplicates] == [b]


def test_a_file_that_is_nowhere_was_removed(tmp_path: Path) -> None:
    gone = arrived(1, "a", tmp_path / "a.csv")

    chain = chain_of([], [gone], tmp_path)

    assert chain.removed == (gone,)


def test_new_content_at_a_known_path_is_no_removal(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    chain = chain_of([file_at(path, "b")], [arrived(1, "a", path)], tmp_path)

    assert chain.removed == ()
    assert [f.file.sha256[0] for f in chain.files] == ["b"]


def test_a_held_file_is_found_even_if_its_move_was_not_recorded(tmp_path: Path) -> None:
    landed = arrived(1, "a", tmp_path / "incoming" / "a.csv", "landed")
    held = tmp_path / "quarantine" / "orders" / ("a" * 16) / "a.csv"
    held.parent.mkdir(parents=True)
    held.write_text("x")

    chain = chain_of([], [landed], tmp_path)

    assert [f.file.path for f in chain.files] == [held]
    assert chain.removed == ()


def test_a_removal_that_was_noted_is_not_told_again(tmp_path: Path) -> None:
    gone = arrived(1, "a", tmp_path / "a.csv", "removed")

    assert chain_of([], [gone], tmp_path).removed == ()
