"""The documents say what the code says: keys, defaults, dependencies, indexes, links."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from dmaic_assets.settings import project as settings
from dmaic_assets.settings.alerts import AlertSettings
from dmaic_assets.settings.analyses import AnalysisSettings
from dmaic_assets.settings.entropy import EntropySettings
from dmaic_assets.settings.openlineage import OpenLineageSettings
from dmaic_assets.settings.thresholds import ThresholdsFile, ThresholdValues
from dmaic_assets_tests.cli.leaves import leaves
from dmaic_assets_tests.repository import layer_picture

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
PAGES = sorted([REPOSITORY / "README.md", *DOCS.rglob("*.md")])
ROW = re.compile(r"^\| `?([^|`]+?)`? \|(.*)\|$", re.MULTILINE)
# Keys that the settings turn into what others read: paths, thresholds, phases that run.
READ_WITH_THE_SETTINGS = {"data_root", "url", "enabled", "profiles"}
ON_DEMAND = {
    "DmaicSettings.alerts": AlertSettings(),
    "DmaicSettings.openlineage": OpenLineageSettings(),
    "DmaicSettings.analyses": AnalysisSettings(),
    "ThresholdsFile.entropy": EntropySettings(),
}
LINK = re.compile(r"\[[^]]+\]\(([^)#:]+)(?:#[^)]*)?\)")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """The part of a page under `## heading`."""
    return re.split(r"^## ", text.split(f"## {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def table_rows(text: str) -> dict[str, list[str]]:
    rows = {
        match[1].strip(): [cell.strip().strip("`") for cell in match[2].split("|")]
        for match in ROW.finditer(text)
    }
    return {
        key: cells
        for key, cells in rows.items()
        if key not in {"key", "package", "variable", "---"}
    }


def defaults(
    model: type[BaseModel], prefix: str = "", made: BaseModel | None = None
) -> Iterator[tuple[str, str]]:
    """Every dotted key of a settings model with its default as YAML spells it.

    Of a model inside another one the values that the outer one gives it count.
    """
    for name, info in model.model_fields.items():
        value = info.default if made is None else getattr(made, name)
        # What only analyses read is made when they ask for it.
        value = ON_DEMAND.get(f"{model.__name__}.{name}", value)
        if isinstance(value, BaseModel):
            yield from defaults(type(value), f"{prefix}{name}.", value)
        elif name == "severities" and isinstance(value, Mapping):
            yield from ((f"{prefix}{name}.{key}", str(v)) for key, v in value.items())
        else:
            yield f"{prefix}{name}", "" if value is PydanticUndefined else spelled(value)


def spelled(value: object) -> str:
    if isinstance(value, str):
        return value or '""'
    if isinstance(value, tuple):
        # A rule that is chosen by its name is told by it.
        return json.dumps([v.name if isinstance(v, BaseModel) else v for v in value])
    return json.dumps(value)


@pytest.mark.parametrize(
    ("file", "model"),
    [
        ("config/dmaic.yaml", settings.DmaicSettings),
        ("config/sources.yaml", settings.SourceSettings),
        ("config/thresholds.yaml", ThresholdsFile),
    ],
)
def test_the_configuration_guide_lists_every_key_with_its_default(
    file: str, model: type[BaseModel]
) -> None:
    guide = text_of(DOCS / "guides" / "configuration.md")

    told = {key: cells[0] for key, cells in table_rows(section(guide, file)).items()}

    assert told == dict(defaults(model))


@pytest.fixture(scope="module")
def attributes_read() -> frozenset[str]:
    """Every attribute that the source reads, but where settings have their shapes."""
    shapes = {"settings/project.py", "settings/phases.py", "settings/ledger.py"}
    return frozenset(
        node.attr
        for path in (REPOSITORY / "dmaic_assets").rglob("*.py")
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
        if path.name not in shapes
    )


@pytest.mark.parametrize(
    "model",
    [settings.DmaicSettings, settings.SourceSettings, ThresholdValues],
)
def test_every_documented_key_is_read_by_something(
    model: type[BaseModel], attributes_read: frozenset[str]
) -> None:
    keys = [key.split(".") for key, _ in defaults(model)]
    read = attributes_read | READ_WITH_THE_SETTINGS
    unread = [key for key in keys if not {key[-1], key[0] if "severities" in key else ""} & read]

    assert unread == []


def test_the_configuration_guide_lists_every_variable() -> None:
    guide = text_of(DOCS / "guides" / "configuration.md")
    package = "".join(text_of(p) for p in (REPOSITORY / "dmaic_assets").rglob("*.py"))

    told = set(table_rows(section(guide, "Variables")))

    assert told == set(re.findall(r'"(DMAIC_[A-Z_]+)"', package))


def test_the_settings_files_of_this_repository_hold_the_defaults() -> None:
    flat = dict(defaults(settings.DmaicSettings)) | dict(defaults(ThresholdsFile))

    for name in ("dmaic.yaml", "thresholds.yaml"):
        for key, value in flattened(yaml.safe_load(text_of(REPOSITORY / "config" / name))):
            assert float_or_text(flat[key]) == float_or_text(value), key


def flattened(tree: dict[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from flattened(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def float_or_text(value: str) -> float | str:
    try:
        return float(value)
    except ValueError:
        return value


def test_every_dependency_has_a_reason() -> None:
    project = tomllib.loads(text_of(REPOSITORY / "pyproject.toml"))["project"]
    extras = project["optional-dependencies"].values()
    named = [*project["dependencies"], *(name for extra in extras for name in extra)]
    declared = {re.split(r"[\[<>=]", name)[0] for name in named}

    told = table_rows(text_of(DOCS / "adr" / "0002-dependencies.md"))

    assert set(told) == declared
    assert all(cells[0] for cells in told.values())


def test_the_index_lists_every_guide_and_decision() -> None:
    index = set(LINK.findall(text_of(DOCS / "README.md")))

    pages = {str(p.relative_to(DOCS)) for p in DOCS.rglob("*.md")} - {"README.md"}

    assert pages <= index


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = [link for link in LINK.findall(text_of(page)) if not (page.parent / link).exists()]

    assert not broken


@pytest.mark.parametrize("page", sorted((DOCS / "adr").glob("*.md")), ids=lambda p: p.name)
def test_a_decision_record_has_its_four_parts(page: Path) -> None:
    text = text_of(page)

    assert re.match(r"\d{4}-[a-z0-9-]+\.md", page.name)
    for heading in ("Context", "Decision", "Consequences", "Rejected"):
        assert f"\n## {heading}" in text


def test_decision_records_have_numbers_of_their_own() -> None:
    numbers = [page.name[:4] for page in (DOCS / "adr").glob("*.md")]

    assert len(numbers) == len(set(numbers))


def test_the_defaults_are_read_from_the_models() -> None:
    told = dict(defaults(settings.SourceSettings))

    assert told["name"] == ""
    assert told["read.skip_lines"] == "0"


def test_the_guide_to_the_command_line_lists_every_command() -> None:
    guide = text_of(DOCS / "guides" / "command-line.md")

    told = set(table_rows(section(guide, "Commands"))) - {"command"}

    assert told == {" ".join(("dmaic", *path)) for path, _ in leaves()}


def test_the_picture_of_the_layers_is_the_contract() -> None:
    page = text_of(layer_picture.PAGE)
    rows = layer_picture.layers_of(REPOSITORY / "setup.cfg")

    assert layer_picture.drawn(page) == page
    assert rows[0] == ["definitions", "cli", "web", "integration"]
    assert {name for row in rows for name in row} == {
        path.stem
        for path in layer_picture.PACKAGE.iterdir()
        if not path.name.startswith(("__", ".")) and path.name != "py.typed"
    }


def test_the_way_of_a_file_names_folders_that_exist() -> None:
    way = section(text_of(layer_picture.PAGE), "The way of a file")

    named = re.findall(r"<b>([a-z/]+)</b>|`([a-z]+/[a-z]+)`", way)

    assert len(named) > 10
    assert [a or b for a, b in named if not (layer_picture.PACKAGE / (a or b)).is_dir()] == []


def test_the_reference_is_made_from_the_docstrings(tmp_path: Path) -> None:
    ran = subprocess.run(
        [
            *("make", "reference", f"VENV={sys.prefix}", f"INTO={tmp_path}"),
            "MODULES=dmaic_assets.errors dmaic_assets.gate.score",
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "DmaicError" in text_of(tmp_path / "dmaic_assets" / "errors.html")
    assert (tmp_path / "dmaic_assets" / "gate" / "score.html").exists()
