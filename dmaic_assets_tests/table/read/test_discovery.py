"""Discovery: which files there are, and what is in the way of the others."""

import hashlib
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.settings.project import SOURCE_PATTERN, Settings, load_settings
from dmaic_assets.table.read.discovery import discover, hash_file, source_file, source_slug
from dmaic_assets.table.read.naming import natural_key


@pytest.fixture
def project(tmp_path: Path) -> Settings:
    return _project(tmp_path)


def _project(root: Path, sources: str = "sources: []\n") -> Settings:
    (root / "config").mkdir(exist_ok=True)
    (root / "config" / "dmaic.yaml").write_text("project: test\n", encoding="utf-8")
    (root / "config" / "sources.yaml").write_text(sources, encoding="utf-8")
    (root / "data" / "incoming").mkdir(parents=True, exist_ok=True)
    return load_settings(root, environment={})


def _drop(settings: Settings, place: str, content: bytes = b"a,b\n1,2\n") -> Path:
    path = settings.paths.incoming / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _found(settings: Settings) -> list[tuple[str, str]]:
    return [(file.source, file.path.name) for file in discover(settings).files]


def _problems(settings: Settings) -> list[str]:
    return [f"{p.source}: {p.path.name}: {p.reason}" for p in discover(settings).problems]


@pytest.mark.parametrize(
    ("name", "file_format"),
    [
        ("a.csv", "csv"),
        ("a.CSV", "csv"),
        ("a.csv.gz", "csv"),
        ("2024.01.report.csv", "csv"),
        ("a.tsv", "tsv"),
        ("a.tsv.gz", "tsv"),
        ("a.parquet", "parquet"),
        ("a.jsonl", "jsonl"),
        ("a.jsonl.gz", "jsonl"),
        ("a.ndjson", "jsonl"),
    ],
)
def test_every_known_extension_is_a_source_file(project: Settings, name: str, file_format: str):
    path = _drop(project, f"orders/{name}", b"content")

    (file,) = discover(project).files

    assert (file.path, file.format, file.size_bytes) == (path, file_format, 7)
    assert file.sha256 == hashlib.sha256(b"content").hexdigest()
    assert file.is_owned


def test_files_come_by_source_and_in_natural_order(project: Settings):
    for place in ("b/part10.csv", "b/part9.csv", "b/part1.csv", "a/z.csv"):
        _drop(project, place)

    assert _found(project) == [
        ("a", "z.csv"),
        ("b", "part1.csv"),
        ("b", "part9.csv"),
        ("b", "part10.csv"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.csv",
        "~$orders.csv",
        "orders.csv.part",
        "orders.csv.tmp",
        "orders.csv.crdownload",
        "orders.csv.filepart",
        "orders.parquet.part-0a1b",
        "orders.csv~",
        "Thumbs.db",
        "_SUCCESS",
    ],
)
def test_unfinished_and_hidden_files_are_passed_over_in_silence(project: Settings, name: str):
    _drop(project, f"orders/{name}")

    found = discover(project)

    assert (found.files, found.problems) == ((), ())


@pytest.mark.parametrize("name", ["a.xlsx", "a.txt", "a", "a.gz", "a.parquet.gz", "a.zip"])
def test_an_unknown_extension_is_a_problem_that_stops_no_other_file(project: Settings, name: str):
    _drop(project, f"orders/{name}")
    _drop(project, "orders/good.csv")

    assert _found(project) == [("orders", "good.csv")]
    (problem,) = discover(project).problems
    assert "unknown extension" in problem.reason
    assert ".csv" in problem.fix


def test_a_file_that_vanishes_while_it_is_hashed_is_a_problem(project: Settings):
    gone = _drop(project, "orders/gone.csv")
    _drop(project, "orders/here.csv")

    def hasher(path: Path) -> str:
        gone.unlink(missing_ok=True)
        return hash_file(path)

    found = discover(project, hasher=hasher)

    assert [file.path.name for file in found.files] == ["here.csv"]
    assert [p.reason for p in found.problems] == ["there is no such file (any more)"]


def test_a_file_that_grows_while_it_is_hashed_is_still_being_written(project: Settings):
    path = _drop(project, "orders/growing.csv")

    def hasher(_path: Path) -> str:
        with path.open("ab") as handle:
            handle.write(b"3,4\n")
        return "0" * 64

    found = discover(project, hasher=hasher)

    assert found.files == ()
    assert [p.reason for p in found.problems] == ["still being written"]


def test_a_file_that_cannot_be_read_is_a_problem(project: Settings):
    _drop(project, "orders/a.csv")

    def hasher(_path: Path) -> str:
        raise PermissionError(13, "Permission denied")

    assert [p.reason for p in discover(project, hasher=hasher).problems] == [
        "cannot be read: Permission denied"
    ]


def test_a_problem_is_told_as_it_is_met(project: Settings):
    _drop(project, "orders/a.xlsx")
    told = []

    found = discover(project, on_error=told.append)

    assert tuple(told) == found.problems


def test_a_link_that_leaves_the_incoming_folder_is_refused(project: Settings, tmp_path: Path):
    secret = tmp_path / "secret.csv"
    secret.write_bytes(b"a\n1\n")
    _drop(project, "orders/good.csv")
    (project.paths.incoming / "orders" / "link.csv").symlink_to(secret)
    (project.paths.incoming / "elsewhere").symlink_to(tmp_path)
    (project.paths.incoming / "orders" / "loop.csv").symlink_to("loop.csv")

    assert _found(project) == [("orders", "good.csv")]
    assert _problems(project) == [
        "None: elsewhere: a link that leaves the incoming folder",
        "orders: link.csv: a link that leaves the incoming folder",
        "orders: loop.csv: a link that leads nowhere",
    ]


