"""Forms of values: what is said of a form is what would be said of each of its values."""

import re
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.phenomena.contract.cell_frame import TextFrame
from dmaic_assets.phenomena.contract.value_forms import Forms
from dmaic_assets.phenomena.shape.learn import shape_of
from dmaic_assets.phenomena.spelling.rule import is_misread

SIGNS = "aAbzZé ßÉǅ中²٣019._-,+%e\t\x1c\x00Ã©\u0080\n\u0085"
TEXTS = st.lists(st.text(st.sampled_from(SIGNS), max_size=12), min_size=1, max_size=30)
WORDS = re.compile(r"[^\W\d_]+(?:[ \-.,'’/&()]+[^\W\d_]+)*[.,)]*")


def of_case(text: str) -> object:
    words = tuple((w[0].islower(), w[1:].isupper()) for w in text.split() if len(w) > 2)
    is_one = text in {text.upper(), text.lower()}
    return text.upper() == text.lower(), is_one and text == text.upper(), is_one, words


@pytest.mark.parametrize(
    "asked",
    [
        shape_of,
        lambda text: shape_of(text.casefold()),
        is_misread,
        of_case,
        lambda text: text == text.strip(),
        lambda text: bool(WORDS.fullmatch(text)),
        lambda text: bool(re.search(r"\d", text)),
    ],
)
@given(texts=TEXTS)
def test_a_form_of_classes_answers_for_its_values(
    asked: Callable[[str], object], texts: list[str]
) -> None:
    kinds = Forms.of_classes(pl.Series(texts)).kinds(asked).tolist()
    answers = [asked(text) for text in texts]
    numbers = {answer: i for i, answer in reversed(list(enumerate(map(str, answers))))}
    firsts = [numbers[str(answer)] for answer in answers]
    assert kinds == [sorted(set(firsts)).index(first) for first in firsts]


@given(texts=TEXTS)
def test_a_form_of_digits_masks_digits_and_nothing_else(texts: list[str]) -> None:
    forms = Forms.of_digits(pl.Series(texts))
    expected = [re.sub("[0-9]", "9", text) for text in texts]
    assert [forms.texts[i] for i in forms.of_value] == expected


def test_long_runs_are_cut_and_texts_beside_each_other_stay_apart() -> None:
    texts = ["aaaa", "aa", "a", "", "ABCDEFé1234567", "::::"]
    forms = Forms.of_classes(pl.Series(texts))
    assert [forms.texts[i] for i in forms.of_value] == ["aaa", "aa", "a", "", "AAAé999", "::::"]


def test_codes_go_by_frequency_then_text_and_tokens_have_their_own() -> None:
    rows = ["b", "a", "b", None, " ", "N/A", "é", "a", "b", "nan"]
    part = TextFrame.of(pl.DataFrame({"x": rows, "y": ["1"] * 10})).parts[0]
    assert part.values == ("b", "a", "é")
    assert part.counts.tolist() == [3, 2, 1]
    assert part.codes.tolist() == [0, 1, 0, -1, -1, -2, 2, 1, 0, -2]
    assert set(part.tokens) == {"N/A", "nan"}


def test_a_table_without_rows_has_nothing_to_say() -> None:
    text = TextFrame.of(pl.DataFrame(schema={"x": pl.String, "y": pl.List(pl.Int64)}))
    assert [part.distinct for part in text.parts] == [0, 0]
    assert len(Forms.of_classes(text.parts[0].texts).texts) == 0
