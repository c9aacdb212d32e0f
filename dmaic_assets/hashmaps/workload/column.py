"""What a platform asks of a map when it uses a real key column, for each way of using it."""

from typing import Literal, get_args

import numpy as np
import pyarrow as pa

from dmaic_assets.errors import BadInputError
from dmaic_assets.hashmaps.columns import ArrowArray
from dmaic_assets.hashmaps.workload.workload import Workload

Use = Literal["dedupe", "join", "group", "merge", "lookup"]
USES: tuple[Use, ...] = get_args(Use)
# Of the keys of a merge, one in so many is deleted: rows that a change feed takes away.
_GONE = 20
# Of the keys of a lookup table, the share that the map holds before it is asked.
_HELD = 0.5


def of_column(keys: ArrowArray, use: Use, rng: np.random.Generator) -> Workload:
    """Makes the operations that a use of a column comes to; null keys are left out.

    - dedupe: every row asks whether its key is new, and puts it;
    - join: the distinct keys are put, then every row asks for its own;
    - group: every row adds to the value of its key;
    - merge: every row puts its key, one in twenty of them takes it away instead;
    - lookup: half of the distinct keys are put, then rows ask for theirs, known or not.

    Raises:
        BadInputError: The column holds no keys, or is neither of whole numbers nor of text.
    """
    known = as_keys(keys.drop_null())
    rows = len(known)
    distinct = known.unique()
    get, put, gone = (np.full(rows, op, np.uint8) for op in range(3))
    if use == "dedupe":
        order = np.repeat(np.arange(rows), 2)
        return _made(np.tile([0, 1], rows), known.take(pa.array(order)), use)
    if use == "group":
        return _made(put, known, use)
    if use == "merge":
        return _made(np.where(rng.random(rows) < 1 / _GONE, gone, put), known, use)
    held = distinct if use == "join" else distinct.slice(0, max(int(len(distinct) * _HELD), 1))
    ops = np.concatenate([np.ones(len(held), np.uint8), get])
    return _made(ops, pa.concat_arrays([held, known]), use)


def as_keys(keys: ArrowArray) -> ArrowArray:
    """A column as keys of a map: of int64, or of text.

    Raises:
        BadInputError: It holds nothing, or is neither of whole numbers nor of text.
    """
    if isinstance(keys, pa.ChunkedArray):
        keys = keys.combine_chunks()
    if not len(keys):
        raise BadInputError("the column", "holds no keys", "Name a column that has values.")
    if pa.types.is_integer(keys.type) and keys.type != pa.uint64():
        return keys.cast(pa.int64())
    if pa.types.is_string(keys.type) or pa.types.is_large_string(keys.type):
        return keys
    if pa.types.is_string_view(keys.type) or pa.types.is_dictionary(keys.type):
        return keys.cast(pa.large_string())
    fix = "Name a column of whole numbers or of text."
    raise BadInputError("the column", f"is {keys.type}", fix)


def _made(ops: "np.ndarray", keys: ArrowArray, use: Use) -> Workload:
    told = f"{use} of {len(keys):,} keys"
    return Workload(ops.astype(np.uint8), keys, (ops == 1).astype(np.float64), told)
