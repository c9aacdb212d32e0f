"""Rule files: round trip, stable bytes, and mistakes told with their place."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import ColumnType, Rule, RuleSet
from dmaic_assets.rules.yaml.file import format_rules, load_rules, parse_rules, save_rules
from dmaic_assets.rules.yaml.text import Document, inline

AWKWARD_TEXT = st.one_of(
    st.sampled_from(
        ["", "NO", "yes", "null", "~", "2020-01-01", "12:30", "007", "1e5", "-", "a: b", "a #b",
         "{", "[x]", "'", '"', "\\", "\n", "\x00", "\x85", "\u2028", "\ufeff", "é", "🙂", " a ",
         "*", "&a", "!x", "%", "@", "<<", "=", ".inf", "0x1F", "1_000", "y", "key with spaces"]
    ),
    st.text(max_size=12),
)  # fmt: skip
JSON_VALUE = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        AWKWARD_TEXT,
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(AWKWARD_TEXT, inner, max_size=4)
    ),
    max_leaves=8,
)
RULES = st.builds(
    Rule,
    id=AWKWARD_TEXT.filter(bool),
    kind=st.just("in_set"),
    columns=st.tuples(AWKWARD_TEXT),
    severity=st.sampled_from(["critical", "high", "medium", "low"]),
    origin=st.sampled_from(["learnt", "hand", "override"]),
    parameters=st.fixed_dictionaries({"values": st.lists(JSON_VALUE, max_size=4)}),
    tolerance=st.one_of(st.none(), st.floats(0, 1)),
    evidence=st.dictionaries(AWKWARD_TEXT, JSON_VALUE, max_size=3),
    is_enabled=st.booleans(),
    description=AWKWARD_TEXT,
)
TYPES = st.builds(
    ColumnType,
    column=AWKWARD_TEXT,
    type=st.sampled_from(["integer", "date", "text"]),
    physical=AWKWARD_TEXT,
    pattern=AWKWARD_TEXT,
    decided_by=st.sampled_from(["override", "expected", "automatic"]),
    confidence=st.floats(0, 1),
    reason=AWKWARD_TEXT,
    format=st.one_of(st.none(), AWKWARD_TEXT.filter(bool)),
    unit=st.one_of(st.none(), AWKWARD_TEXT.filter(bool)),
    is_ambiguous=st.booleans(),
    null_tokens=st.lists(AWKWARD_TEXT, max_size=3).map(tuple),
)
RULE_SETS = st.builds(
    RuleSet,
    source=AWKWARD_TEXT,
    rules=st.lists(RULES, max_size=4, unique_by=lambda rule: rule.id).map(tuple),
    types=st.lists(TYPES, max_size=3).map(tuple),
    baseline=st.lists(AWKWARD_TEXT, max_size=3).map(tuple),
    notes=st.lists(AWKWARD_TEXT, max_size=2).map(tuple),
)


def parsed(text: str) -> RuleSet:
    return parse_rules(text, subject="orders.yaml", source="orders")


@given(RULE_SETS)
@settings(max_examples=50, deadline=None)
def test_a_rule_set_survives_the_file(rule_set: RuleSet) -> None:
    assert parsed(format_rules(rule_set)) == rule_set


@given(JSON_VALUE)
@settings(max_examples=50, deadline=None)
def test_a_value_is_read_back_as_it_was_written(value: object) -> None:
    read = Document(f"key: {inline(value)}", "text").value["key"]  # pyright: ignore[reportArgumentType]

    assert repr(read) == repr(value)


def test_equal_rule_sets_give_equal_bytes_whatever_the_key_order() -> None:
    first = Rule(
        "r", "range", ("a",), "low", "hand", {"min": 1, "max": 2}, evidence={"b": 1, "a": 2}
    )
    second = Rule(
        "r", "range", ("a",), "low", "hand", {"max": 2, "min": 1}, evidence={"a": 2, "b": 1}
    )

    assert format_rules(RuleSet("s", (first,))) == format_rules(RuleSet("s", (second,)))


def test_a_file_reads_like_this() -> None:
    rules = (
        Rule("price.range", "range", ("price",), "medium", "learnt", {"max": 9.5, "min": 0},
             tolerance=0.01, evidence={"files": 30}),
        Rule("origin.in_set", "in_set", ("origin",), "high", "hand", {"values": ["JFK", "NO"]},
             is_enabled=False, description="Airports near New York"),
    )  # fmt: skip

    text = format_rules(RuleSet("orders", rules, baseline=("ab12",)))

    assert text.startswith("# Rules of the source orders.")
    assert text.endswith(
        """\
source: orders
baseline:
  - ab12
rules:

  - id: price.range
    kind: range
    columns: [price]
    parameters: {min: 0, max: 9.5}
    severity: medium
    tolerance: 0.01
    origin: learnt
    enabled: true
    evidence: {files: 30}

  - id: origin.in_set
    kind: in_set
    columns: [origin]
    parameters: {values: [JFK, "NO"]}
    severity: high
    origin: hand
    enabled: false
    description: Airports near New York
