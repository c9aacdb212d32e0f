"""`dmaic runs tag`, `untag` and `tags`; a name is good wherever a run is asked for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets_tests.cli.shell import Finished
from dmaic_assets_tests.work.conftest import csv_of, make_project

Call = Callable[..., Finished]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_project(tmp_path_factory.mktemp("tags"))
    for number in range(2):
        made.drop(f"{number}.csv", csv_of(100 * number))
        made.run()
    made.platform.close()
    return made.root


def test_a_run_is_named_shown_by_its_name_kept_and_let_go(shop: Path, call: Call) -> None:
    newest, oldest = (run["run_id"] for run in call("runs", "--json", cwd=shop).json)
    assert call("runs", "tags", cwd=shop).out.startswith("No run has a name.")

    named = call("runs", "tag", oldest, "audit-2026", cwd=shop)

    assert (named.code, named.out) == (0, f"{oldest} is called audit-2026 and stays\n")
    assert call("show", "audit-2026", "--json", cwd=shop).json["run_id"] == oldest
    again = call("runs", "tag", "audit-2026", "first", "--json", cwd=shop)
    assert again.json == {"name": "first", "run_id": oldest}
    tags = call("runs", "tags", "--json", cwd=shop).json["tags"]
    assert {tag["name"] for tag in tags} == {"audit-2026", "first"}
    assert "audit-2026" in call("runs", "tags", cwd=shop).out
    taken = call("runs", "tag", newest, "first", cwd=shop)
    assert (taken.code, f"is the name of run {oldest}" in taken.err) == (2, True)
    assert "hint: Take it away first: dmaic runs untag first" in taken.err
    gone = call("runs", "untag", "first", "--json", cwd=shop)
    assert gone.json == {"name": "first", "run_id": oldest}
    assert "is no longer called audit-2026" in call("runs", "untag", "audit-2026", cwd=shop).out
    assert call("runs", "untag", "first", cwd=shop).code == 2


@pytest.mark.parametrize("name", ["", "two words", "-x", "a" * 65, "x/y"])
def test_what_cannot_be_typed_is_no_name(shop: Path, call: Call, name: str) -> None:
    refused = call("runs", "tag", "latest", "--", name, cwd=shop)

    assert refused.code == 2
    assert "is no name" in refused.err
    assert call("runs", "tag", "nobody", "x", cwd=shop).code == 2
