"""Adding a phenomenon touches its folder and the registry, and nothing else."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dmaic_assets
from dmaic_assets.errors import InvariantError
from dmaic_assets.improve.repairs import REPAIRS
from dmaic_assets.phenomena.contract.phenomenon import Learner
from dmaic_assets.phenomena.contract.repair_spec import STAGES
from dmaic_assets.phenomena.registry import KINDS, PHENOMENA, all_learners
from dmaic_assets.rules.learn import in_need_order
from dmaic_assets_tests.phenomena.use_added import WRONG

PACKAGE = Path(dmaic_assets.__file__).parent
HERE = Path(__file__).parent
ENTRY = "from dmaic_assets.phenomena.check_digit.phenomenon import CHECK_DIGIT"


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What comes of a phenomenon in a copy of the package: its folder, and it in the registry."""
    place = tmp_path_factory.mktemp("added")
    copy = place / "dmaic_assets"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(HERE / "check_digit", copy / "phenomena" / "check_digit")
    registry = copy / "phenomena" / "registry.py"
    lines = registry.read_text(encoding="utf-8").splitlines()
    lines.insert(lines.index("PHENOMENA: tuple[Phenomenon, ...] = (") + 1, "    CHECK_DIGIT,")
    lines.insert(next(i for i, line in enumerate(lines) if line.startswith("from dmaic")), ENTRY)
    registry.write_text("\n".join(lines), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "dmaic_assets_tests.phenomena.use_added"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(place), str(PACKAGE.parent)])},
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert Path(told["from"]).parent == copy
    return told


def test_an_added_phenomenon_is_learnt_judged_and_named(added: dict[str, object]) -> None:
    assert added["learnt"] == [["parcel"]]
    assert added["clean"] == "accept"
    assert (added["failed"], added["cause"]) == (len(WRONG), "mistyped code")


def test_an_added_phenomenon_is_found_and_repaired(added: dict[str, object]) -> None:
    assert added["cells"] == list(WRONG)
    assert added["promoted"] == ["check_digit"], added["reasons"]
    assert added["right"] is True


def test_every_part_of_a_phenomenon_has_a_name_of_its_own() -> None:
    assert len({p.name for p in PHENOMENA}) == len(PHENOMENA)
    assert len(KINDS) == sum(len(p.rules) for p in PHENOMENA)
    assert len(REPAIRS) == sum(len(p.handling().repairs) for p in PHENOMENA)
    assert len({learner.name for learner in all_learners()}) == len(all_learners())


def test_a_phenomenon_has_the_name_of_its_folder_and_each_folder_one() -> None:
    folders = {p.name for p in (PACKAGE / "phenomena").iterdir() if (p / "phenomenon.py").exists()}

    assert {p.name for p in PHENOMENA} == folders - {"contract"}


def test_repairs_are_applied_stage_by_stage() -> None:
    stages = [STAGES.index(spec.stage) for spec in REPAIRS.values()]

    assert stages == sorted(stages)


def test_learners_that_need_each_other_are_refused() -> None:
    first = Learner("first", lambda _: [], needs=("second",))
    second = Learner("second", lambda _: [], needs=("first",))

    with pytest.raises(InvariantError, match="first, second"):
        in_need_order([first, second])


def test_a_learner_runs_after_those_that_it_needs() -> None:
    ordered = [learner.name for learner in in_need_order(all_learners())]

    assert all(ordered.index(n) < ordered.index(x.name) for x in all_learners() for n in x.needs)