"""
    )


def test_saving_the_same_set_again_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "orders.yaml"
    rule_set = RuleSet("orders", (Rule("a", "not_null", ("a",), "low", "hand"),))
    save_rules(rule_set, path)
    before = path.stat()

    save_rules(load_rules(path), path)

    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert [p.name for p in tmp_path.iterdir()] == ["orders.yaml"]


def test_a_hand_written_file_may_be_short() -> None:
    (rule,) = parsed(
        "rules:\n- {kind: in_set, columns: country, parameters: {values: [NO, SE]}}"
    ).rules

    assert rule == Rule(
        "country.in_set", "in_set", ("country",), "medium", "hand", {"values": ["NO", "SE"]}
    )


@pytest.mark.parametrize("text", ["", "# only a comment\n", "rules:\n", "rules: []\n"])
def test_a_file_without_rules_is_an_empty_rule_set(text: str) -> None:
    assert parsed(text) == RuleSet("orders", ())


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("2013-01-01", "2013-01-01"),
        ("12:30", "12:30"),
        ("007", "007"),
        ("NO", "NO"),
        ("on", "on"),
        ("1e3", 1000.0),
        ("-1.5", -1.5),
        ("0", 0),
        ("True", True),
        ("~", None),
        ("", None),
    ],
)
def test_a_scalar_means_what_it_looks_like(line: str, value: object) -> None:
    assert Document(f"key: {line}", "text").value["key"] == value


RULE = "rules:\n- id: x\n  kind: range\n  columns: [price]\n"


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        ("rules: [", "orders.yaml, line 2: not YAML", "Correct the line"),
        ("- 1", "line 1: is not a mapping", "key: value"),
        ("rulez: []", "line 1: key rulez is unknown", "known: source"),
        ("rules: {a: 1}", "line 1: key rules is not a list", "- "),
        ("rules:\n- 5", "line 2: is not a mapping", "key: value"),
        ("rules:\n- id: x", "line 2: key kind is missing", "Give kind."),
        ("rules:\n- id: x\n  kind: rnge", "line 3: rule x: kind rnge is unknown", "Use one of:"),
        (RULE, "line 2: rule x: neither min nor max is given", "Give min, max or both."),
        (RULE + "  parameters: {min: 5, max: 1}", "line 5: rule x: min 5 is above max 1", "Exch"),
        (RULE + "  parameters: {mn: 5}", "line 5: rule x: parameter mn is unknown", "min, max"),
        (RULE + "  parameters: {min: true}", "parameter min: True is not int", "Correct min."),
        (RULE + "  parameters: [1]", "line 5: rule x: key parameters is not a mapping", "{key"),
        (RULE + "  severity: bad", "line 5: rule x: key severity: bad is none of", "severity"),
        (RULE + "  tolerance: 5", "line 5: rule x: key tolerance: 5 is not a share", "tolerance"),
        (RULE + "  enabled: 1", "key enabled: 1 is not true or false", "enabled"),
        (RULE + "  kind: x", "line 5: key kind stands twice", "Keep one"),
        (RULE + "  colour: red", "line 5: key colour is unknown", "known: id, kind"),
        ("rules:\n- {id: 5, kind: not_null, columns: [a]}", "key id: 5 is not text", "quotes"),
        ("rules:\n- {kind: not_null, columns: [1]}", "columns is not a list of texts", "quotes"),
        (
            "rules:\n- {id: a, kind: not_null, columns: a}\n- {id: a, kind: unique, columns: a}",
            "line 3: rule a: the id stands twice",
            "own id",
        ),
        ("rules:\n- {kind: not_null, columns: [a, b]}", "2 given, not_null takes 1", "columns"),
        (
            "rules:\n- {kind: shape, columns: [a], parameters: {pattern: '(?=x)'}}",
            "not a regular expression that Polars knows",
            "pattern",
        ),
        (
            "rules:\n- {kind: expression, parameters: {sql: 'a >'}}",
            "rule file.expression: parameter sql",
            "Write one SQL condition",
        ),
        ("types:\n- {column: a, type: int}", "type of a: key type: int is none of", "Correct"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_fix(text: str, message: str, fix: str) -> None:
    with pytest.raises(BadInputError) as caught:
        parsed(text)

    assert message in str(caught.value)
    assert fix in caught.value.fix


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"nothere\.yaml: cannot be read"):
        load_rules(tmp_path / "nothere.yaml")


def test_an_infinite_number_is_refused_in_writing() -> None:
    rule = Rule("r", "range", ("a",), "low", "hand", {"max": float("inf")})

    with pytest.raises(BadInputError, match="not a finite number"):
        format_rules(RuleSet("s", (rule,)))
