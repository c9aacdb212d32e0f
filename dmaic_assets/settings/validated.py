"""Values of a YAML file under the model of their keys; a mistake names file, key and reason."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from dmaic_assets.errors import SettingsError

ModelT = TypeVar("ModelT", bound=BaseModel)


def validated(
    model: type[ModelT],
    values: Mapping[str, Any],  # pyright: ignore[reportExplicitAny] - validated here
    tier: str,
    *,
    within: str = "",
) -> ModelT:
    """Reads values under a model.

    Args:
        model: The form of the keys.
        values: What is written.
        tier: Where it is written, for people.
        within: The key that the values stand under, if any.

    Raises:
        SettingsError: A key is unknown or a value out of range.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        parts = [within, *map(str, first["loc"])] if within else [*map(str, first["loc"])]
        key = ".".join(parts) or "(top level)"
        known = ", ".join(sorted(model.model_fields))
        fix = (
            f"Remove or rename the key; known at the top: {known}."
            if first["type"] == "extra_forbidden"
            else f"Correct {key}."
        )
        raise SettingsError(tier, f"key {key}: {first['msg']}", fix) from error
