"""What learning costs when one more file is accepted, beside the facts of that one file.

`python -m benchmarks.bench_learning [--json]`. A window of 60 files of 5,000 x 20 moves on by one:
the facts of 59 of them are in the process already, as in a run over many files. The first learning
of a process reads all of them back and loads the libraries.
"""

import json
import resource
from collections.abc import Callable

from benchmarks.measure import Figure, arguments, report, report_json
from benchmarks.synthetic import synthetic_frame
from dmaic_assets.history.facts import FileFacts, collect_facts
from dmaic_assets.model import ColumnType
from dmaic_assets.phenomena.contract.type_names import dtype_name
from dmaic_assets.rules.learn import WINDOW, learn_rules
from dmaic_assets.settings.project import SourceSettings
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.table.profile.profile import profile_frame

ROWS, QUICK_ROWS = 5_000, 500
# Times the facts of one file, in a process that knows the others, and in a new one, which spends
# as much again on reading sixty files' facts and on loading SciPy.
GOAL, NEW_GOAL = 4.0, 8.0
SOURCE = SourceSettings(name="orders")


def cpu_s(work: Callable[[], object]) -> float:
    """User and system seconds of this process, all its threads, for the work."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def bench(rows: int, repeats: int) -> list[Figure]:
    """Measures the facts of one file, the first learning, and the least of some later ones."""
    whole = synthetic_frame(rows * (WINDOW + 1))
    files = [whole.slice(number * rows, rows) for number in range(WINDOW + 1)]
    types = tuple(
        ColumnType(name, dtype_name(dtype), str(dtype), "native", "native", 1.0, "")
        for name, dtype in whole.schema.items()
    )

    def facts_of(number: int) -> FileFacts:
        profile = profile_frame(files[number], types)
        return collect_facts(files[number], profile, types, file_sha256=f"{number:064x}")

    made = [facts_of(number) for number in range(WINDOW + 1)]
    one = min(cpu_s(lambda: facts_of(0)) for _ in range(max(3, repeats)))
    kept = [from_json(FileFacts, to_json(facts)) for facts in made]
    first = cpu_s(lambda: learn_rules(kept[:WINDOW], source=SOURCE))
    next_ones = [
        cpu_s(lambda: learn_rules(kept[1:], source=SOURCE)) for _ in range(max(3, repeats))
    ]
    return [
        Figure(f"file {WINDOW + 1} of {rows:,} x 20, learnt: cpu", "s", min(next_ones), GOAL, one),
        Figure("the same in a new process: cpu", "s", first, NEW_GOAL, one),
    ]


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    figures = bench(QUICK_ROWS if args.quick else ROWS, args.repeats)
    print(json.dumps(report_json(figures), indent=2) if args.json else report(figures))


if __name__ == "__main__":
    main()
