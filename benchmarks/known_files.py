"""A project that knows a long history, written straight into its ledger.

Judging ten thousand files takes minutes; what a plan reads of them is made in seconds here: the
files, their accepted rows, and the records that a run would have left. The rows are no Parquet:
a plan compares hashes and opens none.
"""

import hashlib
from pathlib import Path

from dmaic_assets.model import ArtifactRef, SourceFile
from dmaic_assets.settings.project import Settings, load_settings
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.files import Settlement, register_files, settle
from dmaic_assets.store.ledger.record.memo import MemoRecord, remember
from dmaic_assets.store.ledger.record.runs import finish_run, start_run
from dmaic_assets.work.cohort.members import FEWEST_OTHERS
from dmaic_assets.work.people.hand_rules import NO_HAND_RULES
from dmaic_assets.work.plan.memo_keys import file_components, file_key
from dmaic_assets.work.run.platform import Platform, platform_of

SOURCE, ROWS = "table", 20


def write_history(project: Path, count: int) -> None:
    """Makes `count` files of one source known and accepted."""
    settings = load_settings(project)
    with platform_of(settings) as platform:
        files = [_file(settings, number) for number in range(count)]
        # So few make no cohort, and those that follow came to a history.
        run_ids = [
            _registered(platform, part) for part in (files[:FEWEST_OTHERS], files[FEWEST_OTHERS:])
        ]
        with platform.ledger.transaction():
            _settle(platform, files, run_ids[-1])


def _registered(platform: Platform, files: list[SourceFile]) -> str:
    ledger = platform.ledger
    run = start_run(ledger, git_sha="nogit", config_hash="", inputs_hash="", kind="cli")
    register_files(ledger, files, run.run_id)
    finish_run(ledger, run.run_id, status="succeeded", totals={})
    return run.run_id


def _file(settings: Settings, number: int) -> SourceFile:
    path = settings.paths.incoming / SOURCE / f"day-{number:06d}.csv"
    path.parent.mkdir(exist_ok=True)
    rows = "".join(f"{number * ROWS + n},{n % 7}\n" for n in range(ROWS))
    content = f"id,kind\n{rows}".encode()
    path.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    return SourceFile(SOURCE, path, sha256, len(content), "csv", is_owned=True)


def _settle(platform: Platform, files: list[SourceFile], run_id: str) -> None:
    window = platform.settings.dmaic.runs.baseline_window
    folder = platform.paths.warehouse / "accepted" / SOURCE
    folder.mkdir(parents=True)
    types = ArtifactRef("column_types", "artifacts/column_types/none.json", "0" * 64, 1)
    accepted: list[list[str]] = []
    for file in files:
        rows = f"rows of {file.sha256}".encode()
        (folder / f"{file.key}.parquet").write_bytes(rows)
        version = hashlib.sha256(rows).hexdigest()
        components = file_components(
            file,
            settings=platform.settings,
            hand_rules=NO_HAND_RULES,
            threshold=None,
            baseline=sha256_json(accepted[-window:]),
        )
        key, place = file_key(components), f"warehouse/accepted/{SOURCE}/{file.key}.parquet"
        facts = {"assets": {}, "components": components, "decision": "accept", "lines_above": 0}
        now = platform.clock()
        remember(platform.ledger, [MemoRecord(key, "file", "", "", None, run_id, now, facts)])
        settle(
            platform.ledger,
            SOURCE,
            file.sha256,
            Settlement(
                "accepted",
                run_id,
                accepted_version=version,
                accepted_path=place,
                types=types,
                file_key=key,
                location=str(file.path),
                rows=ROWS,
                accepted=ROWS,
                score=1.0,
            ),
        )
        accepted.append([file.sha256, version])
