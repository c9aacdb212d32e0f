"""`dmaic hashmap probe` and `page`: what they print and write."""

import re

from dmaic_assets_tests.cli.shell import dmaic_here

ROWS = 6000


def write_orders(folder):
    lines = [f"{100_000 + 2 * i},C{i * i % 700:05d}" for i in range(ROWS)]
    (folder / "orders.csv").write_text("\n".join(["order_id,customer", *lines]), "utf-8")


def test_a_key_is_followed_in_every_kind_of_index(tmp_path):
    write_orders(tmp_path)
    asked = ("hashmap", "probe", "orders.csv", "--column", "order_id", "--key")
    told = dmaic_here(*asked, "100004", "--json", "--html", "key.html", cwd=tmp_path)
    assert told.code == 0, told.err
    assert (told.json["is_held"], told.json["keys"]) == (True, ROWS)
    searches = {s["kind"]: s for s in told.json["searches"]}
    assert list(searches) == ["swiss", "robinhood", "linear", "chaining", "direct"]
    assert {s["ends"] for s in searches.values()} == {"hit"}
    assert searches["direct"]["home"] == 4
    assert "100004" not in (tmp_path / "key.html").read_text("utf-8")
    missed = dmaic_here(*asked, "100005", cwd=tmp_path)
    assert missed.code == 0
    assert missed.out.startswith("100005 is not held among 6,000 keys")
    assert max(map(len, missed.out.splitlines())) <= 100


def test_a_saved_map_is_followed_too(tmp_path):
    dmaic_here("hashmap", "put", "stock.snapshot", "apples=12", "pears=3", cwd=tmp_path)
    told = dmaic_here("hashmap", "probe", "stock.snapshot", "--key", "pears", cwd=tmp_path)
    assert told.code == 0, told.err
    assert told.out.startswith("pears is held among 2 keys of stock.snapshot")
    wrong = dmaic_here("hashmap", "probe", "none.snapshot", "--key", "pears", cwd=tmp_path)
    assert wrong.code == 2


def test_a_page_names_no_key(tmp_path):
    write_orders(tmp_path)
    asked = ("hashmap", "page", "orders.csv", "--column", "customer", "-o", "page.html", "--json")
    told = dmaic_here(*asked, cwd=tmp_path)
    assert told.code == 0, told.err
    assert told.json["operations"] == 2 * ROWS
    assert set(told.json["ns_each"]) == {"swiss", "robinhood", "linear", "chaining"}
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "Plotly" in page
    assert not re.search(r"\bC00\d{3}\b", page)


def test_a_page_does_not_overwrite_its_file(tmp_path):
    write_orders(tmp_path)
    told = dmaic_here(
        *("hashmap", "page", "orders.csv", "--column", "customer", "-o", "orders.csv"), cwd=tmp_path
    )
    assert told.code == 2
