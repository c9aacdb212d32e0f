"""Arguments win over the environment, that over .env, that over the profile, that over the file."""

from pathlib import Path
from typing import Any

import pytest

from dmaic_assets.errors import SettingsError
from dmaic_assets.settings.in_force import settings_in_force
from dmaic_assets.settings.project import load_settings
from dmaic_assets.settings.tiers import data_folder, read_dotenv, variables_at

FILE = "runs: {workers: 3, examples: 4}\nprofiles: {production: {runs: {workers: 5}}, empty: {}}\n"


def project(root: Path, *, file: str = FILE, dotenv: str = "") -> Path:
    (root / "config").mkdir()
    (root / "config" / "dmaic.yaml").write_text(file)
    if dotenv:
        (root / ".env").write_text(dotenv)
    return root


# Each tier on top of those before it; what is expected, and who is said to have told it.
TIERS: tuple[tuple[str, int, str], ...] = (
    ("default", 2, "default"),
    ("file", 3, "config/dmaic.yaml"),
    ("profile", 5, "profile production"),
    ("dotenv", 7, "DMAIC_WORKERS in .env"),
    ("environment", 9, "DMAIC_WORKERS in environment"),
    ("arguments", 11, "arguments"),
)


@pytest.mark.parametrize("most", range(len(TIERS)), ids=[name for name, _, _ in TIERS])
def test_a_later_tier_wins(tmp_path: Path, most: int) -> None:
    name, workers, origin = TIERS[most]
    said = {tier for tier, _, _ in TIERS[: most + 1]}
    environment = {"DMAIC_ENV": "production"} if "profile" in said else {}
    if "environment" in said:
        environment["DMAIC_WORKERS"] = "9"
    overrides: dict[str, Any] = {"runs": {"workers": 11}} if name == "arguments" else {}
    file = FILE if "file" in said else "profiles: {production: {runs: {workers: 5}}}\n"
    dotenv = "DMAIC_WORKERS=7\n" if "dotenv" in said else ""

    settings = load_settings(
        project(tmp_path, file=file, dotenv=dotenv), environment=environment, overrides=overrides
    )

    assert settings.dmaic.runs.workers == workers
    (told,) = [s for s in settings_in_force(settings) if s.key == "runs.workers"]
    assert (told.value, told.origin) == (workers, origin)


def test_a_profile_may_be_chosen_in_dotenv_and_leaves_other_keys(tmp_path: Path) -> None:
    settings = load_settings(project(tmp_path, dotenv="DMAIC_ENV=production"), environment={})

    assert settings.profile == "production"
    assert (settings.dmaic.runs.workers, settings.dmaic.runs.examples) == (5, 4)
    assert load_settings(tmp_path, environment={"DMAIC_ENV": "local"}).dmaic.runs.workers == 3
    assert load_settings(tmp_path, environment={"DMAIC_ENV": "empty"}).dmaic.runs.workers == 3


def test_a_profile_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no profile is called prodution; did you mean prod"):
        load_settings(project(tmp_path), environment={"DMAIC_ENV": "prodution"})


@pytest.mark.parametrize(
    ("profiles", "words"),
    [
        ("{a: {runs: {wrkers: 1}}}", r"profile a: key runs\.wrkers"),
        ("{a: 3}", r"profiles\.a: is no mapping"),
        ("{a: {profiles: {}}}", r"profiles\.a: is no mapping"),
        ("[a]", "profiles: is no mapping"),
    ],
)
def test_a_mistake_in_a_profile_is_told_whichever_holds(
    tmp_path: Path, profiles: str, words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        load_settings(project(tmp_path, file=f"profiles: {profiles}\n"), environment={})


def test_dotenv_is_read_as_it_is_written(tmp_path: Path) -> None:
    text = (
        "\ufeff# secrets\n\nA=plain\nexport B='single $A'\nC=\"double ${A} #x\"\nD=a=b # c\n"
        "E=\nF\nDMAIC_WORKERS=7\n"
    )
    project(tmp_path, dotenv=text)

    assert read_dotenv(tmp_path) == {
        "A": "plain",
        "B": "single $A",
        "C": "double ${A} #x",
        "D": "a=b",
        "E": "",
        "DMAIC_WORKERS": "7",
    }
    assert variables_at(tmp_path, {"A": "real"})["A"] == "real"


def test_a_line_of_dotenv_that_says_nothing_is_refused_without_it(tmp_path: Path) -> None:
    project(tmp_path, dotenv="A=1\nmy secret is here\n")

    with pytest.raises(SettingsError) as refused:
        load_settings(tmp_path, environment={})

    assert str(refused.value) == f"{tmp_path}/.env, line 2: is no NAME=value"


def test_a_dotenv_that_is_no_text_or_no_file_is_refused(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / ".env").write_bytes(b"A=\xff\xfe")
    with pytest.raises(SettingsError, match="no text in UTF-8"):
        load_settings(tmp_path, environment={})
    (tmp_path / ".env").unlink()
    (tmp_path / ".env").mkdir()
    with pytest.raises(SettingsError, match="is a folder"):
        load_settings(tmp_path, environment={})


def test_the_data_folder_is_found_without_the_settings(tmp_path: Path) -> None:
    file = "data_root: a\nprofiles: {production: {data_root: b}}\n"
    project(tmp_path, file=file, dotenv="DMAIC_ENV=production\n")

    assert data_folder(tmp_path, {}) == tmp_path / "b"
    assert data_folder(tmp_path, {"DMAIC_ENV": "local"}) == tmp_path / "a"
    assert data_folder(tmp_path, {"DMAIC_DATA_ROOT": "/c"}) == Path("/c")
    for environment in ({}, {"DMAIC_ENV": "local"}, {"DMAIC_DATA_ROOT": "/c"}):
        loaded = load_settings(tmp_path, environment=environment)
        assert loaded.paths.data == data_folder(tmp_path, environment)


def test_what_is_in_force_lists_every_key_and_no_secret_of_a_profile(tmp_path: Path) -> None:
    file = "profiles: {production: {ledger: {url: 'postgresql://u:secret@h/d'}}}\n"
    settings = load_settings(project(tmp_path, file=file), environment={})

    found = {s.key: s for s in settings_in_force(settings)}

    assert found["profiles"].value == ["production"]
    assert found["alerts.breaker.failures"].value == 5
    assert found["severities"].value["critical"] == 100
    assert found["entropy.ready"].file == "config/thresholds.yaml"
    assert "secret" not in repr(found) + repr(settings.tiers[1:])
