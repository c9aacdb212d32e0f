"""`dmaic dependencies`: the document, the tables for people, and files that cannot be read."""

from collections.abc import Callable
from pathlib import Path

from dmaic_assets_tests.cli.shell import Finished

Call = Callable[..., Finished]
ORDERS = "id,city,zip,unit\n" + "".join(
    f"{n},{('Bern', 'Basel', 'Chur')[n % 3]},{(3000, 4000, 7000)[n % 3]},kg\n" for n in range(12)
)


def test_the_document_has_dependencies_and_keys(tmp_path: Path, call: Call) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)

    found = call("dependencies", "orders.csv", "--max-lhs", "2", "--json", cwd=tmp_path)

    assert found.code == 0
    assert found.json["keys"] == [["id"]]
    assert found.json["functional_dependencies"] == [
        {"lhs": ["id"], "rhs": "city"},
        {"lhs": ["zip"], "rhs": "city"},
        {"lhs": ["id"], "rhs": "zip"},
        {"lhs": ["city"], "rhs": "zip"},
        {"lhs": [], "rhs": "unit"},
    ]


def test_people_read_tables(tmp_path: Path, call: Call) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS)

    out = call("dependencies", "orders.csv", cwd=tmp_path).out

    assert "5 dependencies and 1 key in 12 rows x 4 columns" in out
    assert "(constant)" in out


def test_values_that_fit_no_type_are_told_apart(tmp_path: Path, call: Call) -> None:
    rows = [f"{n},{n}\n" for n in range(300)]
    (tmp_path / "mixed.csv").write_text("a,b\n" + "".join(rows) + "300,abc\n301,def\n")

    found = call("dependencies", "mixed.csv", "--json", cwd=tmp_path)

    assert found.json["keys"] == [["a"], ["b"]]


def test_a_file_that_is_not_there_is_named(tmp_path: Path, call: Call) -> None:
    found = call("dependencies", "gone.csv", cwd=tmp_path)

    assert found.code == 2
    assert "gone.csv" in found.err
