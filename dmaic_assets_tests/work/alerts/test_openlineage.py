"""Events of OpenLineage: as its own classes have them, told once, and never lost."""

import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openlineage.client import event_v2
from openlineage.client.facet_v2 import (
    column_lineage_dataset,
    data_quality_assertions_dataset,
    data_quality_metrics_input_dataset,
    output_statistics_output_dataset,
    schema_dataset,
)
from openlineage.client.serde import Serde

from dmaic_assets.errors import SettingsError
from dmaic_assets.settings.openlineage import openlineage_of
from dmaic_assets.settings.project import load_settings
from dmaic_assets.work.openlineage.facets import without_odd_numbers
from dmaic_assets.work.openlineage.outbox import (
    keep_events,
    refused_events,
    send_events,
    waiting_events,
)
from dmaic_assets.work.run.platform import open_platform
from dmaic_assets_tests.cli.shell import dmaic_here
from dmaic_assets_tests.work.alerts.receivers import WebReceiver, web_receiver
from dmaic_assets_tests.work.conftest import AT_ONCE, Project, csv_of, make_project

LINEAGE = {"enabled": True, "namespace": "shop", "url_env": "OL_URL", "token_env": "OL_TOKEN"}
RULES = """\
source: orders
rules:
- {kind: range, columns: amount, parameters: {min: 0}, severity: critical, origin: hand}
- {kind: in_set, columns: email, parameters: {values: [kim1@home.org]}, origin: hand, severity: low}
"""
PEOPLE = tuple(f"kim{n}@home.org" for n in range(300))


@pytest.fixture(scope="module")
def web() -> Iterator[WebReceiver]:
    with web_receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, web: WebReceiver) -> Iterator[Project]:
    """A project with a clean day and a held one, whose events no server takes yet."""
    made = make_project(tmp_path_factory.mktemp("ol") / "shop")
    web.status = 503
    opened(made, web)
    people = {"email": lambda n: PEOPLE[n], "salary": lambda n: 5000 + n}
    rules = made.root / "config" / "rules" / "orders.yaml"
    rules.parent.mkdir(parents=True, exist_ok=True)
    rules.write_text(RULES, encoding="utf-8")
    made.drop("0.csv", csv_of(0, **people))
    made.run()
    bad = csv_of(0, **people, amount=lambda n: -n)
    made.drop("1.csv", bad)
    made.run()
    yield made
    made.platform.close()


def opened(made: Project, web: WebReceiver, **more: object) -> None:
    made.platform.close()
    environment = {**AT_ONCE, "OL_URL": web.url, "OL_TOKEN": "s3cret"}
    settings = load_settings(
        made.root, environment=environment, overrides={"openlineage": {**LINEAGE, **more}}
    )
    made.platform = open_platform(settings)


def events(made: Project) -> list[dict[str, Any]]:
    text = (made.data / "logs" / "openlineage.jsonl").read_text()
    assert "NaN" not in text
    return [json.loads(line) for line in text.splitlines()]


FACETS: dict[str, Any] = {
    "schema": lambda f: schema_dataset.SchemaDatasetFacet(
        [schema_dataset.SchemaDatasetFacetFields(**one) for one in f["fields"]]
    ),
    "columnLineage": lambda f: column_lineage_dataset.ColumnLineageDatasetFacet(
        {
            name: column_lineage_dataset.Fields(
                [
                    column_lineage_dataset.InputField(
                        **{
                            **one,
                            "transformations": [
                                column_lineage_dataset.Transformation(**t)
                                for t in one["transformations"]
                            ],
                        }
                    )
                    for one in field["inputFields"]
                ]
            )
            for name, field in f["fields"].items()
        }
    ),
    "dataQualityAssertions": lambda f: (
        data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(
            [data_quality_assertions_dataset.Assertion(**one) for one in f["assertions"]]
        )
    ),
    "dataQualityMetrics": lambda f: (
        data_quality_metrics_input_dataset.DataQualityMetricsInputDatasetFacet(
            columnMetrics={
                name: data_quality_metrics_input_dataset.ColumnMetrics(**one)
                for name, one in f["columnMetrics"].items()
            },
            rowCount=f["rowCount"],
            bytes=f["bytes"],
            fileCount=f["fileCount"],
        )
    ),
    "outputStatistics": lambda f: (
        output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
            rowCount=f["rowCount"], fileCount=f["fileCount"]
        )
    ),
}


