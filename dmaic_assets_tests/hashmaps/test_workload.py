"""Workloads are what their figures say, read back as written, and told by their DNA."""

import numpy as np
import pyarrow as pa
import pytest

from dmaic_assets.errors import BadInputError, PolicyError
from dmaic_assets.hashmaps.dna import dna_of
from dmaic_assets.hashmaps.workload.column import USES, of_column
from dmaic_assets.hashmaps.workload.csv_file import Limits, read_workload, write_workload
from dmaic_assets.hashmaps.workload.generate import Recipe, generate

SMALL = Recipe(ops=20_000, key_space=500)


def test_the_same_seed_gives_the_same_operations():
    assert generate(SMALL).digest == generate(SMALL).digest
    assert generate(SMALL).digest != generate(Recipe(ops=20_000, key_space=500, seed=1)).digest


def test_the_mix_is_the_one_that_was_asked_for():
    made = generate(Recipe(ops=200_000, reads=0.7, deletes=0.25))
    # Four standard errors of a share of .075 of 200,000: .0024.
    assert made.share_of("get") == pytest.approx(0.7, abs=0.005)
    assert made.share_of("del") == pytest.approx(0.075, abs=0.0024)


@pytest.mark.parametrize("skew", [0.0, 0.8, 1.0, 1.3])
def test_the_exponent_is_found_again(skew):
    found = dna_of(generate(Recipe(ops=300_000, key_space=1000, skew=skew))).zipf
    assert found.exponent == pytest.approx(skew, abs=0.03)


def test_adversarial_keys_end_in_zeros():
    keys = generate(Recipe(adversarial=1, low_bits=9, is_whole=True)).keys.to_numpy()
    assert not (keys & 511).any()


@pytest.mark.parametrize(
    ("change", "word"),
    [({"reads": 1.2}, "reads"), ({"ops": 0}, "operations"), ({"skew": -1}, "skew")],
)
def test_a_figure_out_of_range_is_named(change, word):
    with pytest.raises(BadInputError, match=word):
        generate(Recipe(**change))


def test_a_file_gives_back_what_was_written(tmp_path):
    made = generate(SMALL)
    write_workload(made, tmp_path / "w.csv")
    assert read_workload(tmp_path / "w.csv").digest == made.digest


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "row 1, header"),
        ("op,key\n", "row 1, header"),
        ("op,key,value\nput,a,1\nput,b\n", "row 3, line"),
        ("op,key,value\nput,a,1,x\n", "row 2, line"),
        ("op,key,value\n# note\n", "row 2, line"),
        ("op,key,value\nfetch,a,\n", "row 2, op"),
        ("op,key,value\nget,,\n", "row 2, key"),
        ("op,key,value\nput,a,\n", "row 2, value"),
        ("op,key,value\nput,a,nan\n", "row 2, value"),
        ("op,key,value\nget,a,1\n", "row 2, value"),
        ('op,key,value\nget,"a\nb",\nget,"x,\n', "row 4, line"),
    ],
)
def test_a_wrong_line_is_named_by_row_and_column(tmp_path, text, place):
    (tmp_path / "w.csv").write_text(text)
    with pytest.raises(BadInputError, match=place):
        read_workload(tmp_path / "w.csv")


def test_operations_are_read_in_any_case(tmp_path):
    (tmp_path / "w.csv").write_text("op,key,value\nPUT,a,2.5\nDel,a,\n")
    assert read_workload(tmp_path / "w.csv").ops.tolist() == [1, 2]


def test_limits_hold_and_0_is_none(tmp_path):
    write_workload(generate(SMALL), tmp_path / "w.csv")
    for limits in (Limits(rows=100), Limits(size=100)):
        with pytest.raises(PolicyError):
            read_workload(tmp_path / "w.csv", limits)
    assert len(read_workload(tmp_path / "w.csv", Limits(rows=0, size=0))) == SMALL.ops


def test_bytes_that_are_no_utf_8_are_refused(tmp_path):
    (tmp_path / "w.csv").write_bytes(b"op,key,value\nget,\xff,\n")
    with pytest.raises(BadInputError, match="UTF-8"):
        read_workload(tmp_path / "w.csv")


def test_uses_of_a_column_ask_what_a_platform_asks():
    column = pa.array([5, 5, None, 7, 9, 9, 9], pa.int32())
    made = {use: of_column(column, use, np.random.default_rng(1)) for use in USES}
    asked = {
        use: list(zip(w.ops.tolist(), w.keys.to_pylist(), strict=True)) for use, w in made.items()
    }
    assert asked["dedupe"] == [(op, key) for key in (5, 5, 7, 9, 9, 9) for op in (0, 1)]
    assert asked["group"] == [(1, key) for key in (5, 5, 7, 9, 9, 9)]
    assert asked["join"] == [(1, 5), (1, 7), (1, 9)] + [(0, k) for k in (5, 5, 7, 9, 9, 9)]
    assert asked["lookup"] == [(1, 5)] + [(0, k) for k in (5, 5, 7, 9, 9, 9)]
    assert {key for _, key in asked["merge"]} == {5, 7, 9}


def test_dna_of_whole_keys():
    keys = pa.array(np.arange(1000, 3000, 4))
    found = dna_of(of_column(keys, "group", np.random.default_rng(1)))
    assert (found.distinct, found.whole.stride, found.whole.low, found.whole.high) == (
        500,
        4,
        1000,
        2996,
    )
    assert found.whole.density == pytest.approx(500 / 1997)
    assert found.whole.low_bits == pytest.approx(6, abs=0.02)
    assert (found.sequential, found.adjacent, found.reuse) == (1.0, 0.0, None)
    assert found.evenness == pytest.approx(1)
