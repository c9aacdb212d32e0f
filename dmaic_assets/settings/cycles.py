"""Words that tell stages of business cycles: the key `analyses.cycles` of config/dmaic.yaml.

What belongs here: their form. The words that are known already stand in a file of the analysis
`business_cycles`; a cycle of the same name in the settings takes its place.
"""

from typing import Annotated

from pydantic import Field, field_validator

from dmaic_assets.settings.phases import Strict


class StageWords(Strict):
    """A stage and the words that name it in values of a status, in activities and in columns.

    A word may be several words with blanks between; they are looked for one after another.
    """

    name: str
    words: Annotated[tuple[str, ...], Field(min_length=1)]

    @field_validator("words")
    @classmethod
    def in_small_letters(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        """Spells words as they are compared."""
        return tuple(word.lower() for word in words)


class CycleWords(Strict):
    """A cycle: words for its tables, its stages in their order, and how a case ends.

    `completed` and `abandoned` are words for the end of a case, as `words` of a stage are.
    """

    tables: tuple[str, ...] = ()
    stages: Annotated[tuple[StageWords, ...], Field(min_length=2)]
    completed: tuple[str, ...] = ()
    abandoned: tuple[str, ...] = ()
