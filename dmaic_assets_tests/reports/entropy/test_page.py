import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.reports.entropy.page import entropy_page, entropy_table_page
from dmaic_assets.reports.page.links import NoLinks, ServedLinks
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets.reports.views.entropy import EntropyView, read_entropy
from dmaic_assets_tests.web.shown_project import keep_uncertainty, uncertainty
from dmaic_assets_tests.work.conftest import csv_of

LINKS = ServedLinks()
LIBRARY = Library("/artifacts/assets/")
VIEW = EntropyView("20260101T000000Z__abc1234", uncertainty())


def test_tables_lead_to_their_pages_and_tell_what_they_are_fit_for():
    page = entropy_page(VIEW, LINKS, LIBRARY)

    assert '<a href="/entropy/orders">orders</a>' in page
    assert page.count("ruled out") == 6
    assert "Fill it." in page
    assert "no second file" in page
    assert 'href="/runs/20260101T000000Z__abc1234"' in page


def test_columns_tell_why_they_are_unsure_and_data_is_no_markup():
    page = entropy_table_page(VIEW, "orders", LINKS, LIBRARY)

    assert "many values are missing (0.70)" in page
    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt;" in page
    assert "overall 0.60, at most 0.5" in page
    assert page.index("amount") < page.index("&lt;img src=x&gt;"), "the least certain comes first"


def test_a_table_that_nobody_studied_is_refused_with_a_near_name():
    with pytest.raises(BadInputError, match="did you mean orders"):
        entropy_table_page(VIEW, "order", LINKS, LIBRARY)


def test_before_anything_was_studied_the_page_says_what_to_do():
    page = entropy_page(EntropyView(None, None), NoLinks(), Library())

    assert "dmaic analyze" in page
    assert "<table" not in page


def test_the_newest_outcome_is_read(project):
    assert read_entropy(project.platform) == EntropyView(None, None)
    project.drop("1.csv", csv_of(0))
    project.run()
    keep_uncertainty(project)

    view = read_entropy(project.platform)

    assert view.value == uncertainty()
    assert view.table("orders").readiness == "investigate"
