"""What the API tells, over a real socket."""

import csv
import io
import json

import pytest

from dmaic_assets_tests.web.shown_project import ALARM, HOSTILE

API = "/api/v1"


def data(server, path: str):
    told = server.get(f"{API}/{path}")
    assert told.status == 200, told.text
    assert told.headers["content-type"] == "application/json"
    assert set(told.json) == {"data", "page", "error"}
    assert told.json["error"] is None
    return told.json["data"]


def test_sources_tell_what_became_of_their_files(server):
    orders, returns = data(server, "sources")

    assert (orders["source"], orders["files"], orders["held_files"]) == ("orders", 5, 1)
    assert (orders["rows_accepted"], orders["accepted_files"]) == (400, 4)
    assert 0 < orders["score"] < 1
    assert (returns["source"], returns["files"], returns["score"]) == ("returns", 1, 1.0)


def test_a_source_tells_when_its_next_file_is_expected(server):
    told = data(server, "sources/orders")

    assert told["files"] == 5
    assert "delivery" in told["freshness"]["evidence"]


def test_files_are_found_by_what_became_of_them_and_the_beginning_of_their_hash(server):
    (held,) = data(server, "files?disposition=rejected")
    one = data(server, f"sources/orders/files/{held['sha256'][:12]}")

    assert held["name"] == HOSTILE
    assert one["sha256"] == held["sha256"]
    assert one["verdict"]["decision"] == "reject"
    assert one["verdict"]["reasons"]


def test_no_cell_of_the_data_is_told_with_a_verdict(server):
    (held,) = data(server, "files?disposition=rejected")
    violations = data(server, f"sources/orders/files/{held['sha256']}")["verdict"]["violations"]

    examples = [row for violation in violations for row in violation["examples"]]
    assert examples
    assert all(isinstance(row, int) for row in examples)


def test_long_lists_come_in_pages_and_every_entry_once(server):
    whole = [file["sha256"] for file in data(server, "files?limit=200")]
    parts: list[str] = []
    path = f"{API}/files?limit=2"
    while True:
        told = server.get(path).json
        assert len(told["data"]) <= 2 == told["page"]["limit"]
        parts += [file["sha256"] for file in told["data"]]
        if told["page"]["next"] is None:
            break
        path = f"{API}/files?limit=2&cursor={told['page']['next']}"

    assert len(parts) == 6
    assert parts == whole


@pytest.mark.parametrize("path", ["sources", "verdicts", "runs", "metrics", "findings", "alarms"])
def test_every_list_can_be_read_to_its_end_one_by_one(server, path):
    whole = data(server, f"{path}?limit=200")
    found, cursor = [], ""
    for _ in range(len(whole)):
        told = server.get(f"{API}/{path}?limit=1{cursor}").json
        found += told["data"]
        cursor = f"&cursor={told['page']['next']}"

    assert found == whole
    assert cursor == "&cursor=None"


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", ""])
def test_pages_have_a_longest_length(server, limit):
    told = server.get(f"{API}/files?limit={limit}")

    assert told.status == 422
    assert told.json["error"]["code"] == "BadInput"
    assert "limit" in told.json["error"]["detail"]


def test_rules_come_with_their_evidence(server):
    told = data(server, "sources/orders/rules")

    assert {rule["origin"] for rule in told["rules"]} == {"learnt"}
    assert all(rule["evidence"] for rule in told["rules"] if rule["kind"] == "in_set")


def test_runs_tell_what_they_came_to(server):
    newest, first = data(server, "runs")
    told = data(server, f"runs/{first['run_id']}")

    assert (newest["files"], newest["held"]) == (1, 1)
    assert (first["files"], first["accepted"], first["status"]) == (5, 5, "succeeded")
    assert told["tasks"]["DONE"] == 5
    assert told["run"] == first


def test_the_pipeline_is_idle(server):
    told = data(server, "pipeline")

    assert told["running"] == []
    assert told["tasks"]["DONE"] == 6


def test_findings_by_weight(server):
    (finding,) = data(server, "findings?weight=high&table=orders")

    assert finding["analysis"] == "entropy"
    assert finding["value"] is None, "numbers that are not finite are null"
    assert data(server, "findings?table=nobody") == []


def test_uncertainty_by_table_and_by_column(server):
    whole = data(server, "entropy")
    table = data(server, "entropy/table/orders")
    column = data(server, "entropy/column/orders/amount")

    assert whole["tables"]["orders"]["columns"]["amount"] == 0.6
    assert whole["silent"] == {"drift": "no second file"}
    assert table["readiness"] == "investigate"
    assert column["readings"][0]["detector"] == "null_ratio"
    assert data(server, "entropy/column/orders/%3Cimg%20src%3Dx%3E")["score"] == 0


def test_contracts_are_evaluated(server):
    contracts = data(server, "entropy/contracts")
    (verdict,) = data(server, "entropy/contracts/executive/evaluate?table=orders")

    assert [c["name"] for c in contracts][:2] == ["exploratory", "data_science"]
    assert contracts[0]["limits"] == {"overall": 0.5, "blocking": 0.8}
    assert contracts[0]["tables"] == {"orders": "red"}
    assert (verdict["table"], verdict["use"], verdict["light"]) == ("orders", "executive", "red")
    assert [h["text"] for h in data(server, "entropy/resolution-hints")] == ["Fill it."]


