"""The DNA of each use of a key column, as it may be written: no key stands in it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from dmaic_assets.hashmaps.dna import Dna, dna_of
from dmaic_assets.model import Json
from dmaic_assets.work.laboratory.secret import hidden
from dmaic_assets.work.laboratory.values import DnaValue

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.workload.workload import Workload

# Share of the places between smallest and largest key that hold one from which on an index that
# has a place for each is tried: the adaptive map considers one up to four places an entry.
_DENSE = 0.25


def dna_value(column: str, workloads: "Mapping[str, Workload]", secret: bytes) -> DnaValue:
    """Measures every workload of a column; hot keys are hashed, smallest and largest left out."""
    found = {use: dna_of(workload) for use, workload in workloads.items()}
    is_dense = all(dna.whole is not None and dna.whole.density >= _DENSE for dna in found.values())
    return DnaValue(column, is_dense, {use: _hidden(dna, secret) for use, dna in found.items()})


def _hidden(dna: Dna, secret: bytes) -> dict[str, Json]:
    told = cast("dict[str, Json]", asdict(dna))
    told["hot"] = [[hidden(key, secret), times] for key, times in dna.hot]
    told["depths"] = {str(depth): count for depth, count in dna.depths.items()}
    if dna.whole is not None:
        whole = dna.whole
        told["whole"] = {
            "density": whole.density,
            "stride": whole.stride,
            "low_bits": whole.low_bits,
        }
    return told