def rebuilt(facets: dict[str, Any]) -> dict[str, Any]:
    """Facets built anew by the classes of the package, which refuse keys that they do not know."""
    built = {}
    for name, facet in facets.items():
        made = FACETS[name](facet)
        assert facet["_schemaURL"] == made._schemaURL
        built[name] = made
    return built


def test_events_are_what_the_classes_of_the_package_would_write(shop: Project) -> None:
    told = events(shop)

    assert [e["eventType"] for e in told] == ["START", "COMPLETE"] * 2
    assert len({e["run"]["runId"] for e in told}) == 2
    for event in told:
        inputs = [
            event_v2.InputDataset(
                one["namespace"],
                one["name"],
                facets=rebuilt(one["facets"]),
                inputFacets=rebuilt(one["inputFacets"]),
            )
            for one in event["inputs"]
        ]
        outputs = [
            event_v2.OutputDataset(
                one["namespace"],
                one["name"],
                facets=rebuilt(one["facets"]),
                outputFacets=rebuilt(one["outputFacets"]),
            )
            for one in event["outputs"]
        ]
        made = event_v2.RunEvent(
            eventTime=event["eventTime"],
            producer=event["producer"],
            run=event_v2.Run(event["run"]["runId"]),
            job=event_v2.Job(**event["job"]),
            eventType=event_v2.RunState(event["eventType"]),
            inputs=inputs,
            outputs=outputs,
        )
        written = json.loads(Serde.to_json(made))
        for one in (*written["inputs"], *written["outputs"]):
            for facets in (one["facets"], one.get("inputFacets"), one.get("outputFacets")):
                for facet in (facets or {}).values():
                    facet["_producer"] = event["producer"]
        assert _filled(written["inputs"]) == _filled(event["inputs"])
        assert _filled(written["outputs"]) == _filled(event["outputs"])


def _filled(value: Any) -> Any:
    """Without keys that say nothing: the serializer of the package leaves them out."""
    if isinstance(value, dict):
        kept = {k: _filled(v) for k, v in value.items()}
        return {k: v for k, v in kept.items() if v not in (None, {}, [])}
    return [_filled(one) for one in value] if isinstance(value, list) else value


def test_events_tell_what_came_of_a_run_and_nothing_of_persons(shop: Project) -> None:
    first, second = (e for e in events(shop) if e["eventType"] == "COMPLETE")

    (read,) = first["inputs"]
    assert first["job"] == {"namespace": "shop", "name": "orders.gate"}
    assert (read["namespace"], Path(read["name"]).name) == ("file", "0.csv")
    metrics = read["inputFacets"]["dataQualityMetrics"]
    assert metrics["rowCount"] == 100
    amount, salary = (metrics["columnMetrics"][name] for name in ("amount", "salary"))
    assert (amount["nullCount"], amount["min"], amount["max"]) == (0, 10.5, 109.5)
    assert (salary["count"], "min" in salary, "quantiles" in salary) == (100, False, False)
    (out,) = first["outputs"]
    assert (out["name"], out["outputFacets"]["outputStatistics"]["rowCount"]) == (
        "accepted.orders",
        100,
    )
    (whence,) = out["facets"]["columnLineage"]["fields"]["amount"]["inputFields"]
    assert (whence["name"], whence["field"]) == (read["name"], "amount")

    assertions = second["inputs"][0]["facets"]["dataQualityAssertions"]["assertions"]
    verdict = assertions[0]
    assert (verdict["assertion"], verdict["success"]) == ("accepted", False)
    failing = {a["name"]: a for a in assertions}
    assert failing["amount.range"]["expected"] == "amount is at least 0"
    assert "kept back" in failing["email.in_set"]["expected"]
    assert [out["name"] for out in second["outputs"]] == ["quarantine.orders"]
    assert "kim1@" not in (shop.data / "logs" / "openlineage.jsonl").read_text()


