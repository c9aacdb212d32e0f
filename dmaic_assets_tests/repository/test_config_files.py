"""The configuration is refused as a whole, by name and place, before anything moves."""

from pathlib import Path

import pytest

from dmaic_assets.errors import SettingsError
from dmaic_assets.process.define.charter import load_charter
from dmaic_assets.settings.files import read_mapping
from dmaic_assets.settings.project import load_settings
from dmaic_assets.work.people.alarm_answers import load_answers


def project_with(root: Path, **files: str) -> Path:
    (root / "config").mkdir(exist_ok=True)
    for name, text in {"dmaic": "project: shop\n", **files}.items():
        (root / "config" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("read", "said"),
    [
        ("encoding: nope", "read.encoding.*unknown encoding 'nope'"),
        ("encoding: base64", "unknown encoding 'base64'"),
        ("encoding: idna", "unknown encoding 'idna'"),
        ("encoding: ''", "unknown encoding"),
        ("delimiter: '§'", "delimiter '§' cannot be one"),
        ('delimiter: "\\n"', "cannot be one"),
        ("delimiter: '7'", "cannot be one"),
        ("delimiter: x", "cannot be one"),
        ("quote: '\\'", "cannot be one"),
        ("delimiter: '\"'", "is the quote too"),
        ("delimiter: ';', quote: ';'", "is the quote too"),
        ("quote: ','", "state the delimiter too"),
        ("null_tokens: [-99]", "null_tokens"),
        ("skip_lines: -1", "skip_lines"),
        ("day_first: perhaps", "day_first"),
    ],
)
def test_a_read_option_that_cannot_work_is_no_configuration(
    tmp_path: Path, read: str, said: str
) -> None:
    project_with(tmp_path, sources=f"sources:\n  - {{name: orders, read: {{{read}}}}}\n")

    with pytest.raises(SettingsError, match=said):
        load_settings(tmp_path, environment={})


@pytest.mark.parametrize(
    "read",
    [
        "encoding: UTF-16",
        "encoding: cp1252, delimiter: ' '",
        "delimiter: ';', quote: ','",
        "delimiter: '|', quote: \"'\"",
        'delimiter: "\\t"',
    ],
)
def test_read_options_that_can_work_are_taken(tmp_path: Path, read: str) -> None:
    project_with(tmp_path, sources=f"sources:\n  - {{name: orders, read: {{{read}}}}}\n")

    assert load_settings(tmp_path, environment={}).sources[0].name == "orders"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dmaic", "project: a\nproject: b\n"),
        ("dmaic", "runs:\n  workers: 2\n  workers: 8\n"),
        ("sources", "sources:\n  - name: orders\n    owner: a\n    owner: b\n"),
        ("thresholds", "overall: 80\nrow_tolerance: 0.1\noverall: 99\n"),
    ],
)
def test_a_key_that_stands_twice_is_refused_with_its_line(
    tmp_path: Path, name: str, text: str
) -> None:
    project_with(tmp_path, **{name: text})

    with pytest.raises(SettingsError, match=rf"{name}\.yaml, line \d+: key \w+ stands twice"):
        load_settings(tmp_path, environment={})


def test_charters_and_answers_refuse_doubled_keys_too(tmp_path: Path) -> None:
    path = tmp_path / "orders.yaml"
    path.write_text("goal: less\ngoal: more\n", encoding="utf-8")

    for load in (load_charter, load_answers):
        with pytest.raises(SettingsError, match="line 2: key goal stands twice"):
            load(path)


def test_what_is_merged_in_may_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  x: 3\n", encoding="utf-8")

    assert read_mapping(path)["use"] == {"x": 3, "y": 2}


@pytest.mark.parametrize("name", ["sources", "thresholds"])
def test_a_folder_where_a_file_is_read_is_not_passed_over(tmp_path: Path, name: str) -> None:
    project_with(tmp_path)
    (tmp_path / "config" / f"{name}.yaml").mkdir()

    with pytest.raises(SettingsError, match="is a folder"):
        load_settings(tmp_path, environment={})


def test_a_link_that_leads_nowhere_is_not_passed_over(tmp_path: Path) -> None:
    project_with(tmp_path)
    (tmp_path / "config" / "thresholds.yaml").symlink_to(tmp_path / "gone.yaml")

    with pytest.raises(SettingsError, match="is no file"):
        load_settings(tmp_path, environment={})
