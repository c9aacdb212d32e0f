"""Served pages over a real socket: what they are made of, and what they may do."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from dmaic_assets.reports.page.links import ServedLinks
from dmaic_assets.store.artifacts import put_bytes, put_json, record_artifacts
from dmaic_assets.store.codec import to_json
from dmaic_assets.store.ledger.record.runs import list_runs, start_run
from dmaic_assets.work.laboratory.values import PageValue
from dmaic_assets_tests.web.serving import Server, serving_shown

PAGES = (
    "/",
    "/fleet",
    "/runs",
    "/sources/orders",
    "/sources/orders?page=999999999&rule=x",
    "/dmaic",
    "/monitor",
    "/entropy",
    "/entropy/orders",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    with serving_shown(tmp_path_factory.mktemp("project")) as running:
        yield running


@pytest.mark.parametrize("path", PAGES)
def test_pages_run_scripts_of_ours_alone(server, path):
    told = server.get(path)
    policy = told.headers["content-security-policy"]

    assert told.status == 200
    assert told.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert Elements(told.text).faults == []


class Elements(HTMLParser):
    """Everything of a page that could run without being a file of ours."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        told = dict(attrs)
        self.faults += [f"{tag} has {name}" for name in told if name.startswith("on")]
        if tag == "script" and not str(told.get("src", "")).startswith("/"):
            is_data = told.get("type") in ("application/json", "text/plain")
            self.faults += [] if is_data else ["a script stands in the page"]
        if tag in ("iframe", "object", "embed", "base", "img"):
            self.faults.append(tag)
        address = str(told.get("href") or told.get("src") or "")
        if address.lower().startswith(("javascript:", "http:", "https:", "//")):
            self.faults.append(address)


@pytest.mark.parametrize("path", PAGES)
def test_every_script_of_a_page_is_served(server, path):
    addresses = re.findall(r'(?:<script src|stylesheet" href)="([^"]+)"', server.get(path).text)

    assert len(addresses) >= 3
    for address in addresses:
        got = server.get(address)
        assert got.status == 200
        assert got.headers["content-type"].split(";")[0] in ("text/javascript", "text/css")
        assert got.headers["x-content-type-options"] == "nosniff"


def test_a_page_that_did_not_change_is_not_sent_again(server):
    tag = server.get("/entropy").headers["etag"]

    assert server.get("/entropy", **{"If-None-Match": tag}).status == 304
    ledger = server.project.platform.ledger
    start_run(ledger, git_sha="x", config_hash="x", inputs_hash="x", kind="cli")
    assert server.get("/entropy", **{"If-None-Match": tag}).status == 304, "it is made again alike"


def test_a_page_tells_its_script_what_the_reader_may_do(server):
    writer = server.ask("GET", "/entropy", server.cookie)

    assert 'data-role="read"' in server.get("/entropy").text
    assert 'data-role="write"' in writer.text


def test_what_is_not_there_is_a_page_with_a_way_out(server):
    for path, words in (("/entropy/%3Cscript%3Ealert(1)", "was not studied"), ("/x/y", "no page")):
        told = server.get(path)

        assert told.status == 404
        assert "<script>alert" not in told.text
        assert words in told.text
        assert 'href="/fleet"' in told.text
    assert server.get("/api/v2/x").json["error"]["code"] == "NotThere"


def test_a_file_and_a_run_have_their_pages(server):
    (held,) = server.get("/api/v1/files?disposition=rejected").json["data"]
    page = server.get(f"/sources/orders/files/{held['sha256'][:16]}")
    run = server.get(f"/runs/{held['run_id']}")

    for told in (page, run):
        assert told.status == 200
        assert Elements(told.text).faults == []
    assert server.get("/sources/nobody").status == 404
    assert server.get("/sources/orders/files/0000000000000000").status == 404
    assert server.get("/runs/nothing").status == 404
    assert server.get("/timeline").headers["location"] == "/runs#timeline"


def test_the_laboratory_leads_to_its_artifact(server):
    assert "dmaic hashmap trials orders" in server.get("/sources/orders/laboratory").text
    made = server.project.platform
    page = put_bytes(made.paths.artifacts, "hashmap_page", b"<p>trials</p>", suffix=".html")
    ref = put_json(made.paths.artifacts, "hashmap_page", to_json(PageValue("id", page)))
    run = list_runs(made.ledger, 1)[0].run_id
    record_artifacts(made.ledger, run, "hashmap_page", [ref], source="orders")

    told = server.get("/sources/orders/laboratory")

    assert told.status == 307
    assert server.get(told.headers["location"]).text == "<p>trials</p>"


def test_the_first_page_tells_what_is_held_without_running_what_it_says(server):
    told = server.get("/").text

    assert "held" in told
    assert "<img src=x" not in told


@pytest.mark.parametrize("name", ["live.js", "live-000000000000.js", "..%2fserved.py"])
def test_no_other_file_is_an_asset(server, name):
    assert server.get(f"/assets/{name}").status == 404


@pytest.mark.parametrize("path", ["/", "/fleet", "/no/such/page"])
def test_nothing_leads_to_a_dagster_that_is_not_served(server, path):
    assert "/dagster/" not in server.get(path).text
    assert ServedLinks().dagster() == "/dagster/"
