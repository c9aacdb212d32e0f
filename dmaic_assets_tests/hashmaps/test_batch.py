"""A file of jobs is read whole or refused by name; a report stands each job beside the best."""

import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.hashmaps.trial.batch import Done, Job, html_of, markdown_of, read_jobs, rows_of
from dmaic_assets.hashmaps.trial.play import Played


def done(name, ns, digest="a"):
    played = Played(100, "swiss", int(100 * ns), 0, 0, {}, (), 10, 300)
    return Done(Job(name, "w.csv"), played, "a <workload>", digest)


GOLDEN = """\
# night

| job | index | ns/op | above best | p50 ns | p99 ns | bytes/key | migrations |
|---|---|---:|---:|---:|---:|---:|---:|
| one | swiss | 20.0 | best |  |  | 30.0 | 0 |
| a\\|b | swiss | 25.0 | +25.0% |  |  | 30.0 | 0 |
| other | swiss | 40.0 | best |  |  | 30.0 | 0 |

- one: a <workload>
- a|b: a <workload>
- other: a <workload>
"""


def test_the_report_is_this():
    """Only jobs of one workload are compared."""
    made = [done("one", 20), done("a|b", 25), done("other", 40, "b")]
    assert markdown_of(made, "night") == GOLDEN
    assert [row[3] for row in rows_of(made)] == ["best", "+25.0%", "best"]
    page = html_of(made, "a & b")
    assert "<title>a &amp; b</title>" in page
    assert "a &lt;workload&gt;" in page
    assert page.count("<tr>") == 4


def test_jobs_are_read(tmp_path):
    path = tmp_path / "jobs.toml"
    path.write_text(
        '[[jobs]]\nname = "one"\nworkload = "w.csv"\nkind = "linear"\n'
        '[[jobs]]\nname = "two"\nworkload = "orders.csv"\ncolumn = "id"\nuse = "dedupe"\n'
    )
    assert read_jobs(path) == (
        Job("one", "w.csv", "linear"),
        Job("two", "orders.csv", "adaptive", "id", "dedupe"),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no list of jobs"),
        ("jobs = 3", "no list of jobs"),
        ("[[jobs]]\nname = 'a'", "job 1"),
        ("[[jobs]]\nname = 'a'\nworkload = 3", "workload is no text"),
        ("[[jobs]]\nname = 'a'\nworkload = 'w'\nkin = 'x'", "no key 'kin'"),
        ("[[jobs]]\nname = 'a'\nworkload = 'w'\nkind = 'tree'", "no kind 'tree'"),
        ("[[jobs]]\nname = 'a'\nworkload = 'w'\n" * 2, "two jobs alike"),
        ("[[jobs", "cannot be read"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, said):
    path = tmp_path / "jobs.toml"
    path.write_text(text)
    with pytest.raises(BadInputError, match=said):
        read_jobs(path)