def test_alarms_tell_who_has_to_answer(server):
    alarm = data(server, "alarms?open=true&source=orders")[0]

    assert (alarm["id"], alarm["owner"], alarm["cause"]) == (ALARM.id, None, None)
    assert data(server, "alarms?source=returns") == []


def test_plays_are_told_as_their_file_has_them(server):
    file = server.project.platform.paths.data / "hashmaps" / "plays" / "first.ndjson"
    lines = [json.loads(line) for line in file.read_text().splitlines()[:-1]]
    ticks = data(server, "hashmaps/plays/first/ticks")

    assert data(server, "hashmaps/plays") == ["first", "second"]
    assert ticks == lines
    assert data(server, "hashmaps/plays/first/ticks?last=2") == lines[-2:]


def test_histories_and_histograms_of_a_play(server):
    ticks = data(server, "hashmaps/plays/first/ticks")
    history = data(server, "hashmaps/plays/first/history")
    latency = data(server, "hashmaps/plays/first/histogram/latency")
    probes = data(server, "hashmaps/plays/first/histogram/probe")
    heat = data(server, "hashmaps/plays/first/heatmap")
    table = server.get(f"{API}/hashmaps/plays/first/history.csv")

    assert [row["ops"] for row in history] == [tick["ops"] for tick in ticks]
    assert sum(bucket["count"] for bucket in latency) == ticks[-1]["timed"]
    assert [[p["places"], p["count"]] for p in probes] == ticks[-1]["probe_hist"]
    assert sum(map(sum, heat["counts"])) == ticks[-1]["timed"]
    assert {len(row) for row in heat["counts"]} == {len(ticks)}
    assert [int(row["ops"]) for row in csv.DictReader(io.StringIO(table.text))] == [
        tick["ops"] for tick in ticks
    ]
    assert table.headers["content-disposition"] == 'attachment; filename="first.csv"'


def test_events_and_comparison_of_plays(server):
    events = data(server, "hashmaps/plays/first/events")
    compared = data(server, "hashmaps/plays/first/compare?other=second")

    assert [events[0]["type"], events[-1]["type"]] == ["start", "complete"]
    same = next(c for c in compared if c["figure"] == "load_factor")
    assert (same["change"], same["is_better"]) == (0, None)


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("sources/nobody", "/api/v1/sources"),
        ("sources/orders/files/00000000", "/api/v1/sources/orders/files"),
        ("runs/nothing", "/api/v1/runs"),
        ("jobs/nothing", "/api/v1/jobs"),
        ("entropy/table/ordres", "/api/v1/entropy"),
        ("entropy/column/orders/amont", "/api/v1/entropy/table/orders"),
        ("entropy/contracts/any/evaluate", "regulatory"),
        ("hashmaps/plays/none/ticks", "dmaic hashmap run-csv"),
        ("hashmaps/sources/orders", "dmaic hashmap trials orders"),
        ("nothing/at/all", "openapi.json"),
    ],
)
def test_what_is_not_there_is_404_with_a_hint(server, path, hint):
    told = server.get(f"{API}/{path}")

    assert told.status == 404
    assert told.json["data"] is None
    assert told.json["error"]["code"] == "NotThere"
    assert hint in told.json["error"]["hint"]


def test_a_near_name_is_told(server):
    assert "did you mean orders" in server.get(f"{API}/sources/ordrs").text
    assert "did you mean amount" in server.get(f"{API}/entropy/column/orders/amont").text


@pytest.mark.parametrize(
    "path",
    ["sources/..%2f..%2fetc", "hashmaps/plays/..%2fsecret/ticks", "sources/orders/files/zz"],
)
def test_no_address_leads_to_a_file_by_a_path(server, path):
    assert server.get(f"{API}/{path}").status in (404, 422)


def test_what_a_client_has_is_not_sent_again(server):
    first = server.get(f"{API}/sources")
    tag = first.headers["etag"]
    again = server.get(f"{API}/sources", **{"If-None-Match": f'"other", W/{tag}'})

    assert (again.status, again.text) == (304, "")
    assert again.headers["etag"] == tag
    assert first.headers["cache-control"] == "private, no-cache"
    assert server.get(f"{API}/sources", **{"If-None-Match": '"x"'}).status == 200


def test_the_description_names_every_route(server):
    described = server.get(f"{API}/openapi.json").json

    assert f"{API}/entropy/column/{{table}}/{{column}}" in described["paths"]
    assert all("summary" in o for p in described["paths"].values() for o in p.values())


def test_a_store_that_refuses_is_told_as_such(server, monkeypatch):
    monkeypatch.setattr(server.project.platform.ledger, "engine", server_gone())
    told = server.get(f"{API}/runs?limit=3")

    assert told.status == 503
    assert told.json["error"]["code"] == "IO"
    assert server.ask("GET", "/readyz").status == 503


def server_gone():
    import sqlalchemy as sa

    return sa.create_engine("sqlite:////nowhere/at/all.sqlite")
