"""The names of assets that code speaks of; what each of them is stands in its entry.

What belongs here: names only, so that no module spells one as text.
"""

from typing import Final

RAW_FILE: Final = "raw_file"
RULE_SET: Final = "rule_set"
COLUMN_TYPES: Final = "column_types"
PROFILE: Final = "profile"
GATE_VERDICT: Final = "gate_verdict"
ACCEPTED_ROWS: Final = "accepted_rows"
QUARANTINE: Final = "quarantine"

DEFINE: Final = "define"
MEASURE: Final = "measure"
ANALYZE: Final = "analyze"
IMPROVE: Final = "improve"
CONTROL: Final = "control"

RUN_SUMMARY: Final = "run_summary"
DMAIC_REPORT: Final = "dmaic_report"
MONITOR: Final = "monitor"
SOURCE_FRESHNESS: Final = "source_freshness"
OVERVIEW: Final = "overview"

HASHMAP_WORKLOAD: Final = "hashmap_workload"
HASHMAP_DNA: Final = "hashmap_dna"
HASHMAP_TRIALS: Final = "hashmap_trials"
HASHMAP_COMPARISON: Final = "hashmap_comparison"
HASHMAP_PAGE: Final = "hashmap_page"
