"""Scores, bands, modes, risks and contracts follow from the settings."""

import itertools

import pytest

from dmaic_assets.analysis.entropy.compound import compounds_of
from dmaic_assets.analysis.entropy.contracts import contract_verdicts
from dmaic_assets.analysis.entropy.resolutions import resolutions_of
from dmaic_assets.analysis.entropy.scores import (
    behaviours,
    composite,
    intents_of,
    layers_of,
    readiness,
    worst_counts,
)
from dmaic_assets.analysis.values.entropy import ColumnUncertainty, Reading
from dmaic_assets.errors import SettingsError
from dmaic_assets.settings.entropy import (
    LAYERS,
    USE_CASES,
    CompoundSettings,
    EntropySettings,
    LayerWeights,
)
from dmaic_assets.settings.project import load_settings

LIMITS = EntropySettings()


def reading(detector, layer, score):
    return Reading(detector, layer, score, f"{detector} is {score}")


def verdicts(score):
    readings = {"": (), "a": tuple(reading(f"d{n}", n, score) for n in LAYERS)}
    return {v.use: v for v in contract_verdicts(readings, (), LIMITS)}


def test_all_layers_together_are_weighted_and_stay_in_bounds():
    layers = {"structural": 0.2, "semantic": 0.4, "value": 0.6, "computational": 0.8}

    assert composite(layers, LayerWeights()) == pytest.approx(0.47)
    assert composite(dict.fromkeys(LAYERS, 1.0), LayerWeights()) == pytest.approx(1.0)
    assert composite({"value": 0.6}, LayerWeights()) == pytest.approx(0.6)


def test_one_bad_score_is_not_averaged_away():
    assert worst_counts([0.9, 0, 0, 0]) == pytest.approx(0.81)
    assert worst_counts([0.2, 0.2]) == pytest.approx(0.2)
    assert worst_counts([]) == 0.0


@pytest.mark.parametrize(
    ("score", "column", "said"),
    [
        (0.299, 0.0, "ready"),
        (0.3, 0.0, "investigate"),
        (0.599, 0.79, "investigate"),
        (0.6, 0.0, "blocked"),
        (0.1, 0.8, "blocked"),
    ],
)
def test_readiness_has_sharp_bounds(score, column, said):
    assert readiness(score, column, LIMITS) == said


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (0.1, ("answer", "answer", "answer")),
        (0.5, ("ask", "assume", "assume")),
        (0.7, ("refuse", "ask", "assume")),
        (0.9, ("refuse", "refuse", "ask")),
        (0.96, ("refuse", "refuse", "refuse")),
    ],
)
def test_what_may_be_answered_depends_on_the_mode(score, said):
    assert tuple(behaviours(score, LIMITS).values()) == said


@pytest.mark.parametrize("layer", LAYERS)
def test_adding_uncertainty_never_lowers_a_risk(layer):
    risks = [intents_of({layer: score}, LIMITS) for score in (0.0, 0.2, 0.5, 1.0)]

    for before, after in itertools.pairwise(risks):
        assert all(after[intent].score > before[intent].score for intent in before)


def test_a_risk_is_cut_at_one():
    full = intents_of(dict.fromkeys(LAYERS, 1.0), LIMITS)

    assert {(risk.score, risk.band) for risk in full.values()} == {(1.0, "high")}


def test_a_compound_risk_needs_both_sides():
    unit, adds = reading("unit", "semantic", 0.8), reading("additivity", "computational", 0.6)
    columns = {
        "both": ColumnUncertainty({}, 0, (unit, adds)),
        "one": ColumnUncertainty({}, 0, (unit,)),
    }

    (found,) = compounds_of(columns, (), CompoundSettings())

    assert (found.name, found.column, found.score) == ("units_aggregations", "both", 1.0)


def test_stricter_contracts_are_never_kinder():
    order = ["green", "yellow", "orange", "red"]
    for score in (0.05, 0.09, 0.15, 0.24, 0.34, 0.45, 0.55, 0.9):
        lights = [order.index(v.light) for v in verdicts(score).values()]
        assert lights == sorted(lights), score


def test_contracts_warn_near_a_limit_and_block_far_beyond_it():
    assert verdicts(0.09)["regulatory"].light == "yellow"
    assert verdicts(0.12)["regulatory"].light == "orange"
    assert verdicts(0.15)["regulatory"].light == "red"
    assert verdicts(0.3)["regulatory"].compliance == 0.0
    assert set(verdicts(0.3)) == set(USE_CASES)


def test_a_path_leads_to_the_contract_by_the_fewest_best_steps():
    readings = (reading("unit", "semantic", 0.8), reading("null_share", "value", 0.1))
    columns = {"a": ColumnUncertainty(layers_of(readings), 0.4, readings)}
    known = resolutions_of("t", columns, ())

    found = {v.use: v for v in contract_verdicts({"": (), "a": readings}, known, LIMITS)}

    assert found["data_science"].path == (
        "State the unit of t.a under analyses.columns in config/dmaic.yaml.",
    )
    assert found["data_science"].is_reachable
    assert found["exploratory"].path == ()


def test_weights_that_do_not_add_to_one_are_no_configuration(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "dmaic.yaml").write_text("project: shop\n")
    said = "entropy: {weights: {structural: 0.5}}\n"
    (tmp_path / "config" / "thresholds.yaml").write_text(said)

    with pytest.raises(SettingsError, match=r"entropy.weights.*add to 1.25"):
        load_settings(tmp_path, environment={})
