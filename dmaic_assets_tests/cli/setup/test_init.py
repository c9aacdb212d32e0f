"""`dmaic init`: the skeleton of a project."""

import json
import subprocess
from pathlib import Path

import pytest

from dmaic_assets.cli.main import main
from dmaic_assets.cli.setup.init_command import TEMPLATES
from dmaic_assets.settings.place import find_project
from dmaic_assets.settings.project import load_settings
from dmaic_assets_tests.cli.shell import REPOSITORY, dmaic


@pytest.mark.parametrize("name", ["shop", "2024", "yes", "a b: c"])
def test_a_new_project_loads_with_its_own_name(tmp_path: Path, name: str) -> None:
    code = main(["init", str(tmp_path / name), "--json"])

    assert code == 0
    settings = load_settings(find_project(tmp_path / name / "data" / "incoming"), environment={})
    assert settings.dmaic.project == name
    assert settings.sources == ()


def test_files_that_are_there_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n.env\n", encoding="utf-8")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "thresholds.yaml").write_text("overall: 99\n", encoding="utf-8")

    ran = dmaic("init", "--json", cwd=tmp_path)

    assert ran.code == 0
    assert ran.json["project"] == str(tmp_path)
    assert ".gitignore" not in ran.json["made"]
    assert ran.json["added_to"] == []
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "mine\n.env\n"
    assert load_settings(tmp_path, environment={}).thresholds_file.overall == 99


@pytest.mark.parametrize(
    ("there", "then"),
    [
        (b"mine\n", b"mine\n.env\n"),
        (b"mine", b"mine\n.env\n"),
        (b"caf\xe9\r\n", b"caf\xe9\r\n.env\r\n"),
        (b".env\n!.env\n", b".env\n!.env\n.env\n"),
        (b".environment\n", b".environment\n.env\n"),
        (b"", b".env\n"),
        (b"/.env\nmine", b"/.env\nmine"),
        (b"*.env\n", b"*.env\n"),
    ],
)
def test_a_gitignore_that_is_there_keeps_secrets_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], there: bytes, then: bytes
) -> None:
    ignored = tmp_path / ".gitignore"
    ignored.write_bytes(there)

    assert main(["init", str(tmp_path)]) == 0

    assert ignored.read_bytes() == then
    assert ("the line .env was added" in capsys.readouterr().out) == (there != then)


def test_git_leaves_env_out_afterwards(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.log\n!.env", encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)

    dmaic("init", cwd=tmp_path)

    (tmp_path / ".env").write_text("SMTP_PASSWORD=x\n", encoding="utf-8")
    asked = subprocess.run(["git", "check-ignore", ".env", "a.log"], cwd=tmp_path, check=False,
                           capture_output=True, text=True)  # fmt: skip
    assert asked.stdout.split() == [".env", "a.log"]


def test_a_project_is_not_made_twice(tmp_path: Path) -> None:
    dmaic("init", cwd=tmp_path)

    again = dmaic("init", "--json", cwd=tmp_path)

    assert (again.code, again.error["error"]) == (2, "BadInput")


def test_notebooks_are_added_to_a_project_and_kept_when_they_were_edited(tmp_path: Path) -> None:
    names = ["01-profile.ipynb", "02-ingest.ipynb", "03-monitor.ipynb"]
    shop = tmp_path / "shop"

    new = dmaic("init", "shop", "--notebooks", "--json", cwd=tmp_path)
    (shop / "notebooks" / names[0]).write_text("mine")
    (shop / "notebooks" / names[1]).unlink()
    added = dmaic("init", "--notebooks", "--json", cwd=shop)
    nothing = dmaic("init", "--notebooks", cwd=shop)

    assert json.loads(new.out)["made"][-3:] == [f"notebooks/{name}" for name in names]
    assert json.loads(added.out)["made"] == [f"notebooks/{names[1]}"]
    assert (shop / "notebooks" / names[0]).read_text() == "mine"
    assert (nothing.code, "Nothing to make" in nothing.out) == (0, True)


def test_the_skeleton_is_this_repository_s_own_configuration() -> None:
    templates = REPOSITORY / "dmaic_assets" / "cli" / "setup" / "templates"

    for template, place in TEMPLATES.items():
        assert (templates / template).read_text("utf-8") == (REPOSITORY / place).read_text("utf-8")
