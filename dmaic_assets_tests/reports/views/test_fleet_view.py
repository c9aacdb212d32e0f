"""The fleet: in which quadrant a CTQ is, and what comes first."""

from dataclasses import replace

from dmaic_assets.phase_values.control import ChartCourse
from dmaic_assets.phase_values.measure import CtqFigures, MeasuredCtq
from dmaic_assets.reports.facts import SourceFacts
from dmaic_assets.reports.views.fleet import FleetCtq, fleet_view, read_fleet
from dmaic_assets_tests.reports.facts_of_two import orders
from dmaic_assets_tests.work.conftest import Project


def figures(share: float, *, upper: float | None = None, ppk: float | None = None) -> CtqFigures:
    return CtqFigures(
        defects=round(share * 1000),
        opportunities=1000,
        dpmo=share * 1e6,
        dpmo_lower=None,
        dpmo_upper=None,
        z_long_term=None,
        sigma_level=None,
        sigma_lower=None,
        sigma_upper=None,
        unit="row",
        is_critical=False,
        share=share,
        share_lower=None,
        share_upper=upper,
        upper_limit=0.1,
        ppk_equivalent=ppk,
    )


def course(shares: tuple[float, ...], *, signals: tuple[int, ...] = ()) -> ChartCourse:
    n = len(shares)
    return ChartCourse(
        ctq="c",
        chart="limit",
        reason="",
        files=("f",) * n,
        points=n,
        baseline=0,
        shares=shares,
        units=(100_000,) * n,
        limits=(1.0,) * n,
        signals=signals,
        state="signals" if signals else "in control",
    )


def ctq_of(found: CtqFigures | None, chart: ChartCourse | None) -> FleetCtq:
    """The one CTQ of a source that has these figures and this chart."""
    facts = orders()
    measure, control = facts.values["measure"], facts.values["control"]
    measured = MeasuredCtq("c", 1000, round(1000 * found.share) if found else 0, True, found)
    values = {
        "measure": replace(measure, ctqs=(measured,), capability=()),
        "control": replace(control, charts=(chart,) if chart else ()),
    }
    (ctq,) = fleet_view([SourceFacts("s", values)]).ctqs
    return ctq


STEADY = course((0.001, 0.0012) * 6)
JUMPED = course((0.001,) * 6 + (0.004,) * 6)


def test_each_quadrant_has_its_ctqs() -> None:
    assert ctq_of(figures(0.001, ppk=1.5), STEADY).quadrant == "stable and capable"
    assert ctq_of(figures(0.001, ppk=1.0), STEADY).quadrant == "not capable"
    assert ctq_of(figures(0.001, ppk=1.5), JUMPED).quadrant == "unstable"
    assert ctq_of(figures(0.001, ppk=1.0), JUMPED).quadrant == "unstable and not capable"
    assert ctq_of(None, STEADY).quadrant == "not measured"


def test_a_signal_of_its_chart_makes_a_ctq_unstable_whatever_the_index() -> None:
    ctq = ctq_of(figures(0.001, ppk=1.5), replace(STEADY, signals=(3,)))

    assert ctq.quadrant == "unstable"
    assert ctq.out_of_control == 1 / 12


def test_without_a_defect_the_lower_bound_tells_and_few_units_tell_nothing() -> None:
    none = course((0.0,) * 12)

    few, many = (ctq_of(figures(0.0, upper=u), none) for u in (0.0013499, 1e-6))
    assert few.is_bound
    assert few.ppk is not None
    assert abs(few.ppk - 1.0) < 1e-4
    assert few.quadrant == "too few to tell"
    assert many.quadrant == "stable and capable"


def test_where_every_unit_is_defective_there_is_no_doubt() -> None:
    assert ctq_of(figures(1.0), None).quadrant == "not capable"


def test_what_asks_most_comes_first() -> None:
    view = fleet_view([orders()])
    order = [q for q, _ in view.counts]
    places = [order.index(c.quadrant) for c in view.ctqs]

    assert places == sorted(places)
    assert sum(n for _, n in view.counts) == len(view.ctqs)


def test_the_newest_phases_of_every_source_are_read(hostile: Project) -> None:
    view = read_fleet(hostile.platform)

    assert "people" in view.sources
    assert {"amount.validity"} <= {c.ctq for c in view.ctqs if c.source == "people"}
