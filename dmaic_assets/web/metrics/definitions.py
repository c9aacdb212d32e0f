"""Every metric of the platform: name, kind, labels and help, once for all that tell or read it.

What belongs here: definitions. Those of hash maps stand in `hashmaps.metrics.prometheus`, which
is used without the platform too; `/metrics` tells both. docs/guides/serve.md lists them.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["counter", "gauge", "histogram"]


@dataclass(frozen=True, slots=True)
class Definition:
    """One metric: the name that is scraped, what it counts, and what tells its series apart."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()


BUILD: Final = Definition("dmaic_build_info", "gauge", "1, with the version.", ("version",))
FILES: Final = Definition(
    "dmaic_files",
    "gauge",
    "Current files by what became of them; rejected ones are held.",
    ("source", "disposition"),
)
ROWS: Final = Definition(
    "dmaic_rows", "gauge", "Rows of current files by where they are.", ("source", "part")
)
VERDICTS: Final = Definition(
    "dmaic_verdicts_total",
    "counter",
    "Verdicts that the ledger holds; pruning its history resets it.",
    ("source", "decision"),
)
SCORE: Final = Definition(
    "dmaic_score_ratio", "gauge", "Score of the rows of current files, at most 1.", ("source",)
)
LAST_FILE: Final = Definition(
    "dmaic_last_file_timestamp_seconds",
    "gauge",
    "When the newest file was seen.",
    ("source",),
)
OVERDUE: Final = Definition(
    "dmaic_file_overdue_seconds",
    "gauge",
    "How long a file is overdue, else 0.",
    ("source",),
)
ALARMS: Final = Definition(
    "dmaic_alarms_open", "gauge", "Alarms of control charts that nobody answered.", ("source",)
)
RUNS: Final = Definition("dmaic_runs", "gauge", "Runs that the ledger holds.", ("status",))
LAST_RUN: Final = Definition(
    "dmaic_last_run_timestamp_seconds", "gauge", "When the newest finished run began."
)
RUN_SECONDS: Final = Definition(
    "dmaic_last_run_duration_seconds", "gauge", "How long the newest finished run took."
)
RUNNING: Final = Definition(
    "dmaic_run_files", "gauge", "Files of runs that are not finished.", ("state",)
)
TASKS: Final = Definition("dmaic_tasks", "gauge", "Tasks by state.", ("state",))
WAITING: Final = Definition(
    "dmaic_task_wait_seconds", "gauge", "How long the first of the planned tasks has waited."
)
LEASES: Final = Definition("dmaic_leases", "gauge", "Tasks that somebody works on.")
EXPIRED: Final = Definition(
    "dmaic_leases_expired", "gauge", "Leases that ran out and that nobody took back yet."
)
LEVEL: Final = Definition(
    "dmaic_service_level", "gauge", "A service level in its own unit.", ("objective",)
)
BUDGET: Final = Definition(
    "dmaic_error_budget_ratio", "gauge", "Share of an error budget that is left.", ("objective",)
)
JOBS: Final = Definition("dmaic_jobs", "gauge", "Jobs that this server remembers.", ("state",))
LISTENERS: Final = Definition("dmaic_listeners", "gauge", "Streams of events that are open.")
KEPT: Final = Definition("dmaic_answers_bytes", "gauge", "Bytes of answers that are kept.")
REQUESTS: Final = Definition(
    "dmaic_http_requests_total", "counter", "Requests that were answered.", ("method", "status")
)
SECONDS: Final = Definition(
    "dmaic_http_request_seconds", "histogram", "Seconds to an answer; streams do not count."
)
ALL: Final = (
    *(BUILD, FILES, ROWS, VERDICTS, SCORE, LAST_FILE, OVERDUE, ALARMS, RUNS, LAST_RUN),
    *(RUN_SECONDS, RUNNING, TASKS, WAITING, LEASES, EXPIRED, LEVEL, BUDGET, JOBS, LISTENERS),
    *(KEPT, REQUESTS, SECONDS),
)
# Upper bounds of the buckets of seconds: from an answer that was kept to a page that is made.
BUCKETS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
