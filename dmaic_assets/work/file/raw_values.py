"""The raw values of repaired cells, as they lie beside the accepted rows of their file.

What belongs here: taking them away once no accepted row rests on them any more. Writing them is
part of writing accepted rows (`outputs`).
"""

from collections.abc import Mapping

from dmaic_assets.model import Json, SourceFile
from dmaic_assets.work.file.file_job import Outputs


def clear_repairs(outputs: Outputs, file: SourceFile, facts: Mapping[str, Json]) -> None:
    """Removes the raw values that an earlier set of changes had left; the file has them still.

    Args:
        outputs: Where outputs are.
        file: The file that was worked on.
        facts: Those of its accepted rows, which name the raw values that belong to them.
    """
    if facts.get("repairs_path") is None:
        outputs.repairs(file).unlink(missing_ok=True)
