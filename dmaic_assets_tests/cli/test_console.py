"""How numbers and tables are spelled."""

import json

import pytest

from dmaic_assets.cli import console
from dmaic_assets.model import Json
from dmaic_assets.table.spelled_numbers import percent, plural


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0.0 %"),
        (1.0, "100.0 %"),
        (0.5, "50.0 %"),
        (0.000012, "0.0012 %"),
        (0.005, "0.5 %"),
        (0.01, "1.0 %"),
        (0.999, "99.9 %"),
        (0.9996, "99.96 %"),
        (0.999988, "99.9988 %"),
        (1e-12, "< 0.000001 %"),
        (1 - 1e-12, "> 99.999999 %"),
        (0.123456, "12.3 %"),
        (1.5, "150.0 %"),
        (-0.001, "-0.1 %"),
        (None, "–"),
    ],
)
def test_a_share_that_is_not_quite_whole_never_looks_whole(share: float | None, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "    "), (1.0, "████"), (0.5, "██  "), (0.28, "█▏  "), (-1.0, "    "), (9.0, "████")],
)
def test_a_bar_is_exact_to_an_eighth_and_never_leaves_its_width(share: float, text: str) -> None:
    assert console.bar(share, width=4) == text


@pytest.mark.parametrize(
    ("elapsed_s", "text"),
    [(0.421, "0.42 s"), (12.34, "12.3 s"), (119.9, "119.9 s"), (245.2, "4 min 05 s")],
)
def test_durations_are_read_at_a_glance(elapsed_s: float, text: str) -> None:
    assert console.seconds(elapsed_s) == text


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (2_500_000, "2.5 MB"), (7 * 10**12, "7.0 TB")],
)
def test_sizes_have_one_unit(size_bytes: int, text: str) -> None:
    assert console.size(size_bytes) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 files"), (1, "1 file"), (336_776, "336,776 files")]
)
def test_a_count_agrees_with_its_noun(number: int, text: str) -> None:
    assert plural(number, "file") == text


def test_json_is_one_document_without_numbers_that_json_lacks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    payload: Json = {"nan": float("nan"), "list": [float("inf"), 1.5], "text": "Größe"}

    console.print_json(payload)

    out = capsys.readouterr().out
    assert json.loads(out) == {"nan": None, "list": [None, 1.5], "text": "Größe"}
    assert "Größe" in out


def test_json_is_laid_out_as_the_standard_library_does(capsys: pytest.CaptureFixture[str]) -> None:
    inner: Json = {"empty": [{}, []], "words": [True, False, None], "numbers": [-1, 1e300, 10**20]}
    payload: Json = {'quoted "key"': inner, "deep": [[inner, "line\nbreak"]], "": ""}

    console.print_json(payload)

    laid_out = json.dumps(payload, indent=2, ensure_ascii=False)
    assert capsys.readouterr().out == f"{laid_out}\n"


def test_a_table_in_a_pipe_is_plain_and_whole(capsys: pytest.CaptureFixture[str]) -> None:
    name = "x" * 120

    console.print_table(("name", "rows"), [(name, "1"), ("[red]", None)], right=("rows",))

    out = capsys.readouterr().out
    assert name in out
    assert "[red]" in out, "text is never markup"
    assert "\x1b" not in out


def test_no_progress_is_shown_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress("working") as advance:
        advance(1, 2, "a.csv")

    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")
