"""The screen of `dmaic hashmap tui`: text of the running trial, and keys that lead it.

Textual is imported here, so that only the command that shows the screen imports this module.
"""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Footer, Static

from dmaic_assets.hashmaps.snapshot.write import save
from dmaic_assets.hashmaps.trial.by_hand import change_layout, exchange, map_so_far, reseed
from dmaic_assets.hashmaps.trial.trial import Session
from dmaic_assets.hashmaps.view.live import (
    History,
    alert_lines,
    event_lines,
    kind_line,
    next_lines,
    speed_lines,
    state_lines,
)

# Seconds between two steps of the play and two pictures of it.
FRAME_S = 0.1
# What the keys do, and the signs of the bar.
_HELP = """f  entries with an index instead of an inline table; again: back
m  migrate: begin an index of the next kind; its entries move with later writes
r  reseed: begin an index of the same kind with other seeds
s  snapshot: save the map as it is now (needs --snapshot-out)
p  pause, and go on     ?  this help     q  quit
█ place with a key  ▒ tombstone  · empty"""


class LiveScreen(App[None]):
    """One screen of a trial; each frame plays one step of it."""

    TITLE = "Hash map"
    CSS: ClassVar[str] = """
    .row { height: auto; margin-bottom: 0; }
    .label { width: 8; color: $accent; padding-left: 1; }
    .part { width: 1fr; height: auto; text-wrap: nowrap; text-overflow: ellipsis; }
    #head { padding-left: 1; text-style: bold; }
    #help { display: none; padding: 0 1 0 8; }
    """
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        ("f", "layout", "Layout"),
        ("m", "migrate", "Migrate"),
        ("r", "reseed", "Reseed"),
        ("s", "snapshot", "Snapshot"),
        ("p", "pause", "Pause"),
        ("question_mark", "explain", "Help"),
        ("q", "quit", "Quit"),
    ]
    PARTS: ClassVar[dict[str, str]] = {
        "speed": "speed",
        "index": "index",
        "state": "places",
        "next": "next",
        "alerts": "alerts",
        "events": "events",
    }

    def __init__(
        self,
        session: Session,
        output: Path | None,
        frame_s: float = FRAME_S,
    ) -> None:
        super().__init__()
        self.session, self.output, self.frame_s = session, output, frame_s
        self.history = History()
        self.is_paused, self.is_over = False, False

    def compose(self) -> ComposeResult:
        """Lays out the parts, each a text beside its label: 24 lines of 80 signs hold them all."""
        yield Static(id="head")
        with VerticalScroll():
            yield Static(_HELP, id="help", markup=False)
            for name, label in self.PARTS.items():
                with Horizontal(classes="row"):
                    yield Static(label, classes="label")
                    yield Static(id=name, classes="part", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Begins to play."""
        self.advance()
        self.set_interval(self.frame_s, self.advance)

    def advance(self) -> None:
        """Plays one step and shows it; a paused trial and one that is over stay as they are."""
        if not self.is_paused and not self.is_over:
            self.is_over = not self.session.step()
            if self.session.moment:
                self.history.add(self.session.moment)
        self.show()

    def show(self) -> None:
        """Writes every part anew."""
        tick, events = self.session.recorder.last, self.session.recorder.events
        if tick is None:
            return
        state = "complete" if self.is_over else "paused" if self.is_paused else "playing"
        done = f"{tick.ops:,} of {len(self.session.workload):,} operations"
        self._write("head", [f"{state}: {done}"])
        self._write("speed", speed_lines(self.history))
        self._write("index", [kind_line(tick, events)])
        self._write("state", state_lines(tick))
        self._write("next", next_lines(tick))
        self._write("alerts", alert_lines(tick))
        self._write("events", event_lines(events))

    def _write(self, part: str, lines: list[str]) -> None:
        self.query_one(f"#{part}", Static).update("\n".join(lines))

    def action_layout(self) -> None:
        """Makes the map inline, or one of entries with an index."""
        self._do(change_layout)

    def action_migrate(self) -> None:
        """Begins an index of the next kind."""
        self._do(exchange)

    def action_reseed(self) -> None:
        """Begins an index with other seeds."""
        self._do(reseed)

    def _do(self, act: Callable[[Session], None]) -> None:
        if self.is_over:
            self.notify("The play is over: nothing moves any more.", severity="warning")
        else:
            act(self.session)

    def action_snapshot(self) -> None:
        """Saves the map as it is now."""
        if self.output is None:
            self.notify("Say where: --snapshot-out FILE", severity="warning")
            return
        save(map_so_far(self.session), self.output)
        self.notify(f"saved: {self.output}")

    def action_pause(self) -> None:
        """Pauses the play, or goes on; both are events of the trial."""
        self.is_paused = not self.is_paused
        what = "idle" if self.is_paused else "resume"
        self.session.recorder.note(what, "paused by hand" if self.is_paused else "by hand")

    def action_explain(self) -> None:
        """Shows what the keys do, or hides it."""
        text = self.query_one("#help")
        text.display = not text.display
