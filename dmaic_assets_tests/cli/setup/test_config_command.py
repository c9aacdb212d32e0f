"""`dmaic config` shows settings and origins, and no secret."""

from pathlib import Path

from dmaic_assets_tests.cli.shell import dmaic

FILE = """runs: {workers: 3}
profiles: {production: {runs: {workers: 5}}}
"""


def project(root: Path) -> Path:
    (root / "config").mkdir()
    (root / "config" / "dmaic.yaml").write_text(FILE)
    (root / ".env").write_text("DMAIC_LEDGER_URL=postgresql://kim:sesame@db.example/dq\n")
    return root


def test_values_are_told_with_their_origins(tmp_path: Path) -> None:
    here = project(tmp_path)

    every = dmaic("config", "--json", cwd=here)
    told = {entry["key"]: entry for entry in every.json}
    assert told["runs.workers"]["origin"] == "config/dmaic.yaml"
    assert told["ledger.url"]["value"] == "postgresql://kim:***@db.example/dq"
    assert told["ledger.url"]["origin"] == "DMAIC_LEDGER_URL in .env"
    assert "sesame" not in every.out

    chosen = dmaic("config", "runs.workers", "--env", "production", cwd=here)
    assert "5      profile production" in chosen.out
    assert "Profile: production" in chosen.out
    changed = dmaic("config", "--changed", "--json", cwd=here)
    assert {e["key"] for e in changed.json} == {"profiles", "runs.workers", "ledger.url"}


def test_tolerances_and_criticality_are_told_with_their_origin(tmp_path: Path) -> None:
    here = project(tmp_path)
    said = "null_tolerance: 0.05\ncolumns: {phone: {criticality: low}}\n"
    (here / "config" / "thresholds.yaml").write_text(said)

    told = {entry["key"]: entry for entry in dmaic("config", "--json", cwd=here).json}

    place = "config/thresholds.yaml"
    of = {key: (told[key]["value"], told[key]["origin"]) for key in told}
    assert of["null_tolerance"] == (0.05, place)
    assert of["columns"] == ({"phone": {"criticality": "low"}}, place)
    assert of["duplicate_tolerance"] == of["criticality"] == (None, "default")


def test_a_key_that_is_not_there_is_refused(tmp_path: Path) -> None:
    refused = dmaic("config", "runs.wrkers", cwd=project(tmp_path))

    assert refused.code == 2
    assert "did you mean runs.workers" in refused.err
