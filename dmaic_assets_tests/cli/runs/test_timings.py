from dmaic_assets.cli.runs.timings import Stage, Timings, print_timings, timings_document


class Ticks:
    """A clock that a test sets."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def test_stages_follow_each_other_and_one_that_comes_again_is_added_up() -> None:
    clock, cpu = Ticks(100.0), Ticks(0.25)
    timings = Timings(clock, cpu)
    for name, wall_s, cpu_s in (("plan", 2.0, 0.5), ("judge", 4.0, 6.0), ("plan", 1.0, 0.5)):
        timings.stage(name)
        clock.now += wall_s
        cpu.now += cpu_s

    assert timings.stages() == [
        Stage("starting Python", 0.25, 0.25),
        Stage("plan", 3.0, 1.0),
        Stage("judge", 4.0, 6.0),
    ]


def test_stages_are_shown_with_their_sum(capsys) -> None:
    stages = [Stage("plan", 1.5, 0.5), Stage("judge", 4.0, 6.0)]

    print_timings(stages)

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["stage", "elapsed", "cpu"]
    assert lines[-1] == ["in", "all", "5.50", "s", "6.50", "s"]
    assert timings_document(stages)[1] == {"stage": "judge", "wall_s": 4.0, "cpu_s": 6.0}
