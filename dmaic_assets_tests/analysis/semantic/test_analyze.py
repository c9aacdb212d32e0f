"""Meaning of columns: what values tell beyond chance, what names add, what people say."""

import json
import random
from datetime import UTC, datetime

import polars as pl
import pytest

from dmaic_assets.analysis.semantic.analyze import analyze
from dmaic_assets.analysis.study import Outcome, Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.values.semantic import ColumnMeaning, SemanticValue
from dmaic_assets.settings.analyses import AnalysisSettings, ColumnOverride
from dmaic_assets.store.codec import from_json, to_json

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STATES = [
    *("AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN"),
    *("IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV"),
    *("NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN"),
    *("TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY"),
]
COUNTRIES = [
    *("DE", "FR", "IT", "ES", "PT", "NL", "BE", "PL", "CZ", "AT", "CH", "SE", "NO", "FI"),
    *("DK", "IE", "GR", "HU", "RO", "BG", "US", "CA", "MX", "BR", "JP", "CN"),
]


def outcome(name: str = "table", **columns: object) -> Outcome:
    table = table_of_frame(name, pl.DataFrame(columns, strict=False))
    return analyze(Study({name: table}, NOW))


def meaning(column: str, values: object, table: str = "table") -> ColumnMeaning:
    value = outcome(table, **{"first": range(len(list(values))), column: values}).value
    assert isinstance(value, SemanticValue)
    return value.columns[column]


def digits(count: int, length: int) -> list[int]:
    chosen = random.Random(1)
    return [chosen.randrange(10 ** (length - 1), 10**length) for _ in range(count)]


def test_two_letter_codes_of_states_are_no_countries() -> None:
    assert meaning("c", STATES * 3).semantic_type == "state"
    assert meaning("c", COUNTRIES * 3).semantic_type == "country"


def test_few_codes_are_told_by_the_name_only() -> None:
    assert meaning("c", ["DE", "FR"] * 20).semantic_type is None
    assert meaning("country", ["DE", "FR"] * 20).semantic_type == "country"


def test_random_numbers_are_no_identifiers_although_some_pass_the_check_digit() -> None:
    for length in (9, 11, 13, 16):
        assert meaning("c", digits(200, length)).semantic_type is None


def test_codes_of_two_groups_are_no_telephones_unless_named_so() -> None:
    codes = [f"{1000 + n}-{59000 + n}" for n in range(40)]

    assert meaning("c", codes).semantic_type is None
    assert meaning("phone", codes).semantic_type == "phone"


