"""The laboratory's page tells what was measured, names no key, and asks nobody for anything."""

import re

import numpy as np

from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.view.probe import searches_for
from dmaic_assets.reports.hashmap.page import hashmap_page
from dmaic_assets.reports.hashmap.probe_view import probe_page
from dmaic_assets.reports.page.links import NoLinks
from dmaic_assets.reports.page.scripts import Library
from dmaic_assets_tests.hashmaps.seeds import seeds_from
from dmaic_assets_tests.reports.hashmap.surveys import EVIL, survey

KEY = re.compile(r"\bK\d+\b")


def page_of(**how: bool) -> str:
    """The page without plotly.js, in which any text stands somewhere."""
    page = hashmap_page(survey(**how), "orders: customer", links=NoLinks(), library=Library())
    return page.replace(str(Library().element("plotly")), "")


def test_no_key_is_told_unless_it_is_asked_for():
    assert not KEY.search(page_of())
    assert KEY.search(page_of(is_masked=False))


def test_whole_numbers_that_are_masked_cannot_be_told_from_a_range_or_a_place():
    told = page_of(is_whole=True)
    assert not re.search(r"\b4,?00[0-3],?\d{3}\b", told)
    assert "4,000,001" in page_of(is_whole=True, is_masked=False)


def test_a_key_is_never_markup():
    told = page_of(is_masked=False)
    assert EVIL not in told
    assert "onerror" not in told or "&lt;img" in told or "\\u003cimg" in told


def test_the_page_loads_nothing():
    told = page_of()
    assert "default-src &#39;none&#39;" in told
    assert not re.search(r"(src|href)=\"(?!#|data:)", told)


def test_the_page_tells_what_was_measured():
    found = survey()
    told = hashmap_page(found, "orders: customer", links=NoLinks(), library=Library())
    for standing in found.standings:
        assert f">{standing.played.ns_each:.1f}<" in told
    assert f"{found.dna.distinct:,}" in told
    assert len(found.slices) <= 50
    assert sum(sum(one.counts) for one in found.slices) == found.timed.latency["all"].timed


def test_a_probe_page_is_without_charts_and_stands_alone():
    held = DenseMap(seeds_from(np.random.default_rng(1)), is_whole=True)
    keys = np.arange(100, dtype=np.uint64)
    held.put(keys, keys)
    (searches,) = searches_for(held, keys[:1])
    told = probe_page("Where a key stands", "It is held.", searches)
    assert str(Library().element("plotly")) not in told
    assert len(told) < 40_000
    assert told.count('class="search"') == len(searches) == 5
    assert told.count("found") >= 5
