"""The recipes of docs/guides/schedulers.md: the shell ones are run, the others read as they are."""

import ast
import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dmaic_assets_tests.work.conftest import ROOT, csv_of, make_project

GUIDE = (ROOT / "docs" / "guides" / "schedulers.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    made = make_project(tmp_path / "shop")
    for number in range(3):
        made.drop(f"{number}.csv", csv_of(100 * number))
    made.platform.close()
    return made.root


def as_cron_does(command: str, script: Path) -> subprocess.CompletedProcess[str]:
    """Runs a line with nothing of this environment but the folders that the recipe names."""
    path = f"{BIN}:{script.parent}:/usr/local/bin:/usr/bin:/bin"
    environment = {"PATH": path, "HOME": str(script.parent), "DMAIC_STABLE_FOR_S": "0"}
    return subprocess.run(
        ["/bin/sh", "-c", command], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def nightly(tmp_path: Path) -> Path:
    (text,) = blocks("sh")
    script = tmp_path / "dmaic-nightly"
    script.write_text(text, encoding="utf-8")
    script.chmod(0o755)
    return script


def test_the_nightly_script_is_silent_when_all_is_well_and_tells_what_is_held(
    shop: Path, nightly: Path
) -> None:
    first = as_cron_does(f"dmaic-nightly {shop}", nightly)
    log = shop / "logs" / "nightly.log"
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    assert [s for s in log.read_text().splitlines() if "exit 0: dmaic" in s][-1].endswith("prune")

    (shop / "data" / "incoming" / "orders" / "9.csv").write_text("neither,of\nthese,is\n")
    held = as_cron_does(f"dmaic-nightly {shop}", nightly)

    assert (held.returncode, held.stdout) == (4, "")
    assert f"{shop} ended with 4" in held.stderr
    assert "9.csv" in held.stderr or "orders" in held.stderr
    assert as_cron_does(f"dmaic-nightly {shop}/nowhere", nightly).returncode == 2


def test_a_second_job_leaves_the_first_alone(shop: Path, nightly: Path) -> None:
    (shop / "logs").mkdir()
    lock = shop / "logs" / "nightly.lock"
    beside = f"exec 8>{lock}; flock 8; dmaic-nightly {shop}"

    ran = as_cron_does(beside, nightly)

    assert (ran.returncode, ran.stderr) == (0, f"still at work: {shop}\n")
    assert not (shop / "logs" / "nightly.log").exists()


def test_the_lines_of_cron_are_five_times_and_a_command(shop: Path, nightly: Path) -> None:
    (text,) = blocks("crontab")
    lines = [line for line in text.splitlines() if not re.match(r"[A-Z]+=", line)]
    assert all(re.fullmatch(r"(\S+ ){5} *(\S.*)", line) for line in lines)
    command = lines[-1].split("  ", 1)[1].replace("/srv/shop", str(shop))
    (shop / "logs").mkdir()

    assert as_cron_does(command, nightly).returncode == 0

    assert json.loads((shop / "logs" / "run-all.jsonl").read_text())["files"]


def test_the_units_are_what_systemd_takes(tmp_path: Path) -> None:
    units = blocks("ini")
    for text, name in zip(units, ("dmaic-nightly.service", "dmaic-nightly.timer"), strict=True):
        parser = configparser.ConfigParser(strict=True)
        parser.optionxform = str
        parser.read_string(text)
        # The recipe's program is not installed here.
        there = text.replace("/usr/local/bin/dmaic-nightly", "/bin/true")
        (tmp_path / name).write_text(there.replace("User=dmaic\n", ""), encoding="utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", *(str(p) for p in sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )

    assert "dmaic-nightly" not in checked.stderr


def test_the_others_are_python_yaml_and_json(shop: Path, nightly: Path) -> None:
    (python,), (pipeline,), (factory,) = blocks("python"), blocks("yaml"), blocks("json")
    command = re.search(r'bash_command="(dmaic run-all.*?)"', python)
    assert ast.parse(python)
    assert command
    assert as_cron_does(f"cd {shop}; {command[1]}", nightly).returncode == 0
    script = yaml.safe_load(pipeline)["steps"][0]["script"].replace("/srv/shop", str(shop))
    (shop / "data" / "incoming" / "orders" / "9.csv").write_text("neither,of\nthese,is\n")
    if shutil.which("jq") is None:
        script = re.sub(r"\| jq '[^']*'", "| wc -c", script)
    warned = as_cron_does(script, nightly)
    assert warned.returncode == 0
    assert "type=warning]files are held" in warned.stdout
    activity = json.loads(factory)["properties"]["activities"][0]
    line = activity["typeProperties"]["command"].replace("/mnt/shop", str(shop))
    assert as_cron_does(line, nightly).returncode == 0
    assert as_cron_does(f"cd {shop}; {command[1]}", nightly).returncode in (0, 99)
