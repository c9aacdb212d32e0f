"""`--format` of `dmaic gate` and `dmaic show`, and the guide's step and hook as they stand."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from junitparser import JUnitXml
from sarif_pydantic import Sarif

from dmaic_assets_tests.cli.shell import REPOSITORY, Finished, clean_environment, run_with

Call = Callable[..., Finished]

RULES = """\
source: orders
rules:
- {kind: unique, columns: id, severity: critical}
- {kind: in_set, columns: email, parameters: {values: [a@x.de]}}
- {kind: in_set, columns: note, parameters: {values: [fine]}}
"""
GOOD = "id,email,note\n1,a@x.de,fine\n2,a@x.de,fine\n"
BAD = "id,email,note\n1,a@x.de,odd\n1,kim@home.org,fine\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for folder in ("deliveries", "rules"):
        (tmp_path / folder).mkdir()
    (tmp_path / "rules" / "orders.yaml").write_text(RULES)
    (tmp_path / "deliveries" / "1 good.csv").write_text(GOOD)
    (tmp_path / "deliveries" / "2.csv").write_text(BAD)
    return tmp_path


GATE = ("gate", "deliveries/1 good.csv", "deliveries/2.csv", "--rules", "rules/orders.yaml")


@pytest.mark.parametrize("form", ["junit", "sarif", "github"])
def test_a_form_is_all_that_is_printed_and_the_code_stays(
    shop: Path, call: Call, form: str
) -> None:
    ran = call(*GATE, "--format", form, cwd=shop)

    assert (ran.code, ran.err) == (4, "")
    if form == "junit":
        assert JUnitXml.fromstring(ran.out.encode()).failures == 4
    elif form == "sarif":
        assert len(Sarif.model_validate_json(ran.out).runs[0].results or ()) == 4
    else:
        assert [line.split(" ")[0] for line in ran.out.splitlines()] == [
            *["::error"] * 4,
            "::notice",
        ]
    # Whose name tells of a person is kept back; what else is odd is told.
    assert ("kim@home.org" in ran.out, "odd" in ran.out) == (False, True)


def test_several_files_are_one_document_and_one_code(shop: Path, call: Call) -> None:
    ran = call(*GATE, "--json", cwd=shop)
    lenient = call(*GATE, "--exit-zero", cwd=shop)

    assert (ran.code, [f["verdict"] for f in ran.json["files"]]) == (4, ["accept", "reject"])
    assert (lenient.code, lenient.out.count("csv  score ")) == (0, 2)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--format", "junit", "--json"), "--format junit: goes with no --json"),
        (("--cells", "cells.csv"), "--cells: is for one file"),
    ],
)
def test_what_does_not_go_together_is_refused(
    shop: Path, call: Call, more: tuple[str, ...], said: str
) -> None:
    ran = call(*GATE, *more, cwd=shop)

    assert (ran.code, said in ran.err) == (2, True)


def test_a_run_is_told_too_and_a_project_says_what_is_of_persons(shop: Path, call: Call) -> None:
    assert call("init", ".", cwd=shop).code == 0
    config = shop / "config" / "dmaic.yaml"
    said = "\nanalyses:\n  columns:\n    orders.note: {is_sensitive: true}\n"
    config.write_text(config.read_text() + said)
    (shop / "config" / "rules").mkdir(exist_ok=True)
    (shop / "config" / "rules" / "orders.yaml").write_text(RULES)

    before = call(*GATE[:3], "--rules", "config/rules/orders.yaml", "--format", "github", cwd=shop)
    run_with(shop, {"2.csv": BAD})
    shown = call("show", "latest", "--format", "junit", cwd=shop)
    after = call(*GATE[:3], "--rules", "config/rules/orders.yaml", "--format", "github", cwd=shop)

    (suite,) = JUnitXml.fromstring(shown.out.encode())
    assert (shown.code, suite.failures > 0) == (0, True)
    assert (before.code, before.out) == (4, after.out)
    for out in (before.out, shown.out):
        assert ("kim@home.org" in out, '"odd"' in out) == (False, False)


def test_the_step_and_the_hook_of_the_guide_work_as_they_stand(shop: Path) -> None:
    workflow, hook = _blocks()
    steps = workflow["jobs"]["gate"]["steps"]
    lines = {s["name"]: s["run"] for s in steps if "run" in s and s["name"] != "Install"}

    codes = {name: _bash(line, shop).returncode for name, line in lines.items()}
    (shop / ".pre-commit-config.yaml").write_text(yaml.safe_dump(hook))
    begun = "git init -q && git add . && pre-commit run"
    bad = _bash(begun, shop)
    (shop / "deliveries" / "2.csv").write_text(GOOD)
    good = _bash(f"git add . && {begun}", shop)

    assert codes == {
        "Judge the deliveries": 4,
        "Report them as tests": 0,
        "Report them to code scanning": 0,
    }
    assert JUnitXml.fromfile(str(shop / "gate.xml")).failures == 4
    assert Sarif.model_validate_json((shop / "gate.sarif").read_text()).version == "2.1.0"
    assert (bad.returncode, "exit code: 4" in bad.stdout, "2.csv" in bad.stdout) == (1, True, True)
    assert (good.returncode, "Passed" in good.stdout) == (0, True), good.stdout


def _blocks() -> list[Any]:
    text = (REPOSITORY / "docs" / "guides" / "ci.md").read_text()
    return [yaml.safe_load(block.partition("```")[0]) for block in text.split("```yaml\n")[1:]]


def _bash(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    # As GitHub starts a step; nothing of this repository's hooks, and no home but this.
    environment = {k: v for k, v in clean_environment().items() if not k.startswith("GIT_")}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", line],
        cwd=folder,
        env=environment | {"PATH": path, "PRE_COMMIT_HOME": str(folder / ".pre")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
