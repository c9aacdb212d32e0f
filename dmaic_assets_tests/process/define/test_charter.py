"""Charters: what people say wins, and what is wrong is refused with file and key."""

from pathlib import Path

import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.phase_values.define import Ctq
from dmaic_assets.process.define.charter import Charter, CharterCtq, load_charter, merge_ctqs

FILE = Path("config/charters/orders.yaml")


def ctq(key: str, **given: object) -> Ctq:
    column, _, dimension = key.rpartition(".")
    made = {"name": key, "unit": "row", "rules": (f"{key}.rule",), "upper_limit": 0.1}
    return Ctq(id=key, column=column, dimension=dimension, **{**made, **given})  # pyright: ignore


PROPOSED = (ctq("amount.validity", lower_spec=0.0), ctq("note.completeness"))


def merged(**content: object) -> tuple[Ctq, ...]:
    return merge_ctqs(PROPOSED, Charter.model_validate(content), FILE)


def test_no_charter_is_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("# nothing yet\n")

    assert load_charter(tmp_path / "missing.yaml") == Charter()
    assert load_charter(tmp_path / "empty.yaml") == Charter()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("problem: [unclosed", "not YAML"),
        ("- a list", "not a mapping of keys"),
        ("problm: typo", "key problm: "),
        ("target_sigma: 11", "key target_sigma: "),
        ("ctqs: [{id: a.validity, upper_limit: 2}]", "key ctqs.0.upper_limit: "),
        ("ctqs: [{id: a.validity, opportunities: 0}]", "key ctqs.0.opportunities: "),
        ("ctqs: [{column: a, dimension: taste}]", "key ctqs.0.dimension: "),
        ("drop: amount.validity", "key drop: "),
    ],
)
def test_a_bad_charter_is_refused_with_file_and_key(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "orders.yaml"
    path.write_text(text)

    with pytest.raises(BadInputError) as refusal:
        load_charter(path)

    assert str(path) in str(refusal.value)
    assert told in str(refusal.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.yaml"
    path.write_bytes(b"problem: \xff\xfe")

    with pytest.raises(BadInputError, match="not YAML"):
        load_charter(path)


def test_a_declared_limit_stands_alone_where_the_other_was_only_learnt() -> None:
    changed, _ = merged(ctqs=[{"id": "amount.validity", "upper_spec": 9.0}])

    assert (changed.lower_spec, changed.upper_spec, changed.has_specification) == (None, 9.0, True)


def test_only_what_is_given_replaces_the_proposal() -> None:
    changed, left = merged(ctqs=[{"id": "amount.validity", "upper_limit": 0.01}])

    assert (changed.upper_limit, changed.lower_spec, changed.rules) == (
        0.01,
        0.0,
        ("amount.validity.rule",),
    )
    assert (changed.origin, changed.confidence) == ("charter", 1.0)
    assert not changed.has_specification
    assert left == PROPOSED[1]


def test_a_column_and_dimension_name_a_proposed_ctq_too() -> None:
    entry = {"column": "amount", "dimension": "validity", "owner": "finance"}

    assert merged(ctqs=[entry])[0].owner == "finance"


def test_an_addition_follows_the_proposals() -> None:
    entry = {"column": "total", "dimension": "consistency", "rules": ["total.derived"]}

    added = merged(ctqs=[entry])[-1]

    assert (added.id, added.rules, added.unit) == ("total.consistency", ("total.derived",), "row")
    assert added.upper_limit == 0.0


def test_what_is_dropped_is_gone() -> None:
    assert [c.id for c in merged(drop=["note.completeness"])] == ["amount.validity"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"ctqs": [{"upper_limit": 0.1}]}, "ctqs.0: neither id nor column and dimension"),
        ({"ctqs": [{"column": "a"}]}, "ctqs.0: neither id nor column and dimension"),
        ({"ctqs": [{"id": "total.validity"}]}, "ctqs.0: total.validity is not proposed"),
        ({"ctqs": [{"id": "total.taste", "rules": ["r"]}]}, "ctqs.0: total.taste is not proposed"),
        ({"ctqs": [{"id": "validity", "rules": ["r"]}]}, "ctqs.0: validity is not proposed"),
        ({"drop": ["note.validity"]}, "drop: there is no CTQ note.validity"),
        (
            {"ctqs": [{"id": "amount.validity", "lower_spec": 0.0, "upper_spec": 0.0}]},
            "ctqs.0: lower_spec 0",
        ),
    ],
)
def test_a_contradiction_is_refused_with_file_and_key(
    content: dict[str, object], told: str
) -> None:
    with pytest.raises(BadInputError) as refusal:
        merged(**content)

    assert str(FILE) in str(refusal.value)
    assert told in str(refusal.value)


def test_every_key_of_a_charter_ctq_reaches_the_ctq() -> None:
    told = set(CharterCtq.model_fields) - {"id"}

    assert told <= set(Ctq.__slots__)
