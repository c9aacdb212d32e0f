"""A rule from one file that the files after it contradict loses its say, and says why."""

from dmaic_assets.rules.yaml.file import load_rules
from dmaic_assets.store.ledger.record.verdicts import latest_verdicts
from dmaic_assets_tests.work.conftest import Project, csv_of

FORMULAS = {"total+amount+tax.derived", "amount+total+tax.derived", "tax+total+amount.derived"}


def day_of(day: int) -> str:
    """On the first day nobody had a discount; from then on three rows of a hundred have one."""

    def amount(row: int) -> int:
        return 10 + (row * 37 + day) % 100

    def tax(row: int) -> int:
        return 3 + (row * 17 + day) % 20

    def total(row: int) -> int:
        return amount(row) + tax(row) - (day > 0 and row % 40 == 7)

    return csv_of(1000 * day, amount=amount, tax=tax, total=total)


def test_a_formula_of_the_first_day_gives_in_to_three_days_that_break_it(project: Project) -> None:
    for day in range(6):
        project.drop(f"{day}.csv", day_of(day))
        project.run()

    came = project.arrivals()
    verdicts = latest_verdicts(project.platform.ledger, "orders", [a.sha256 for a in came.values()])
    said = verdicts[came["4.csv"].sha256].verdict
    rules = load_rules(project.platform.settings.paths.rules / "orders.yaml")

    decided = [came[f"{day}.csv"].disposition for day in range(6)]
    assert decided == ["accepted", *["quarantine"] * 3, "accepted", "accepted"]
    assert {(v.rule, v.severity, v.rows_failed) for v in said.violations} == {
        (name, "low", 3) for name in FORMULAS
    }
    # The rows of the fifth day are history, so that nothing is learnt from them that they break.
    assert not FORMULAS & {rule.id for rule in rules.rules}
