"""`dmaic context` and its server: everything known, nothing sensitive, nothing made by looking."""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from dmaic_assets.cli.analyses.mcp_command import known_context, server_of
from dmaic_assets.errors import BadInputError
from dmaic_assets_tests.cli.shell import Finished

Call = Callable[..., Finished]


@pytest.fixture
def document(sure_shop: Path, call: Call) -> Any:
    found = call("context", "--json", cwd=sure_shop)
    assert (found.code, found.err) == (0, "")
    return found.json


def ask(read: Callable[[], dict[str, Any]], tool: str, **arguments: str) -> Any:
    """Calls a tool of the server in process."""

    async def talk() -> Any:
        async with Client(server_of(read)) as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(talk())


def text_of(result: Any) -> Any:
    assert not result.is_error, result.content
    return json.loads(result.content[0].text)


def test_all_that_is_known_of_a_table_stands_in_one_document(document: Any) -> None:
    tables = {table["name"]: table for table in document["tables"]}
    orders = tables["orders"]

    assert set(tables) == {"customers", "orders"}
    assert orders["rows"] == 400
    assert orders["refers_to"][0]["ref_table"] == "customers"
    assert tables["customers"]["referred_to_by"][0]["table"] == "orders"
    assert orders["quality"]["grade"] == "A"
    assert orders["uncertainty"]["readiness"] == "ready"
    columns = {column["name"]: column for column in orders["columns"]}
    assert list(columns) == ["order_id", "customer_id", "ordered_on", "status", "price_eur"]
    assert {v["value"] for v in columns["status"]["values"]["top"]} == {"open", "paid", "sent"}
    assert columns["price_eur"]["values"]["minimum"] == 10
    assert columns["order_id"]["values"] is None


def test_no_value_of_a_sensitive_column_is_told(sure_shop: Path, document: Any, call: Call) -> None:
    (email,) = [
        column
        for table in document["tables"]
        for column in table["columns"]
        if column["name"] == "email"
    ]

    assert email["is_sensitive"]
    assert email["values"] is None
    assert "example.org" not in json.dumps(document)
    assert "example.org" not in call("context", cwd=sure_shop).out


def test_the_same_rows_give_the_same_document(sure_shop: Path, document: Any, call: Call) -> None:
    assert call("context", "--json", cwd=sure_shop).json == document
    assert known_context(sure_shop) == document


def test_one_source_is_told_alone_and_an_unknown_one_refused(sure_shop: Path, call: Call) -> None:
    told = call("context", "orders", "--json", cwd=sure_shop)

    assert [table["name"] for table in told.json["tables"]] == ["orders"]
    assert call("context", "nobody", cwd=sure_shop).code == 2


def test_people_read_columns_and_links(sure_shop: Path, call: Call) -> None:
    found = call("context", "orders", cwd=sure_shop)

    assert "orders: 400 rows, grade A, ready" in found.out
    assert "customer_id -> customers (customer_id)" in found.out


def test_the_server_has_four_tools_and_none_that_writes(document: Any) -> None:
    async def tools() -> Any:
        async with Client(server_of(lambda: document)) as client:
            return (await client.list_tools()).tools

    found = {tool.name: sorted(tool.input_schema["properties"]) for tool in asyncio.run(tools())}

    assert found == {
        "list_tables": [],
        "get_context": ["table"],
        "get_findings": ["table", "weight"],
        "get_uncertainty": ["table"],
    }


def test_tools_answer_from_the_document(document: Any) -> None:
    def read() -> Any:
        return document

    tables = {table["name"]: table for table in document["tables"]}
    assert [t["name"] for t in text_of(ask(read, "list_tables"))] == ["customers", "orders"]
    assert text_of(ask(read, "get_context", table="orders")) == tables["orders"]
    said = text_of(ask(read, "get_uncertainty", table="orders"))
    assert said == tables["orders"]["uncertainty"]
    findings = text_of(ask(read, "get_findings", table="orders", weight="info"))
    assert findings == tables["orders"]["findings"]


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("get_context", {"table": "ordres"}, "ordres is no table"),
        ("get_findings", {"table": "orders", "weight": "huge"}, "huge is no weight"),
    ],
)
def test_what_cannot_be_answered_is_told(
    document: Any, tool: str, arguments: dict[str, str], said: str
) -> None:
    result = ask(lambda: document, tool, **arguments)

    assert result.is_error
    assert said in result.content[0].text


def test_a_client_reads_the_server_over_a_child_process(sure_shop: Path, document: Any) -> None:
    arguments = ["-m", "dmaic_assets.cli", "mcp", "--project", str(sure_shop)]

    async def talk() -> Any:
        server = StdioServerParameters(command=sys.executable, args=arguments)
        async with Client(server) as client:
            return await client.call_tool("get_context", {"table": "orders"})

    assert text_of(asyncio.run(talk())) == document["tables"][1]


def test_rows_that_nobody_studied_are_told_with_the_command() -> None:
    def read() -> Any:
        raise BadInputError("the newest rows", "were not studied yet", "Study: dmaic analyze")

    result = ask(read, "list_tables")

    assert result.is_error
    assert "dmaic analyze" in result.content[0].text
