"""The daemon as its own process: a file is dropped, its run finishes, everything stops."""

import shutil
import subprocess
import sys
import urllib.error
import urllib.request

import dagster as dg
import pytest

from dmaic_assets_tests.defs.conftest import BAD_AMOUNTS, csv_of
from dmaic_assets_tests.defs.dev_server import ROOT, DevServer, environment_for

pytestmark = pytest.mark.daemon
# Two looks, a queue and a process that imports the core; the machine may be busy besides.
SEEN_WITHIN_S = 120

CHECKS = """
query($key: AssetKeyInput!) {
  assetChecksOrError: assetNodeOrError(assetKey: $key) {
    ... on AssetNode { assetChecksOrError { ... on AssetChecks { checks {
      name blocking
      executionForLatestMaterialization { status evaluation { severity success description } }
    } } } }
  }
}
"""


def partitions(server: DevServer, asset: str) -> list[str]:
    query = (
        "query($key: AssetKeyInput!) {assetOrError(assetKey: $key) {... on Asset {"
        "assetMaterializations(limit: 50) {partition}}}}"
    )
    found = server.graphql(query, key={"path": [asset]})["assetOrError"]
    return [m["partition"] for m in found.get("assetMaterializations", [])]


def test_a_dropped_file_is_judged_and_stored(dev_server, record_property):
    before = len(dev_server.runs())

    dev_server.drop("returns", "1.csv", csv_of(0))
    took_s = dev_server.until(
        lambda: any(p.endswith("|returns") for p in partitions(dev_server, "accepted_rows")),
        SEEN_WITHIN_S,
    )
    dev_server.until(lambda: all(r["status"] == "SUCCESS" for r in dev_server.runs()), 30)

    record_property("seconds_from_drop_to_catalog", round(took_s, 1))
    assert len(dev_server.runs()) == before + 1
    with dg.DagsterInstance.from_config(str(dev_server.project / "data/dagster_home")) as instance:
        assert "returns" in instance.get_dynamic_partitions("source")
        (key,) = [p for p in partitions(dev_server, "accepted_rows") if p.endswith("|returns")]
        assert key.split("|")[0] in instance.get_dynamic_partitions("run")
    warehouse = dev_server.project / "data" / "warehouse" / "accepted" / "returns"
    assert len(list(warehouse.glob("*.parquet"))) == 1


def test_a_dropped_bad_file_is_held_and_the_check_says_why(dev_server):
    dev_server.drop("orders", "10.csv", csv_of(10_000, **BAD_AMOUNTS))
    quarantine = dev_server.project / "data" / "quarantine" / "orders"

    dev_server.until(lambda: len(list(quarantine.glob("*/10.csv"))) == 1, SEEN_WITHIN_S)
    dev_server.until(lambda: all(r["status"] == "SUCCESS" for r in dev_server.runs()), 60)

    node = dev_server.graphql(CHECKS, key={"path": ["gate_verdict"]})["assetChecksOrError"]
    checks = {c["name"]: c for c in node["assetChecksOrError"]["checks"]}
    assert set(checks) == {"gate_is_open", "passes_thresholds", "schema_as_expected"}
    assert checks["gate_is_open"]["blocking"]
    latest = checks["gate_is_open"]["executionForLatestMaterialization"]
    assert latest["evaluation"]["success"] is False
    assert "1 of 1 files held" in latest["evaluation"]["description"]


def dagster(server: DevServer, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Types a command of Dagster's own in the project folder; a .env there leads it home."""
    return subprocess.run(
        [sys.executable, "-m", "dagster", *arguments],
        cwd=server.project,
        env=environment_for(server.project),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_a_job_is_launched_from_the_shell_and_worked_by_the_daemon(dev_server):
    shutil.copy(ROOT / "workspace.yaml", dev_server.project)
    before = {run["id"] for run in dev_server.runs()}

    launched = dagster(dev_server, "job", "launch", "-w", "workspace.yaml", "-j", "everything_job")

    assert launched.returncode == 0, launched.stdout

    def is_done() -> bool:
        new = [run for run in dev_server.runs() if run["id"] not in before]
        return [(run["jobName"], run["status"]) for run in new] == [("everything_job", "SUCCESS")]

    dev_server.until(is_done, SEEN_WITHIN_S)


def test_the_daemon_and_its_sensors_are_up(dev_server):
    query = """{
      instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } }
      sensorsOrError(repositorySelector: {
        repositoryName: "__repository__", repositoryLocationName: "dmaic_assets"
      }) { ... on Sensors { results { name sensorState { status } } } }
    }"""

    def healthy() -> bool:
        daemons = dev_server.graphql(query)["instance"]["daemonHealth"]["allDaemonStatuses"]
        return all(d["healthy"] for d in daemons if d["required"])

    dev_server.until(healthy, 60)
    sensors = dev_server.graphql(query)["sensorsOrError"]["results"]
    stopped = {s["name"] for s in sensors if s["sensorState"]["status"] != "RUNNING"}
    assert stopped == {"recursion_sensor"}, "it continues recursions only where somebody wants it"


def test_nobody_else_gets_in(dev_server):
    mutation = f"{dev_server.base}/dagster/graphql?query=mutation%7Bx%7D"

    for address in (f"{dev_server.base}/", mutation, f"{dev_server.base}/dagster/server_info"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address, timeout=10)
        assert refused.value.code == 401
        refused.value.close()


def test_the_web_server_is_told_nothing_by_others_pages(dev_server):
    secret = (dev_server.project / "data/dagster_home/web_secret").read_text()
    request = urllib.request.Request(
        f"{dev_server.base}/dagster/report_asset_materialization/gate_verdict?partition=x",
        b"{}",
        {"Origin": "http://evil.example", "Authorization": f"Bearer {secret}"},
    )

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)

    assert refused.value.code == 403
    refused.value.close()
