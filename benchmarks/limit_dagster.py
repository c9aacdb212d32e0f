"""The smallest Dagster program that tells the catalog of one file: the limit of judging it.

`python -m benchmarks.limit_dagster HOME` opens the instance in HOME, runs a job of one op in
process, and logs seven materializations and four check results of one partition, as many and as
large as the main job does for a cell.
"""

import sys

import dagster as dg

ASSETS = (
    "raw_file",
    "column_types",
    "profile",
    "rule_set",
    "gate_verdict",
    "accepted_rows",
    "quarantine",
)
CHECKS = ("gate_is_open", "passes_thresholds", "schema_as_expected", "rows_add_up")
COLUMNS = ("file", "rows", "columns", "format", "size_bytes", "malformed", "problem")
PARTITION = "RUN|source"


@dg.op
def tell(context: dg.OpExecutionContext) -> None:
    table = dg.MetadataValue.table(
        records=[dg.TableRecord(dict.fromkeys(COLUMNS, "value"))],
        schema=dg.TableSchema([dg.TableColumn(name, "string") for name in COLUMNS]),
    )
    for asset in ASSETS:
        metadata = {"files": 1, "files_computed": 1, "memoized": False, "table": table}
        tags = {"dagster/data_version": "0" * 64, "dagster/code_version": "1" * 64}
        context.log_event(
            dg.AssetMaterialization(asset, partition=PARTITION, metadata=metadata, tags=tags)
        )
    for check in CHECKS:
        context.log_event(
            dg.AssetCheckEvaluation(
                asset_key=dg.AssetKey("gate_verdict"),
                check_name=check,
                passed=True,
                partition=PARTITION,
            )
        )


@dg.job(executor_def=dg.in_process_executor)
def limit() -> None:
    tell()


def main() -> None:
    with dg.DagsterInstance.from_config(sys.argv[1]) as instance:
        quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        limit.execute_in_process(instance=instance, run_config=quiet)


if __name__ == "__main__":
    main()
