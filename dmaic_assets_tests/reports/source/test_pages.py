"""The pages of a source and of a file: what they show, and what never acts as markup."""

import re
from dataclasses import replace

import pytest

from dmaic_assets.model import Histogram
from dmaic_assets.reports.page.links import FileLinks, NoLinks, ServedLinks, file_file, source_file
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.source.columns_part import profile_note
from dmaic_assets.reports.source.file_page import file_page
from dmaic_assets.reports.source.held_part import group_lines
from dmaic_assets.reports.source.page import source_page
from dmaic_assets.reports.source.sparks import bars_spark, course_spark, histogram_spark
from dmaic_assets.reports.views.source.file import find_file, read_file
from dmaic_assets.reports.views.source.files import RuleGroup
from dmaic_assets.reports.views.source.view import SourceView, read_source
from dmaic_assets.work.assets.names import HASHMAP_PAGE
from dmaic_assets_tests.reports.dmaic.test_page import Balance
from dmaic_assets_tests.reports.hostile import FORMULA, HELD, SPLIT
from dmaic_assets_tests.reports.source.wide import wide
from dmaic_assets_tests.work.conftest import Project

SERVED = Library("/artifacts/assets/")
# Elements that have no end, or are drawn.
EMPTY = frozenset({"meta", "link", "br"})


@pytest.fixture(scope="module")
def people(hostile: Project) -> SourceView:
    return read_source(hostile.platform, "people")


def page_of(view: SourceView) -> str:
    return source_page(view, ServedLinks(), SERVED)


def file_of(hostile: Project, name: str, **asked: object) -> str:
    view = read_file(hostile.platform, *find_file(hostile.platform, name), **asked)
    return file_page(view, ServedLinks(), SERVED)


def assert_sound(page: str) -> None:
    """No element is closed out of order, no id stands twice, nothing of the data is a tag."""
    balance = Balance()
    balance.feed(page)
    assert balance.wrong == []
    assert len(set(balance.ids)) == len(balance.ids)
    own = re.sub(r"<script[^>]*>.*?</script>", "", page, flags=re.DOTALL)
    assert "<script" not in own
    assert "<b>south" not in page
    assert "<i>" not in page
    assert "<b>Who</b>" not in page


def test_what_else_was_made_of_a_source_is_linked(people: SourceView) -> None:
    measured = replace(people, made=("entropy", HASHMAP_PAGE))

    assert "/sources/people/laboratory" in page_of(measured)
    assert "/entropy/people" in page_of(measured)
    assert "/sources/people/laboratory" not in page_of(people)


def test_the_page_of_a_source_is_sound_and_answers_every_question(people: SourceView) -> None:
    page = page_of(people)

    assert_sound(page)
    for question in (
        "What is held, and why?",
        "How did its files fare?",
        "What is in it?",
        "Which rules judge it?",
        "How good is it, and does it stay so?",
        "Where does it come from, and where does it go?",
    ):
        assert f"<h2>{question}</h2>" in page
    assert "dmaic gate release &#39;people/held &amp; 7.csv&#39;" in page
    assert "Kim &lt;kim@example.com&gt;" in page
    assert "@example.com" not in page.replace("kim@example.com", "")
    assert "amount (kept back)" in page
    assert "new in the newest file" not in page


def test_served_questions_are_addresses_and_files_have_none(people: SourceView) -> None:
    served = page_of(people)
    at = source_file("people")
    files = {at, *(file_file("people", f.line.sha256) for f in people.held.files)}
    written = source_page(people, FileLinks(at, files), SERVED)

    assert 'href="/sources/people?rule=amount.type#held"' in served
    assert "?rule=" not in written
    for held in people.held.files:
        assert f'href="../{file_file("people", held.line.sha256)}"' in written
        assert f'href="/sources/people/files/{held.line.key}"' in served


def test_a_source_without_a_file_says_what_to_do(hostile: Project) -> None:
    page = page_of(read_source(hostile.platform, "declared"))

    assert "No file of this source has been judged yet." in page
    assert "dmaic run-all" in page


def test_the_page_is_bounded_for_a_thousand_files_and_two_hundred_columns(
    people: SourceView,
) -> None:
    page = page_of(wide(people))

    assert len(page) < 1_200_000
    assert "1,200 more rules: dmaic rules list people." in page
    assert "180 more" in page
    assert "800 older files are counted above and not listed." in page


def test_the_report_of_a_file_has_rows_pages_and_the_way_to_each_rule(hostile: Project) -> None:
    page = file_of(hostile, HELD, page=2)

    assert_sound(page)
    assert "Page 2 of 4" in page
    assert "?page=3#rows" in page
    assert "?rule=salary.unique#rows" in page
    assert "Values are kept back of columns that tell of persons" in page
    assert "@example.com" not in page.replace("kim@example.com", "")


def test_the_rows_of_a_split_file_stand_as_they_came_and_do_nothing(hostile: Project) -> None:
    page = file_of(hostile, SPLIT)

    assert_sound(page)
    assert FORMULA.replace("'", "&#39;") in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_report_that_is_sent_stands_alone(hostile: Project) -> None:
    view = read_file(hostile.platform, *find_file(hostile.platform, SPLIT))

    page = file_page(view, NoLinks(), Library())

    assert not re.findall(r"https?://|<script src|<a href=\"(?!#)", page)
    assert "Content-Security-Policy" in page
    assert len(page) < 120_000


def test_without_rows_the_report_has_the_examples(hostile: Project) -> None:
    page = file_of(hostile, HELD, rule=None)

    assert "The CSV has the failing rows:" in page
    assert "dmaic report file &#39;people/held &amp; 7.csv&#39; --csv rows.csv" in page
    assert "Examples of each rule" in page


def test_pictures_in_cells_say_what_they_show() -> None:
    shown = histogram_spark(Histogram((0.0, 1.0, 2.0), (3, 0)))
    assert "distribution from 0 to 2" in shown
    assert shown.count("M") == 1
    assert "50.0 % of the rows" in bars_spark([5, 2], 10)
    course = course_spark([0.0, None, 0.2, 0.1])
    assert "missing in 0.0 % to 20.0 % over 3 files" in course
    assert course.count("M") == 2
    assert [histogram_spark(None), bars_spark([], 5), course_spark([0.1])] == ["–"] * 3


def test_a_rule_sets_no_row_apart_of_a_file_that_another_rule_holds() -> None:
    held = RuleGroup("a.in_set", "high", 1, 1, 0, 9, "a is x", (), ("1",))
    fails = RuleGroup("b.range", "high", 2, 0, 0, 3, "b is small", (), ("1", "2"))
    apart = replace(fails, rule="c.range", split=1, keys=("2",))

    words = [(line.word, line.tone) for line in group_lines([held, fails, apart], None)]

    assert words == [("held", "bad"), ("fails too", "quiet"), ("split", "warn")]


def test_what_is_new_is_told_of_the_newest_file_by_its_name(people: SourceView) -> None:
    assert people.profile is not None
    shown = people.profile.file

    late = profile_note(replace(people.profile, compared=(shown, "late.csv")))
    assert late.endswith("at the right: late.csv, of which no row is in the warehouse.")
    same = profile_note(replace(people.profile, compared=("early.csv", shown)))
    assert same.endswith("the newest at the right.")
