"""What people answered to alarms: the assignable cause, by whom and when.

What belongs here: config/alarms/<source>.yaml. A point whose cause was told leaves the baseline of
its chart, so that one known accident does not widen the limits for ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from dmaic_assets.errors import BadInputError
from dmaic_assets.settings.files import read_mapping
from dmaic_assets.settings.phases import Strict
from dmaic_assets.settings.project import Paths
from dmaic_assets.store.effect_files import write_bytes_if_changed
from dmaic_assets.store.keys import sha256_json


class Acknowledgement(Strict):
    """The answer to one alarm."""

    cause: str
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers of one source, by alarm id."""

    by_id: Mapping[str, Acknowledgement]

    @property
    def version(self) -> str:
        """Hashes which alarms are answered with which cause; who and when do not count."""
        return sha256_json({key: answer.cause for key, answer in self.by_id.items()})


def answers_path(paths: Paths, source: str) -> Path:
    """Where the answers of a source are written."""
    return paths.config / "alarms" / f"{source}.yaml"


def load_answers(path: Path) -> Answers:
    """Reads the answers of a source; none when there is no file.

    Raises:
        BadInputError: It is no mapping of alarm ids to answers; names file and key.
    """
    try:
        found = TypeAdapter(dict[str, Acknowledgement]).validate_python(read_mapping(path))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise BadInputError(str(path), f"key {key}: {first['msg']}", f"Correct {key}.") from error
    return Answers(found)


def save_answer(path: Path, alarm_id: str, answer: Acknowledgement) -> None:
    """Adds an answer, or replaces the one that is there; the others stay.

    Raises:
        BadInputError: The file that is there cannot be read.
        StoreError: The folder refuses.
    """
    known = {**load_answers(path).by_id, alarm_id: answer}
    content = {key: known[key].model_dump() for key in sorted(known)}
    text = "# Answers to alarms, by id. `dmaic alarms ack ID --cause TEXT` adds one.\n"
    text += yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes_if_changed(path, text.encode())
