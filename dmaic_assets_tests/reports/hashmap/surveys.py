"""Small surveys for tests of pages: real plays, costs that are made up."""

from time import perf_counter_ns, thread_time_ns

import numpy as np
import pyarrow as pa

from dmaic_assets.hashmaps.trial.play import Clocks
from dmaic_assets.hashmaps.view.survey import Survey, Surveyor, survey_of
from dmaic_assets.hashmaps.workload.column import of_column
from dmaic_assets_tests.hashmaps.seeds import seeds_from
from dmaic_assets_tests.hashmaps.view.test_lesson import COSTS, table_of

CLOCKS = Clocks(thread_time_ns, perf_counter_ns, lambda: 0)
# A key that would run if a page took it for markup.
EVIL = "</script><img src=x onerror=alert(1)>"


def survey(*, is_whole: bool = False, is_masked: bool = True) -> Survey:
    """A survey of 12,000 rows on 3,000 keys."""
    rng = np.random.default_rng(5)
    numbers = 4_000_000 + np.minimum(rng.zipf(1.4, 12_000), 3000)
    keys = pa.array(numbers) if is_whole else pa.array([EVIL, *(f"K{n}" for n in numbers)])
    surveyor = Surveyor(seeds_from(rng), CLOCKS, table_of(COSTS), _label(is_masked), is_masked)
    return survey_of(of_column(keys, "dedupe", rng), surveyor)


def _label(is_masked: bool):
    return (lambda key: f"{hash(key) & 0xFFFFFF:06x}") if is_masked else str
