import subprocess
import sys

import pytest

from benchmarks.measure import (
    Figure,
    Measured,
    Series,
    against,
    alternate,
    facts,
    measure,
    report,
    report_json,
)

PYTHON = sys.executable


def test_the_memory_of_the_caller_is_not_counted():
    held = bytearray(120_000_000)
    held[::4096] = b"x" * len(held[::4096])

    idle = measure([PYTHON, "-c", "pass"])
    busy = measure([PYTHON, "-c", "b = bytearray(80_000_000); b[::512] = b'x' * len(b[::512])"])

    assert idle.peak_rss_mb < 60
    assert 80 < busy.peak_rss_mb - idle.peak_rss_mb + 10 < 120
    assert len(held) > 0


def test_cpu_time_and_output_are_the_programs():
    code = (
        "import time; t = time.process_time()\nwhile time.process_time() < t + .2: pass\nprint(7)"
    )

    found = measure([PYTHON, "-c", code])

    assert 0.2 <= found.cpu_s < 0.6
    assert found.wall_s >= 0.2
    assert found.stdout == "7\n"


def test_a_program_that_fails_is_an_error_with_its_words():
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        measure([PYTHON, "-c", "1 / 0"])


def test_a_program_that_takes_too_long_is_ended():
    with pytest.raises(subprocess.TimeoutExpired):
        measure([PYTHON, "-c", "import time; time.sleep(60)"], timeout_s=0.5)


def test_programs_take_turns(tmp_path):
    log = tmp_path / "log"
    write = "import sys; open(sys.argv[1], 'a').write(sys.argv[2])"
    commands = {name: [PYTHON, "-c", write, str(log), name] for name in "ab"}

    series = alternate(commands, repeats=2)

    assert log.read_text() == "abab"
    assert [len(one.runs) for one in series.values()] == [2, 2]


def test_figures_are_medians_and_ratios_to_the_limit():
    limit = Series("limit", tuple(Measured(cpu, 1.0, 100.0) for cpu in (1.0, 2.0, 9.0)))
    ours = Series("ours", (Measured(3.0, 1.0, 150.0),))

    found = facts([limit, ours], limit=limit)

    assert found["limit"]["cpu_s"] == 2.0
    assert (found["ours"]["cpu_ratio"], found["ours"]["peak_ratio"]) == (1.5, 1.5)


def test_a_figure_is_met_by_its_ratio_or_by_itself():
    limit = Series("limit", (Measured(10.0, 1.0, 100.0),))
    ours = Series("ours", (Measured(13.0, 1.0, 130.0),))

    cpu, peak = against(limit, ours, cpu=1.4, peak=1.2)
    plain = Figure("start", "s", 0.3, 0.3)

    assert (cpu.ratio, cpu.is_met) == (1.3, True)
    assert (peak.ratio, peak.is_met) == (1.3, False)
    assert (plain.ratio, plain.is_met) == (None, True)
    assert [line.split()[-1] for line in report([cpu, peak, plain]).splitlines()[1:]] == [
        "met",
        "MISSED",
        "met",
    ]
    assert report_json([peak])[0]["is_met"] is False
