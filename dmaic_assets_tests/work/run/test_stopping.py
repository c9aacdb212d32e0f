"""A run that stops at the first file that is held or fails leaves the others to the next run."""

from collections import Counter

from dmaic_assets.errors import BadInputError
from dmaic_assets.store.ledger.record.runs import get_run
from dmaic_assets.store.ledger.tasks.tasks import tasks_of_run
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import RunResult, open_run, work_run
from dmaic_assets.work.run.failed_files import refusal_of_files
from dmaic_assets.work.run.stopping import left_words
from dmaic_assets_tests.work.conftest import Project, csv_of

BLANK = " \n \n"


def opened(project: Project) -> str:
    return open_run(project.platform, project.plan(), RunRequest())


def worked(project: Project, run_id: str, *, workers: int = 1) -> RunResult:
    return work_run(project.platform, run_id, workers=workers, fail_fast=True)


def decisions(result: RunResult) -> Counter[str]:
    return Counter(v.decision for cell in result.cells for v in cell.verdicts)


def drop_four(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.drop("b.csv", BLANK)
    project.drop("c.csv", csv_of(1000))
    project.drop("d.csv", csv_of(2000), source="returns")


def test_nothing_is_begun_after_a_file_that_is_held(project: Project) -> None:
    drop_four(project)

    result = worked(project, run_id := opened(project))

    assert decisions(result) == {"accept": 1, "reject": 1}
    assert result.left == ("orders/c.csv", "returns/d.csv")
    assert (result.errors, result.removed) == ((), ())
    assert [cell.cell.source for cell in result.cells] == ["orders"]
    assert get_run(project.platform.ledger, run_id).status == "interrupted"
    assert refusal_of_files(project.platform, run_id) is None
    left = [t for t in tasks_of_run(project.platform.ledger, run_id) if t.state == "FAILED"]
    assert [t.error["detail"] for t in left] == [  # type: ignore[index, call-overload]
        "not begun: the run stopped at orders/b.csv"
    ] * 2


def test_the_next_run_does_what_was_left_and_stops_no_more(project: Project) -> None:
    drop_four(project)
    worked(project, opened(project))
    project.drop("e.csv", f"{BLANK}\t")

    result = project.run()

    assert result is not None
    assert decisions(result) == {"accept": 2, "reject": 1}
    assert result.left == ()
    assert project.accepted_ids() == [*range(100), *range(1000, 1100)]
    assert project.accepted_ids("returns") == list(range(2000, 2100))
    assert project.plan().is_empty


def test_a_file_that_cannot_be_worked_on_stops_a_run_too(project: Project) -> None:
    gone = project.drop("a.csv", csv_of(0))
    project.drop("b.csv", csv_of(1000))
    run_id = opened(project)
    gone.unlink()

    result = worked(project, run_id)

    assert [name for name, _ in result.errors] == ["a.csv"]
    assert result.left == ("orders/b.csv",)
    assert get_run(project.platform.ledger, run_id).status == "failed"
    refusal = refusal_of_files(project.platform, run_id)
    assert isinstance(refusal, BadInputError)
    assert "more file" not in str(refusal)


def test_a_run_without_such_a_file_leaves_nothing(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.drop("b.csv", csv_of(1000))

    result = worked(project, opened(project), workers=2)

    assert decisions(result) == {"accept": 2}
    assert result.left == ()


def test_a_message_names_the_first_files_and_counts_the_rest() -> None:
    assert left_words(("s/a",)) == "1 file not begun: s/a"
    assert left_words(tuple("abcdef")) == "6 files not begun: a, b, c, d and 2 more"