def test_a_bare_name_is_a_persons_where_the_values_are_like_it() -> None:
    first = ["Anna", "Ben", "Carla", "David", "Eva", "Frank", "Greta", "Hugo", "Ida", "Jonas"]
    last = ["Adler", "Busch", "Cramer", "Dorn", "Ebert", "Fuchs", "Graf", "Haas", "Imhof", "Jung"]
    pairs = [(first[n % 10], last[n // 10]) for n in range(100)]
    people = [f"{a}{'elotuv'[n % 6]} {b}{'enirst'[n % 6]}" for n, (a, b) in enumerate(pairs)]
    schools = [f"{name} School" for name in people]

    assert meaning("Name", people).semantic_type == "person_name"
    assert meaning("Name", schools).semantic_type is None


def test_levels_of_a_design_are_a_dimension_and_counts_a_measure() -> None:
    assert meaning("visit", [1, 2, 3, 4] * 20).role == "dimension"
    assert meaning("children", [0] * 40 + [1] * 20 + [2] * 15 + [3] * 5).role == "measure"


def test_countries_are_known_in_other_languages() -> None:
    german = ["Deutschland", "Frankreich", "Italien", "Spanien", "Österreich", "Schweiz", "Polen"]

    assert meaning("c", german * 3).semantic_type == "country"


def test_check_digits_that_all_pass_tell_a_card() -> None:
    from stdnum import luhn

    cards = [int(f"4{n}{luhn.calc_check_digit(f'4{n}')}") for n in digits(60, 14)]

    found = meaning("c", cards)
    assert (found.semantic_type, found.role, found.is_sensitive) == (
        "credit_card",
        "dimension",
        True,
    )


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("email", [f"person{n}@example.org" for n in range(30)]),
        ("url", [f"https://example.org/{n}" for n in range(30)]),
        ("ip_address", [f"10.0.{n}.7" for n in range(30)]),
        ("uuid", [f"{n:08x}-0000-4000-8000-000000000000" for n in range(30)]),
        ("currency", ["EUR", "USD", "GBP", "CHF", "JPY", "SEK", "NOK", "PLN"] * 4),
        ("weekday", ["Monday", "Tuesday", "Sunday"] * 9),
        ("color", [f"#{n:06x}" for n in range(30)]),
        ("json", [f'{{"a": {n}}}' for n in range(30)]),
        ("phone", [f"+49 30 90182{n:03d}" for n in range(30)]),
    ],
)
def test_values_tell_without_a_name(kind: str, values: list[str]) -> None:
    assert meaning("c", values).semantic_type == kind


def test_a_name_that_the_values_refute_is_told_and_not_believed() -> None:
    found = outcome(email=[f"call {n} times" for n in range(30)])

    assert [f.metric for f in found.findings] == ["name_denied"]


def test_values_that_are_none_are_counted_and_never_shown() -> None:
    mails = [f"person{n}@example.org" for n in range(99)]
    found = outcome(email=[*mails, "nobody at all"])

    failing = next(f for f in found.findings if f.metric == "failing_values")
    assert failing.value == 1
    assert failing.text == "1 of 100 distinct values of table.email are no email."
    written = json.dumps(to_json(found.value)) + str(found.findings)
    assert "nobody at all" not in written
    assert "person7" not in written


def test_roles_of_one_table() -> None:
    rows = 60
    value = outcome(
        "orders",
        order_id=range(rows),
        customer_id=[n % 7 for n in range(rows)],
        amount_eur=[n * 1.25 for n in range(rows)],
        status=["open", "paid"] * 30,
        is_paid=[0, 1] * 30,
        ordered_on=[datetime(2026, 1, 1 + n % 28) for n in range(rows)],
        note=[f"a longer remark of somebody about order {n}" for n in range(rows)],
    ).value
    assert isinstance(value, SemanticValue)

    roles = {name: column.role for name, column in value.columns.items()}
    assert roles == {
        "order_id": "key",
        "customer_id": "foreign_key",
        "amount_eur": "measure",
        "status": "dimension",
        "is_paid": "dimension",
        "ordered_on": "timestamp",
        "note": "text",
    }
    amount = value.columns["amount_eur"]
    assert (amount.unit, amount.behaviour, amount.semantic_type) == ("EUR", "additive", "money")
    assert value.columns["customer_id"].entity == "customer"
    assert value.entity == "order"


def test_what_a_person_says_wins() -> None:
    table = table_of_frame("t", pl.DataFrame({"a": [1, 2, 2]}))
    said = ColumnOverride(role="dimension", semantic_type="country", unit="kg", is_sensitive=True)
    settings = AnalysisSettings(columns={"t.a": said})

    value = analyze(Study({"t": table}, NOW, settings)).value
    assert isinstance(value, SemanticValue)
    found = value.columns["a"]
    assert (found.role, found.semantic_type, found.unit) == ("dimension", "country", "kg")
    assert found.is_sensitive
    assert found.confidence == 1.0


def test_the_value_outlives_writing_and_says_the_same_again() -> None:
    columns = {"country": COUNTRIES, "n": range(len(COUNTRIES))}
    first, again = outcome(**columns).value, outcome(**columns).value

    assert first == again
    assert from_json(SemanticValue, to_json(first)) == first


def test_a_table_without_rows_has_roles_and_no_types() -> None:
    value = outcome(a=pl.Series([], dtype=pl.String), b=pl.Series([], dtype=pl.Int64)).value
    assert isinstance(value, SemanticValue)

    assert [m.semantic_type for m in value.columns.values()] == [None, None]


def test_initials_and_surnames_are_persons_and_sensitive() -> None:
    surnames = ("Lopez", "Meyer", "van Dyk", "O'Neill", "Ruiz", "Smith-Ode", "Çelik")
    names = [f"{a}. {surname}" for a in "AKLMRÖ" for surname in surnames]

    found = meaning("handled_by", names * 5)

    assert (found.semantic_type, found.is_sensitive) == ("person_name", True)
    damaged = ["K. Lopez", "G. Haas", "M. Novak"] * 30 + ["TBD", "?", "unknown", "#N/A", "klopez"]
    assert meaning("handled_by", damaged).is_sensitive
    streets = [f"{a}. {s}" for a in "NSEW" for s in ("Main", "Oak", "Elm", "Pine")]
    assert meaning("c", streets * 5).semantic_type is None
    assert not meaning("c", streets * 5).is_sensitive
    assert (
        meaning("c", ["E. coli", "B. subtilis", "S. aureus", "H. pylori"] * 9).semantic_type is None
    )


def test_an_identifier_of_an_amount_is_no_amount() -> None:
    for name in ("payment_id", "id_payment", "invoice_total_key"):
        assert meaning(name, range(500, 900)).semantic_type is None
    assert meaning("payment", [n / 7 for n in range(400)]).semantic_type == "money"


def test_a_firm_without_its_legal_form_is_no_failing_value() -> None:
    firms = [f"{name} {form}" for name in ("Borr", "Delta", "Envoy") for form in ("Inc.", "LLC")]
    named = [f"{chr(65 + n)}lpine {firm}" for n in range(9) for firm in firms]
    found = meaning("company", [*named, "Virgin America", "United", "Hawaiian", "Endeavor Lines"])

    assert found.semantic_type == "company_name"
    assert found.failing == 0


@pytest.mark.parametrize(
    ("column", "values", "is_hidden"),
    [
        ("desk", ["Anna Ruiz", "Ben Osei", "Carla Meyer", "Dan Novak"], True),
        ("entered_by", ["Carla Meyer", "Dan Novak", "Anna Meyer"], True),
        ("desk", ["Anna Ruiz", "unknown", "Ben Osei", "Carla Meyer"], True),
        ("paid", ["Credit Card", "Bank Transfer", "Gift Card"], False),
        ("market", ["North America", "South America", "Latin America"], False),
        ("branch", ["Anna Ruiz", "Ben Osei", "Carla Meyer"], False),
        ("desk", ["open", "paid", "sent"], False),
    ],
)
def test_a_few_full_names_are_sensitive_and_categories_are_not(
    column: str, values: list[str], is_hidden: bool
) -> None:
    found = meaning(column, values * 40)

    assert found.semantic_type is None
    assert found.is_sensitive is is_hidden
    said = [e.text for e in found.evidence if "names of persons" in e.text]
    assert bool(said) is is_hidden