def test_what_a_server_does_not_take_waits_and_is_sent_once(
    shop: Project, web: WebReceiver
) -> None:
    last = events(shop)[-1]["run"]["facets"]["dmaic_run"]["run"]
    web.requests.clear()
    web.status, web.answers = 200, [200, 503]

    broken = send_events(shop.platform)
    # What a process that died before it noted anything would do again.
    keep_events(shop.platform, last)
    web.answers = [200, 400]
    rest = send_events(shop.platform)

    assert (broken.sent, broken.waiting, broken.refused) == (1, 3, 0)
    assert "answers 503" in str(broken.why)
    assert (rest.sent, rest.waiting, rest.refused) == (2, 0, 1)
    assert len(refused_events(shop.platform)) == 1
    keys = [r.key for r in web.requests]
    assert len(keys) == 5
    assert len(set(keys)) == 4
    assert [r.document for r in web.requests[:1]] == events(shop)[:1]
    assert web.requests[0].headers["authorization"] == "Bearer s3cret"
    # Kept again, sent already: nobody hears of it twice.
    keep_events(shop.platform, last)
    before = len(web.requests)
    web.answers = []
    send_events(shop.platform)
    assert len(web.requests) - before <= 1
    assert waiting_events(shop.platform) == []
    assert len(events(shop)) == 4


def test_nothing_is_sent_without_its_secrets(shop: Project, web: WebReceiver) -> None:
    opened(shop, web, url_env="NOT_SET")
    keep_events(shop.platform, events(shop)[-1]["run"]["facets"]["dmaic_run"]["run"])

    sent = send_events(shop.platform)

    assert (sent.waiting, sent.why) == (2, "openlineage: NOT_SET is not set")


def test_commands_tell_what_waits(shop: Project) -> None:
    listed = dmaic_here("openlineage", cwd=shop.root)
    refused = dmaic_here("openlineage", "send", cwd=shop.root)

    assert (listed.code, "OpenLineage is off" in listed.out) == (0, True)
    assert (refused.code, "openlineage: is off" in refused.err) == (2, True)


def test_events_that_go_nowhere_are_refused(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "dmaic.yaml").touch()
    told = {"openlineage": {"enabled": True, "file": None}}

    with pytest.raises(SettingsError, match="go nowhere"):
        _ = openlineage_of(load_settings(tmp_path, environment={}, overrides=told))


def test_numbers_that_json_has_not_are_null() -> None:
    assert without_odd_numbers({"a": [math.nan, math.inf, 1.5], "b": {"c": -math.inf}}) == {
        "a": [None, None, 1.5],
        "b": {"c": None},
    }


def test_a_run_has_its_events_sent_by_a_process_of_its_own(
    tmp_path: Path, web: WebReceiver
) -> None:
    made = make_project(tmp_path / "shop")
    made.platform.close()
    config = made.root / "config" / "dmaic.yaml"
    config.write_text(f"{config.read_text()}\nopenlineage: {json.dumps(LINEAGE)}\n")
    made.drop("0.csv", csv_of(0))
    web.requests.clear()
    web.status, web.answers, web.delay_s = 200, [], 0.5
    secrets = {"OL_URL": web.url, "OL_TOKEN": "s3cret"}

    ran = dmaic_here("run-all", "--json", cwd=made.root, environment=secrets)
    deadline = time.monotonic() + 30
    while len(web.requests) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)

    web.delay_s = 0
    assert (ran.code, ran.json["untold"]) == (0, [])
    assert [r.document["eventType"] for r in web.requests] == ["START", "COMPLETE"]
    assert [r.document for r in web.requests] == events(made)
