"""Notebooks run with parameters: copies with outputs, failures named, none stops another."""

import json
import sys
from pathlib import Path

import pytest

from dmaic_assets.errors import BadInputError, InvariantError
from dmaic_assets.process.cycle.executed import (
    execute_notebooks,
    need_papermill,
    refusal_of_notebooks,
)
from dmaic_assets.reports.notebooks import (
    PhaseNotebook,
    executed_name,
    parameters_of,
    phase_notebook,
)

ABOUT = PhaseNotebook("20260101T000000Z__nogit", "measure", "i", "c", {})


def notebook(folder: Path, name: str, *sources: str) -> Path:
    """A notebook in our form: a cell of parameters, and others."""
    document = json.loads(phase_notebook(ABOUT))
    parameters = next(c for c in document["cells"] if c["metadata"].get("tags"))
    cells = [dict(parameters, id=f"c{n}", source=s) for n, s in enumerate(sources)]
    for cell in cells:
        cell["metadata"] = {}
    document["cells"] = [parameters, *cells]
    path = folder / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("notebooks")
    books = [
        notebook(folder, "good.ipynb", "print(METRIC, PHASE)"),
        notebook(folder, "bad.ipynb", "1 / 0", "print('never')"),
        notebook(folder, "slow.ipynb", "import time; time.sleep(60)"),
    ]
    before = [path.read_bytes() for path in books]
    heard = []
    done = execute_notebooks(books, {"METRIC": "dpmo"}, timeout_s=4, on_done=heard.append)
    assert [path.read_bytes() for path in books] == before
    assert tuple(heard) == done
    return folder, done


def outputs(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return json.dumps([cell.get("outputs") for cell in cells])


def test_each_is_run_with_the_given_values_and_the_others_of_its_own(ran) -> None:
    folder, (good, bad, slow) = ran

    assert good.status == "done"
    assert f"dpmo {ABOUT.phase}" in outputs(good.path)
    assert (bad.status, bad.problem) == ("failed", "cell 3: ZeroDivisionError: division by zero")
    assert "ZeroDivisionError" in outputs(bad.path)
    assert "never" not in outputs(bad.path)
    assert (slow.status, slow.problem) == ("timed out", "a cell took longer than 4 s")
    names = {path.name for path in folder.iterdir()}
    assert names == {
        f"{n}{end}" for n in ("good", "bad", "slow") for end in (".ipynb", ".executed.ipynb")
    }


def test_the_command_ends_with_the_first_that_failed(ran) -> None:
    _, done = ran

    refusal = refusal_of_notebooks(done)

    assert isinstance(refusal, InvariantError)
    assert (
        str(refusal)
        == "bad.ipynb: failed: cell 3: ZeroDivisionError: division by zero (and 1 more)"
    )
    assert str(done[1].path) in refusal.fix
    assert refusal_of_notebooks(done[:1]) is None


def test_an_unknown_parameter_is_refused_before_anything_runs(tmp_path: Path) -> None:
    book = notebook(tmp_path, "a.ipynb", "1")

    with pytest.raises(BadInputError, match="is no parameter of a") as refused:
        execute_notebooks([book], {"METRICS": "x"}, timeout_s=1)
    assert "RUN_ID, PHASE, METRIC, OUTPUTS" in refused.value.fix
    assert not (tmp_path / executed_name("a.ipynb")).exists()
    assert parameters_of('{"cells": []}') == ()


class FindsNothing:
    """As Python sees modules that are not installed."""

    @staticmethod
    def find_spec(_name: str, _path: object = None, _target: object = None) -> None:
        return None


def test_what_is_not_installed_is_said_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    need_papermill()
    monkeypatch.setattr(sys, "meta_path", [FindsNothing])
    for name in ("papermill", "ipykernel"):
        monkeypatch.delitem(sys.modules, name, raising=False)

    with pytest.raises(BadInputError, match="need papermill and ipykernel, not") as refused:
        need_papermill()
    assert "dmaic-assets[notebooks]" in refused.value.fix
