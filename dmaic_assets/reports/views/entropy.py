"""How sure one can be of tables and columns: the newest outcome of the analysis of uncertainty.

What belongs here: reading it. Nothing is studied for a reader; `run_id` tells of which run it is.
"""

from dataclasses import dataclass

from dmaic_assets.analysis.values.entropy import EntropyValue, TableUncertainty
from dmaic_assets.errors import BadInputError, did_you_mean
from dmaic_assets.store.artifacts import get_json, newest_outputs
from dmaic_assets.store.codec import from_json
from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class EntropyView:
    """The uncertainty of all tables, and the run whose accepted rows it is of.

    Both are None before anybody asked for it.
    """

    run_id: str | None
    value: EntropyValue | None

    def table(self, name: str) -> TableUncertainty:
        """One table.

        Raises:
            BadInputError: It was not studied; a similar name is suggested.
        """
        tables = self.value.tables if self.value else {}
        if name not in tables:
            near = did_you_mean(name, list(tables))
            raise BadInputError(f"table {name}", f"was not studied{near}", "dmaic analyze")
        return tables[name]


def read_entropy(platform: Platform) -> EntropyView:
    """Reads the newest outcome.

    Raises:
        StoreError: It is gone.
    """
    outputs = newest_outputs(platform.ledger, "entropy")
    if not outputs:
        return EntropyView(None, None)
    run_id, ref = max(outputs.values(), key=lambda output: output[0])
    told = get_json(platform.paths.artifacts, ref)
    content = told.get("value") if isinstance(told, dict) else None
    return EntropyView(run_id, from_json(EntropyValue, content))
