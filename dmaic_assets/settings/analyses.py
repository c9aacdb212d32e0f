"""Settings of the analyses: the section `analyses` of config/dmaic.yaml.

What belongs here: what people may say about columns, and how much is looked at.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from dmaic_assets.settings.cycles import CycleWords
from dmaic_assets.settings.files import read_mapping
from dmaic_assets.settings.phases import Strict
from dmaic_assets.settings.place import PROJECT_MARK
from dmaic_assets.settings.validated import validated
from dmaic_assets.settings.validation import SpecFile, ValidationSettings, spec_files, with_files


class ColumnOverride(Strict):
    """What a person knows of a column; it wins over what an analysis finds."""

    role: str | None = None
    semantic_type: str | None = None
    unit: str | None = None
    business_name: str | None = None
    description: str | None = None
    concept: str | None = None
    is_sensitive: bool | None = None


class AnalysisSettings(Strict):
    """How analyses work: how many at the same time, and what people know of columns.

    `columns` is keyed by `table.column`; `homology` asks for the shape of rows, which takes an
    extra; `validation` holds what people declare over tables.
    """

    max_parallel: Annotated[int, Field(ge=1, le=64)] = 4
    columns: Mapping[str, ColumnOverride] = {}
    homology: bool = False
    cycles: Mapping[str, CycleWords] = {}
    validation: ValidationSettings = ValidationSettings()


def analyses_of(written: Mapping[str, Any], root: Path) -> AnalysisSettings:  # pyright: ignore[reportExplicitAny] - validated here
    """The key `analyses` of config/dmaic.yaml, and what the files of its folder declare.

    Raises:
        SettingsError: A key is unknown or a value out of range; names file, key and reason.
    """
    found = validated(AnalysisSettings, written, str(root / PROJECT_MARK), within="analyses")
    declared = found.validation
    paths = spec_files(root / declared.folder)
    files = {str(p): validated(SpecFile, read_mapping(p), str(p)) for p in paths}
    inner = {f"{declared.folder}/{Path(p).name}": spec for p, spec in files.items()}
    return found.model_copy(update={"validation": with_files(declared, inner)})
