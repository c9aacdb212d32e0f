"""Settings of the analyses: the section `analyses` of config/dmaic.yaml.

What belongs here: what people may say about columns, and how much is looked at.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from dmaic_assets.settings.cycles import CycleWords
from dmaic_assets.settings.phases import Strict
from dmaic_assets.settings.validation import ValidationSettings


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

    `columns` is keyed by `table.column`; `validation` holds what people declare over tables.
    """

    max_parallel: Annotated[int, Field(ge=1, le=64)] = 4
    columns: Mapping[str, ColumnOverride] = {}
    cycles: Mapping[str, CycleWords] = {}
    validation: ValidationSettings = ValidationSettings()
