"""`dmaic entropy` and `dmaic contracts` in a project: words, documents, refusals."""

from collections.abc import Callable
from pathlib import Path

from dmaic_assets_tests.cli.shell import Finished

Call = Callable[..., Finished]


def test_entropy_is_one_document_with_all_tables(sure_shop: Path, call: Call) -> None:
    found = call("entropy", "--json", cwd=sure_shop)

    assert (found.code, found.err) == (0, "")
    assert set(found.json["tables"]) == {"customers", "orders"}
    orders = found.json["tables"]["orders"]
    assert orders["readiness"] == "ready"
    assert 0 < orders["score"] < 0.3
    assert set(orders["behaviour"]) == {"strict", "balanced", "lenient"}


def test_a_named_source_is_told_alone_with_its_links(sure_shop: Path, call: Call) -> None:
    found = call("entropy", "orders", "--json", cwd=sure_shop)

    (orders,) = found.json["tables"].values()
    detectors = [r["detector"] for r in orders["columns"]["customer_id"]["readings"]]
    assert "relationship" in detectors


def test_people_read_scores_reasons_and_what_helps(sure_shop: Path, call: Call) -> None:
    found = call("entropy", "orders", cwd=sure_shop)

    assert found.code == 0
    assert "balanced mode" in found.out
    assert "business_meaning" not in found.out
    assert "mostly because" in found.out
    assert "effort:" in found.out


def test_contracts_give_six_verdicts_a_table(sure_shop: Path, call: Call) -> None:
    found = call("contracts", "orders", "--json", cwd=sure_shop)

    verdicts = found.json["contracts"]
    assert [v["use"] for v in verdicts][0::5] == ["exploratory", "regulatory"]
    assert verdicts[0]["light"] == "green"
    assert verdicts[-1]["light"] == "red"
    assert verdicts[-1]["path"]
    assert {v["table"] for v in verdicts} == {"orders"}


def test_contracts_in_words_name_the_way(sure_shop: Path, call: Call) -> None:
    found = call("contracts", cwd=sure_shop)

    assert "customers: uncertainty" in found.out
    assert "towards" in found.out


def test_a_source_that_is_not_there_is_refused(sure_shop: Path, call: Call) -> None:
    found = call("contracts", "ordres", "--json", cwd=sure_shop)

    assert found.code == 2
    assert "ordres: has no accepted rows" in found.error["detail"]
