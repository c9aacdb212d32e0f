"""The assets that one file is taken through, in the order of the work.

What belongs here: their entries. What each cell's files came to is folded in cell_facts.py.
"""

from dmaic_assets.work.assets.asset import Asset, Code, Shown
from dmaic_assets.work.assets.cell_facts import (
    accepted_of_files,
    profile_of_files,
    quarantine_of_files,
    reading_of_files,
    rules_of_files,
    types_of_files,
    verdicts_of_files,
)
from dmaic_assets.work.assets.names import (
    ACCEPTED_ROWS,
    COLUMN_TYPES,
    GATE_VERDICT,
    PROFILE,
    QUARANTINE,
    RAW_FILE,
    RULE_SET,
)

# Whose version can change a value though no line of ours does.
LIBRARIES = ("polars", "pyarrow")
_SPLIT = Code(("dmaic_assets.gate.split", "dmaic_assets.store.warehouse.parquet"), LIBRARIES)

FILE_ASSETS: tuple[Asset[str], ...] = (
    Asset(
        RAW_FILE,
        group="intake",
        kinds=frozenset({"polars", "csv"}),
        upstream=(),
        holds="the source's files, by content: format, dialect, rows, records that do not fit",
        description="""The source's files, known by the SHA-256 of their bytes.

Tells how each was read: format, dialect, encoding, rows, and records that do not fit the
header. CSV is read as text first, so nothing is lost before types are decided.""",
        code=Code(("dmaic_assets.table.read.source_file",), LIBRARIES),
        reads={"read": "reading options", "changes": "repairs"},
        of_cell=reading_of_files,
        shown=(
            Shown("size_bytes"),
            Shown("malformed_rows", fact="malformed"),
            Shown(
                "files_read",
                "table",
                "table",
                ("file", "rows", "columns", "format", "size_bytes", "malformed", "problem"),
            ),
            Shown("dialect", "json"),
            Shown("incoming", "landing folder"),
            Shown("skipped_changes", "table, if any", columns=("file", "change", "why")),
        ),
    ),
    Asset(
        RULE_SET,
        group="gate",
        kinds=frozenset({"python", "yaml"}),
        upstream=(PROFILE, COLUMN_TYPES),
        needs=(),
        holds="the rules that judge the newest files, learnt from the files accepted before them",
        description="""The rules that judge the source's newest files.

Learnt from the profiles and types of the *baseline*: the files that were accepted before,
never the file that is judged. The lineage shows the assets it is made from; the files are
those of earlier cells. Rules and overrides that people wrote in `config/rules/` survive every
learning. The first file of a source has no baseline and meets hand rules and sanity only; many
files that arrive at once, before there is a history, are judged by rules learnt of each other.""",
        code=Code(
            (
                "dmaic_assets.rules.learn",
                "dmaic_assets.rules.merge",
                "dmaic_assets.phenomena.reference.foreign_keys",
                "dmaic_assets.phenomena.key.learn_known",
            ),
            LIBRARIES,
        ),
        reads={"rules": "rule settings", "baseline": "baseline"},
        of_cell=rules_of_files,
        shown=(
            Shown("rules"),
            Shown("rules_enabled", fact="enabled"),
            Shown("baseline_files"),
            Shown("by_severity", "json"),
            Shown("by_origin", "json"),
            Shown("notes", "bullets"),
            Shown(
                "drift",
                "table, if any",
                columns=("rule", "figure", "before", "now", "bound", "used_room", "files_left"),
            ),
            Shown("rule_file", "rule file"),
        ),
    ),
    Asset(
        COLUMN_TYPES,
        group="intake",
        kinds=frozenset({"polars", "json"}),
        upstream=(RAW_FILE,),
        needs=(RAW_FILE, RULE_SET),
        holds="the type of every column, with evidence",
        description="""The type of every column, with the evidence for it.

An override in `config/sources.yaml` wins, then what the history of the source expects, then
the best pattern that the values follow, then text. Values that do not fit their type are kept
with row number, raw text and reason.""",
        code=Code(("dmaic_assets.table.types.infer", "dmaic_assets.table.types.cast"), LIBRARIES),
        reads={"types": "type settings"},
        of_cell=types_of_files,
        shown=(
            Shown("dagster/column_schema", "schema", "schema"),
            Shown("ambiguous_columns", "words", "ambiguous"),
        ),
    ),
    Asset(
        PROFILE,
        group="intake",
        kinds=frozenset({"polars", "json"}),
        upstream=(RAW_FILE, COLUMN_TYPES),
        holds="facts measured on every column",
        description="""Facts measured on every column in one pass, before any judgement.

Nulls, distinct values, ranges, moments, quantiles, lengths, frequent values and shapes; exact
over all rows. Later rule sets learn from the profiles of accepted files.""",
        code=Code(("dmaic_assets.table.profile.profile",), LIBRARIES),
        of_cell=profile_of_files,
        shown=(
            Shown("profile_score", "share", "score"),
            Shown("nulls", "null bars", "columns"),
            Shown(
                "columns",
                "columns",
                columns=(
                    "name",
                    "type",
                    "null_share",
                    "distinct",
                    "minimum",
                    "maximum",
                    "warnings",
                ),
            ),
            Shown("figure", "columns figure", "columns"),
        ),
    ),
    Asset(
        GATE_VERDICT,
        group="gate",
        kinds=frozenset({"polars", "json"}),
        upstream=(RAW_FILE, COLUMN_TYPES, RULE_SET),
        holds="accept, quarantine or reject for each file, and why",
        description="""What the gate says of each file: accept, quarantine or reject.

The rules are compiled to one pass over the rows. A file passes when its score and the share of
unbroken rules of each severity reach the thresholds in `config/thresholds.yaml`; the metadata
says in words why one does not, with the violated rules and example rows.""",
        code=Code(("dmaic_assets.gate.judge",), LIBRARIES),
        reads={"gate": "thresholds", "links": "keys of other sources"},
        of_cell=verdicts_of_files,
        shown=(
            Shown("decision", "decision"),
            Shown("score", "percent"),
            Shown("accepted"),
            Shown("quarantined"),
            Shown("reasons", "reasons"),
            Shown("lowest_score", "lowest score"),
            Shown("rows", "row split"),
            Shown("verdicts", "verdicts"),
            Shown("violations", "violations"),
            Shown("decisions_of_all_files", "decisions", "decisions"),
            Shown("figure", "verdict figure"),
        ),
    ),
    Asset(
        ACCEPTED_ROWS,
        group="warehouse",
        kinds=frozenset({"parquet", "duckdb"}),
        upstream=(GATE_VERDICT,),
        holds="what passed, one Parquet file per source file",
        description="""The rows that may be used, typed, one Parquet file per source file.

`data/warehouse/warehouse.duckdb` has one view per source over them. When the gate holds every
file of a cell, nothing is materialized and what was accepted before stays.""",
        code=_SPLIT,
        of_cell=accepted_of_files,
        shown=(
            Shown("dagster/column_schema", "schema", "schema"),
            Shown("folder", "accepted folder"),
            Shown("parquet_files", "json", "paths"),
            Shown("query", "query"),
        ),
    ),
    Asset(
        QUARANTINE,
        group="warehouse",
        kinds=frozenset({"parquet", "json"}),
        upstream=(GATE_VERDICT,),
        holds="what did not, with the reason beside it",
        description="""What the gate did not let through, with the reason beside it.

Rows that break a rule of an accepted file, as their raw text; whole files that were held. Together
with the accepted rows they are exactly the files that arrived.""",
        code=_SPLIT,
        of_cell=quarantine_of_files,
        shown=(
            Shown("held_files"),
            Shown("folder", "quarantine folder"),
            Shown(
                "quarantined_files",
                "quarantined files",
                "table",
                ("file", "rows", "is_held", "path", "reasons"),
            ),
        ),
    ),
)
