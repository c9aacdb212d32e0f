"""The screen of a running trial, driven by Textual's pilot: a real map, its keys, its text."""

import asyncio

import numpy as np
import pytest
from textual.widgets import Static

from dmaic_assets.cli.hashmap.tui_app import LiveScreen
from dmaic_assets.hashmaps.config.options import config_of
from dmaic_assets.hashmaps.snapshot.read import load
from dmaic_assets.hashmaps.trial.trial import Setting, begin
from dmaic_assets.hashmaps.workload.generate import Recipe, generate
from dmaic_assets_tests.cli.shell import dmaic
from dmaic_assets_tests.hashmaps.laboratory import CLOCKS
from dmaic_assets_tests.hashmaps.seeds import seeds_from

DRAW = seeds_from(np.random.default_rng(8))
WORKLOAD = generate(Recipe(ops=6_000, reads=0.5, key_space=900, is_whole=True))
# No frame comes by itself: each step is the test's.
NEVER_S = 3600.0


def screen(output=None, **limits) -> LiveScreen:
    told = {f"watchdog.{name}": (value, "here") for name, value in limits.items()}
    setting = Setting(config_of(told), CLOCKS, DRAW, lambda: None, is_fixed=True, tick=1000)
    return LiveScreen(begin(WORKLOAD, setting, lambda _: None), output, NEVER_S)


def led(app, *acts, size=(80, 44)):
    """Runs the app headless: an act is a key, a number of steps, or a look at the app."""

    async def run():
        async with app.run_test(size=size) as pilot:
            for act in acts:
                if isinstance(act, int):
                    for _ in range(act):
                        app.advance()
                elif callable(act):
                    act(app)
                else:
                    await pilot.press(act)
            app.show()
            await pilot.pause()
            return {part.id: str(part.render()) for part in app.query(Static) if part.id}

    return asyncio.run(run())


def test_the_screen_tells_speed_places_what_comes_next_and_events():
    shown = led(screen(), 3)
    assert "playing: 3,000 of 6,000 operations" in shown["head"]
    assert shown["speed"].startswith("ops/s")
    assert "p99" in shown["speed"]
    assert "█" in shown["state"]
    assert "tombstones" in shown["state"]
    assert shown["index"] == "inline swiss: the trial began with it"
    assert "growth in" in shown["next"]
    assert "compaction in at least" in shown["next"]
    assert shown["alerts"] == "none"
    assert "start swiss" in shown["events"]


def test_an_alert_of_the_watchdog_is_shown():
    assert "places are in use" in led(screen(load_factor_warn=0.01), 3)["alerts"]


def test_keys_exchange_freeze_and_reseed_the_real_map():
    app = screen()
    shown = led(app, 1, "m", 2, "r", 2, "f", 1)
    assert app.session.held.kind_name == "robinhood"
    assert app.session.held.inline is None
    told = [event.type for event in app.session.recorder.events]
    assert told[:4] == ["start", "switch", "reseed", "switch"]
    assert "switch swiss to robinhood: by hand" in shown["events"]
    app.session.trial()
    assert len(app.session.held) == app.session.played.entries


def test_the_layout_is_changed_and_changed_back_by_the_same_key():
    inline = []
    shown = led(
        screen(),
        "f",
        lambda app: inline.append(app.session.held.inline is not None),
        "f",
        lambda app: inline.append(app.session.held.inline is not None),
    )
    assert inline == [False, True]
    assert "growth" in shown["next"]


def test_a_pause_holds_the_play_and_is_told():
    app, heads = screen(), []
    shown = led(app, 1, "p", 5, lambda a: heads.append(str(a.query_one("#head").render())), "p", 1)
    assert heads[0].startswith("paused: 1,000")
    assert shown["head"].startswith("playing: 2,000")
    assert [e.type for e in app.session.recorder.events] == ["start", "idle", "resume"]


def test_the_map_is_saved_with_its_own_keys(tmp_path):
    app = screen(tmp_path / "now.snapshot")
    led(app, 2, "s")
    saved = load(tmp_path / "now.snapshot", DRAW)
    assert len(saved) == len(app.session.held)
    assert saved.contains(saved.items().column("key")).all()


def test_help_is_shown_and_hidden_and_the_end_is_told():
    app = screen()
    shown = led(app, "question_mark", 10, "f")
    assert "complete: 6,000" in shown["head"]
    assert app.session.held.frozen is None
    assert "complete" in shown["events"]


@pytest.mark.parametrize("size", [(80, 24), (120, 50), (40, 12)])
def test_every_size_of_terminal_gets_a_screen(size):
    assert led(screen(), 2, size=size)["head"].startswith("playing")


def test_without_a_terminal_the_other_command_is_named(tmp_path):
    ran = dmaic("hashmap", "tui", cwd=tmp_path)
    assert ran.code == 2
    assert "run-csv" in ran.err


def test_an_ordinary_terminal_holds_all_of_it_without_scrolling():
    heights = []
    led(
        screen(),
        *("m", 1, "r", 1) * 5,
        lambda app: heights.append(app.query_one("VerticalScroll").max_scroll_y),
        size=(80, 24),
    )
    assert heights == [0]
