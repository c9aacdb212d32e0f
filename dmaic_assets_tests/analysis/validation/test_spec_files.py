"""Files of config/validation/: read with the settings, and refused with file, key and fix."""

from pathlib import Path

import pytest

from dmaic_assets.errors import SettingsError
from dmaic_assets.settings.project import load_settings

CHECK = "checks:\n  - {name: a, kind: sign, table: t, column: c, sign: positive}\n"


def written(root: Path, **files: str) -> Path:
    (root / "config" / "validation").mkdir(parents=True)
    for name, text in files.items():
        (root / "config" / "validation" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return root


def test_files_are_put_together_and_say_where_they_are_from(tmp_path: Path) -> None:
    root = written(tmp_path, one=CHECK, two=CHECK.replace("name: a", "name: b"))

    found = load_settings(root, environment={}).analyses.validation

    assert [(c.name, c.file) for c in found.checks] == [
        ("a", "config/validation/one.yaml"), ("b", "config/validation/two.yaml"),
    ]  # fmt: skip


def test_the_folder_is_a_setting(tmp_path: Path) -> None:
    root = written(tmp_path, one=CHECK)
    (root / "config" / "dmaic.yaml").write_text("analyses: {validation: {folder: elsewhere}}\n")

    assert load_settings(root, environment={}).analyses.validation.checks == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CHECK.replace("sign: positive", "sign: up"), "key checks.0.sign.sign"),
        (CHECK.replace("column", "colum"), "key checks.0.sign.column"),
        (CHECK.replace("kind: sign", "kind: sing"), "key checks.0"),
        ("checks:\n  - {name: a, kind: aggregate, table: t, value: count(*)}\n", "neither min nor"),
        ("checks:\n  - {name: a b, kind: sign, table: t, column: c, sign: negative}\n", "name"),
        ("metrics:\n  - {name: m, steps: [{name: s}]}\n", "exactly one of extract"),
        ("filters:\n  - {name: f, table: t, rules: [{name: r}]}\n", "exactly one of not_null"),
        ("chekcs: []\n", "key chekcs"),
        (CHECK + CHECK.removeprefix("checks:\n"), "a is declared twice"),
    ],
)
def test_a_wrong_file_is_named_with_key_and_fix(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(written(tmp_path, wrong=text), environment={})

    assert "config/validation/wrong.yaml" in refused.value.subject
    assert told in refused.value.culprit
    assert refused.value.fix
