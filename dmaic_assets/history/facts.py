"""What learning needs to know of one accepted file, measured once and storable as JSON.

What belongs here: the facts, how they are collected and how they are read back. What does not:
any conclusion from them (`learn` and its families).
"""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl
import polars.selectors as cs

from dmaic_assets.history.number_of import as_number, is_measurable
from dmaic_assets.history.row_sketch import RowSketch, sketch_from, sketch_of
from dmaic_assets.model import ColumnType, Json, Profile, Verdict
from dmaic_assets.store.once import once
from dmaic_assets.table.text_table import column

# Number of the form that facts are stored in; another number makes old facts be measured again.
FACTS_VERSION = 1
# Rows kept for combinations of columns: bounds the size of stored facts.
SAMPLE_ROWS = 20_000
# Distinct values up to which a column's values are counted; as many as a list may have.
COUNTED_VALUES = 1_000
# Rows that quantiles are read from: a rank is then off by less than a thousandth.
NUMBER_ROWS = 400_000
_PLACE = "_dmaic_place"
# Ranks whose values are kept: ends, quartiles and what lies between.
QUANTILES: tuple[float, ...] = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)


@dataclass(frozen=True)
class FileFacts:
    """All that learning needs of one accepted file.

    `profile` is exact. `extras` holds a sample of rows in file order (every row of a file with
    at most `SAMPLE_ROWS`), the distribution of every number and time column, a sketch of the rows,
    and the counts of the values of columns with few of them; `facts_version` changes when their
    form does. What is read back from `extras` is kept as long as the facts are.
    """

    file_sha256: str
    profile: Profile
    types: tuple[ColumnType, ...]
    extras: Mapping[str, Json] = field(default_factory=dict)
    facts_version: int = FACTS_VERSION

    @property
    def rows(self) -> int:
        """Rows of the accepted file."""
        return self.profile.rows

    @property
    def is_sampled(self) -> bool:
        """Whether facts about combinations of columns rest on a sample of the rows."""
        sample = self.extras.get("sample")
        return isinstance(sample, dict) and sample.get("step") != 1

    def thinned(self, most: int) -> pl.DataFrame:
        """The sampled rows, typed, in file order, at even steps so that `most` rows are left."""
        frame = self._thinned.get(most)
        if frame is None:
            whole = sample_of(self)
            step = max(1, -(-whole.height // most))
            frame = whole.gather_every(step) if step > 1 else whole
            # The same again is asked for as long as the history has as many files.
            self._thinned.clear()
            self._thinned[most] = frame
        return frame

    @once
    def _thinned(self) -> dict[int, pl.DataFrame]:
        return {}

    @once
    def sketch(self) -> RowSketch | None:
        """The sketch of the file's rows; None for facts that were taken before there were any."""
        return sketch_from(self.extras.get("rows"))

    @once
    def numbers(self) -> Mapping[str, Mapping[str, float]]:
        """The distribution of every number and time column (times in seconds)."""
        numbers = self.extras.get("numbers")
        return {
            name: {key: float(v) for key, v in found.items() if isinstance(v, int | float)}
            for name, found in (numbers.items() if isinstance(numbers, dict) else ())
            if isinstance(found, dict)
        }


def collect_facts(
    frame: pl.LazyFrame | pl.DataFrame,
    profile: Profile,
    types: Sequence[ColumnType],
    *,
    file_sha256: str,
) -> FileFacts:
    """Measures what learning needs of one accepted file.

    Files beyond `SAMPLE_ROWS` rows are sampled at even steps for what concerns combinations of
    columns, beyond `NUMBER_ROWS` for quantiles too; the facts say so.

    Args:
        frame: The accepted rows, typed, in file order.
        profile: The profile of exactly these rows.
        types: The column types that the rows were cast by.
        file_sha256: The content hash of the source file.
    """
    lazy = frame.lazy()
    schema = lazy.collect_schema()
    flat = [name for name, dtype in schema.items() if _is_flat(dtype)]
    lazy = lazy.select([column(name) for name in flat])
    number_step = max(1, -(-profile.rows // NUMBER_ROWS))
    # A multiple of the other step, so that one reading of the rows gives both samples.
    ratio = max(1, -(-profile.rows // (SAMPLE_ROWS * number_step)))
    step = number_step * ratio
    numbers_frame = _every(lazy, number_step) if flat else pl.DataFrame()
    sample = numbers_frame.gather_every(ratio)
    extras: dict[str, Json] = {
        "sample": {"rows": sample.height, "step": step, "ipc": _encode(sample)},
        "numbers": _numbers(numbers_frame),
        "counts": _counts(numbers_frame, profile) if step > 1 else {},
    }
    sketch = sketch_of(lazy, {name: schema[name] for name in flat})
    if sketch is not None:
        extras["rows"] = sketch.document()
    return FileFacts(file_sha256, profile, tuple(types), extras)


def _every(rows: pl.LazyFrame, step: int) -> pl.DataFrame:
    """Every so many rows, from the first on; what lies between is read and let go of."""
    if step == 1:
        return rows.collect()
    numbered = rows.with_row_index(_PLACE)
    picked = numbered.filter(pl.col(_PLACE) % step == 0).drop(_PLACE)
    return picked.collect(engine="streaming")


def sample_of(facts: FileFacts) -> pl.DataFrame:
    """Reads the sampled rows back, typed, in file order."""
    sample = facts.extras.get("sample")
    text = sample.get("ipc") if isinstance(sample, dict) else None
    if not isinstance(text, str):
        return pl.DataFrame()
    return pl.read_ipc(io.BytesIO(base64.b64decode(text)))


def rows_of(facts: FileFacts) -> RowSketch | None:
    """Reads the sketch of the file's rows; None for facts that were taken before there were any."""
    return facts.sketch


def numbers_of(facts: FileFacts, name: str) -> Mapping[str, float]:
    """Reads the distribution of one number or time column (times in seconds); empty when none."""
    return facts.numbers.get(name, {})


def with_failed(facts: FileFacts, verdict: Verdict) -> FileFacts:
    """Writes beside the facts what failed: `failed_of` and `shares_failed`; nothing where none did.

    A rule never sees the rows that it sets apart: this is what it can learn of being wrong.
    """
    extras: dict[str, Json] = {}
    if verdict.violations:
        extras["shares_failed"] = {v.rule: v.share for v in verdict.violations}
    rows: dict[str, Json] = {v.rule: v.rows_failed for v in verdict.violations if v.rows_failed}
    if verdict.quarantined and rows:
        extras["failed"] = rows
    return replace(facts, extras={**facts.extras, **extras}) if extras else facts


def failed_of(facts: FileFacts) -> Mapping[str, int]:
    """Reads how many rows failed each rule of a file that lost rows; empty when none did."""
    rows = facts.extras.get("failed")
    if not isinstance(rows, dict):
        return {}
    return {rule: count for rule, count in rows.items() if isinstance(count, int)}


def shares_failed(facts: FileFacts) -> Mapping[str, float]:
    """Reads the share of rows that failed each violated rule, mild ones too; 1 for a file rule."""
    shares = facts.extras.get("shares_failed")
    if not isinstance(shares, dict):
        return {}
    return {rule: float(share) for rule, share in shares.items() if isinstance(share, int | float)}


def _is_flat(dtype: pl.DataType) -> bool:
    return not (dtype.is_nested() or isinstance(dtype, pl.Binary | pl.Object))


def _encode(sample: pl.DataFrame) -> str:
    buffer = io.BytesIO()
    sample.with_columns(cs.categorical().cast(pl.String)).write_ipc(buffer, compression="zstd")
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def _numbers(frame: pl.DataFrame) -> dict[str, Json]:
    names = [n for n, dtype in frame.schema.items() if is_measurable(dtype)]
    if not names or not frame.height:
        return {}
    columns = frame.select(
        [as_number(n, frame.schema[n]).alias(f"n{i}") for i, n in enumerate(names)]
    )
    found: dict[str, Json] = {}
    for i, name in enumerate(names):
        values = columns.get_column(f"n{i}")
        finite = values.filter(values.is_finite().fill_null(value=False)).sort()
        if len(finite):
            found[name] = _summary(finite)
    return found


def _summary(ordered: pl.Series) -> Json:
    last = len(ordered) - 1
    picks = [round(q * last) for q in QUANTILES]
    at = ordered.gather(picks).to_list()
    summary: dict[str, Json] = {
        f"q{round(q * 100):02d}": v for q, v in zip(QUANTILES, at, strict=True)
    }
    mean, std = ordered.mean(), ordered.std()
    summary |= {"min": float(ordered[0]), "max": float(ordered[-1]), "count": len(ordered)}
    summary["mean"] = float(mean) if isinstance(mean, float) else None
    summary["std"] = float(std) if isinstance(std, float) else 0.0
    return summary


def _counts(frame: pl.DataFrame, profile: Profile) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name in frame.columns:
        known = profile.column(name)
        if known is None or known.distinct_count > COUNTED_VALUES:
            continue
        present = frame.get_column(name).drop_nulls().alias("values")
        counts = present.value_counts(sort=True, name="__rows")
        values = counts.get_column("values").cast(pl.String).to_list()
        found[name] = {"values": values, "rows": counts.get_column("__rows").to_list()}
    return found
