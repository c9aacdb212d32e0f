"""Names of stages: what statuses, activities and columns are called, against the vocabulary.

What belongs here: words. Whether the data behave like stages, `forms` tells.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from dmaic_assets.settings.cycles import CycleWords

# Parts of a name: letters apart from digits, and where small letters meet large ones.
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+", re.UNICODE)
# Words that say that a column has a time, not what happened then.
_OF_TIME = frozenset(
    {"at", "on", "date", "time", "ts", "timestamp", "datetime", "dt", "utc", "day"}
)
# A stage is only seen where this share of names is known: one in three may be a word of its own.
KNOWN_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Reading:
    """How the names of a table read as a cycle.

    `stages` has the place and name of a stage for each name that is one, `completed` and
    `abandoned` the names that end a case. `share` is that of all names that say something.
    """

    kind: str
    stages: Mapping[str, tuple[int, str]]
    completed: frozenset[str]
    abandoned: frozenset[str]
    share: float


@lru_cache(maxsize=1)
def packaged() -> Mapping[str, CycleWords]:
    """The vocabulary that comes with the package."""
    import yaml

    place = resources.files("dmaic_assets.analysis.business_cycles") / "vocabulary.yaml"
    told = yaml.safe_load(place.read_text("utf-8"))
    return {name: CycleWords.model_validate(words) for name, words in told.items()}


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, in small letters: `ShippedAt` has shipped, at."""
    return tuple(part.lower() for part in _PART.findall(name))


def words_of_column(name: str) -> tuple[str, ...]:
    """The words of a column that has times, without those that only say so."""
    words = words_of(name)
    return tuple(word for word in words if word not in _OF_TIME) or words


def read_names(
    table: str,
    names: Mapping[str, tuple[str, ...]],
    vocabulary: Mapping[str, CycleWords],
) -> Reading | None:
    """The cycle that most names are stages of; of several, the one that the table is called for.

    Args:
        table: The table's name.
        names: The words of each status, activity or column.
        vocabulary: All cycles.

    Returns:
        None where no cycle knows two stages, or one and its failure, and most of the names.
    """
    best: tuple[tuple[float, int, int], Reading] | None = None
    for place, (kind, words) in enumerate(vocabulary.items()):
        reading = _read(kind, names, words)
        told = len({place for place, _ in reading.stages.values()}) + bool(reading.abandoned)
        if told < 2 or not reading.stages or reading.share < KNOWN_SHARE:
            continue
        is_called = any(_has(words_of(table), _stem(word)) for word in words.tables)
        rank = (reading.share + (0.25 if is_called else 0), len(reading.stages), -place)
        if best is None or rank > best[0]:
            best = (rank, reading)
    return best[1] if best else None


def names_a_stage(words: tuple[str, ...], vocabulary: Mapping[str, CycleWords]) -> bool:
    """Tells whether a name says a stage of any cycle."""
    stages = (stage for cycle in vocabulary.values() for stage in cycle.stages)
    return any(_says(words, word) for stage in stages for word in stage.words)


def stage_of_table(name: str, vocabulary: Mapping[str, CycleWords]) -> tuple[str, ...]:
    """The words of a table's name, its last in the singular, where that names a stage; else none.

    A customer order is an order; an order line is none.
    """
    words = words_of(name)
    if not words:
        return ()
    told = (*words[:-1], _singular(words[-1]))
    return told if names_a_stage(told[-1:], vocabulary) else ()


def _read(kind: str, names: Mapping[str, tuple[str, ...]], cycle: CycleWords) -> Reading:
    stages: dict[str, tuple[int, str]] = {}
    completed = _ends(names, cycle.completed)
    abandoned = _ends(names, cycle.abandoned)
    for name, words in names.items():
        fitting = [
            (max(len(w) for w in stage.words if _says(words, w)), place, stage.name)
            for place, stage in enumerate(cycle.stages)
            if name not in abandoned and any(_says(words, w) for w in stage.words)
        ]
        if fitting:
            # The longest word says most: "out for delivery" is not "delivery".
            _, place, stage_name = max(fitting, key=lambda f: (f[0], -f[1]))
            stages[name] = (place, stage_name)
    known = {*stages, *completed, *abandoned}
    return Reading(kind, stages, completed, abandoned, len(known) / max(len(names), 1))


def _ends(names: Mapping[str, tuple[str, ...]], ends: Iterable[str]) -> frozenset[str]:
    told = [word.lower() for word in ends]
    return frozenset(n for n, words in names.items() if any(_says(words, w) for w in told))


def _says(words: Sequence[str], said: str) -> bool:
    """Tells whether a name has the words in their order, and is not denied before: `not paid`."""
    wanted = tuple(said.split())
    size = len(wanted)
    for start in range(len(words) - size + 1):
        if tuple(words[start : start + size]) == wanted:
            return not any(word in ("not", "un", "non", "no") for word in words[:start])
    return False


def _has(words: Sequence[str], stem: str) -> bool:
    return any(_stem(word) == stem for word in words)


def _singular(word: str) -> str:
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")


def _stem(word: str) -> str:
    return word.lower().removesuffix("s")