def test_a_link_within_the_incoming_folder_is_read_but_not_owned(project: Settings):
    target = _drop(project, "orders/a.csv")
    link = project.paths.incoming / "copies" / "a.csv"
    link.parent.mkdir()
    link.symlink_to(target)

    files = discover(project).files

    assert [(f.source, f.is_owned) for f in files] == [("copies", False), ("orders", True)]


def test_a_file_outside_of_any_source_folder_is_a_problem(project: Settings):
    _drop(project, "lost.csv")

    assert _problems(project) == ["None: lost.csv: lies outside of any source folder"]


def test_a_folder_within_a_source_folder_is_a_problem(project: Settings):
    _drop(project, "orders/2024/a.csv")

    assert _problems(project) == ["orders: 2024: a folder inside a source folder is not read"]


def test_a_pipe_is_no_source_file_and_does_not_block(project: Settings):
    folder = project.paths.incoming / "orders"
    folder.mkdir()
    os.mkfifo(folder / "pipe.csv")

    assert _problems(project) == ["orders: pipe.csv: not a regular file"]


def test_two_folders_that_stand_for_one_source_are_a_problem(project: Settings):
    taken = source_slug("Orders")
    _drop(project, "Orders/a.csv")
    _drop(project, f"{taken}/b.csv")

    found = discover(project)

    assert [file.path.name for file in found.files] == ["a.csv"]
    assert [p.reason for p in found.problems] == [
        f"stands for the source {taken}, and so does Orders"
    ]


def test_no_incoming_folder_means_no_files(tmp_path: Path):
    settings = _project(tmp_path)
    settings.paths.incoming.rmdir()

    assert discover(settings).files == ()


def test_a_declared_glob_finds_files_that_are_not_owned(tmp_path: Path):
    (tmp_path / "exports" / "deep").mkdir(parents=True)
    (tmp_path / "exports" / "deep" / "a.csv").write_bytes(b"a\n")
    settings = _project(tmp_path, "sources: [{name: sales, glob: 'exports/**/*.csv'}]\n")

    (file,) = discover(settings).files

    assert (file.source, file.path, file.is_owned) == (
        "sales",
        tmp_path / "exports" / "deep" / "a.csv",
        False,
    )


def test_a_glob_may_be_absolute_and_may_take_landed_files(tmp_path: Path):
    pattern = tmp_path / "data" / "incoming" / "mixed" / "sales_*.csv"
    settings = _project(tmp_path, f"sources: [{{name: sales, glob: '{pattern}'}}]\n")
    _drop(settings, "mixed/sales_1.csv")
    _drop(settings, "mixed/other.csv")

    files = discover(settings).files

    assert [(f.source, f.path.name, f.is_owned) for f in files] == [
        ("mixed", "other.csv", True),
        ("sales", "sales_1.csv", True),
    ]


def test_a_glob_without_matches_and_overlapping_globs_are_problems(tmp_path: Path):
    (tmp_path / "x.csv").write_bytes(b"a\n")
    settings = _project(
        tmp_path,
        "sources: [{name: one, glob: 'x.csv'}, {name: two, glob: '*.csv'},"
        " {name: three, glob: '*.tsv'}]\n",
    )

    assert _found(settings) == [("one", "x.csv")]
    assert _problems(settings) == [
        "two: x.csv: already belongs to source one",
        "three: *.tsv: the glob matches no file",
    ]


def test_equal_content_under_other_names_has_the_same_identity(project: Settings):
    _drop(project, "orders/a.csv")
    _drop(project, "orders/b.csv")

    first, second = discover(project).files

    assert (first.sha256, first.key) == (second.sha256, second.key)
    assert first.key == first.sha256[:16]


def test_a_named_file_is_described_or_refused(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a\n")

    assert source_file(path, source="s").is_owned is False
    for bad in (tmp_path / "no.csv", tmp_path / "a.xlsx", tmp_path):
        with pytest.raises(UnreadableFileError):
            source_file(bad, source="s")


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("orders", "orders"),
        ("Orders", "orders-"),
        ("Ünïcode Straße", "unicode-strae-"),
        ("a|b,c...d", "a-b-c-d-"),
        ("漢字", "source-"),
        ("x" * 300, "x" * 56 + "-"),
        ("-lead", "lead-"),
    ],
)
def test_a_folder_name_becomes_a_safe_slug(name: str, stem: str):
    assert source_slug(name).startswith(stem)


@given(st.text(min_size=1, max_size=80))
@settings(max_examples=50, deadline=None)
def test_every_slug_is_safe_stable_and_its_own_slug(name: str):
    slug = source_slug(name)

    assert re.fullmatch(SOURCE_PATTERN, slug)
    assert source_slug(name) == slug
    assert source_slug(slug) == slug


def test_names_that_fold_to_one_stem_keep_different_slugs():
    slugs = {source_slug(name) for name in ("Orders", "ORDERS", "orders ", "órders", "orders")}

    assert len(slugs) == 5


@given(st.lists(st.text(alphabet="a1²٣. -", max_size=6), max_size=6))
@settings(max_examples=50, deadline=None)
def test_natural_order_is_total(names: list[str]):
    ordered = sorted(names, key=natural_key)

    backwards = ordered[::-1]
    assert sorted(backwards, key=natural_key) == ordered
