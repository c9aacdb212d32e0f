"""Which index a map should have next: decided from counters and measured costs, now and then.

A decision is looked for after every few thousand operations, less often while nothing changes. It
is taken only when what it is expected to gain over as many operations as the map has lately had is
twice what it costs, so that a map does not swing between two kinds that are about as good.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import log2
from typing import Literal

import numpy as np

from dmaic_assets.hashmaps.cost_model import Costs, CostTable, Mix
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.indexes import KINDS, LOADS, places_for
from dmaic_assets.hashmaps.inline_map import InlineMap
from dmaic_assets.hashmaps.kernels.index import DIRECT
from dmaic_assets.hashmaps.kernels.store import DELETES, GETS, GONE, HITS, NEW, PUTS
from dmaic_assets.hashmaps.kernels.table import LINEAR, LIVE, MASK, ROBIN_HOOD, SWISS, USED
from dmaic_assets.hashmaps.probes import SAMPLE, expected_probes, mean_probes

Action = Literal["grow", "compact", "reseed", "migrate", "direct", "freeze", "thaw"]
# Which operations' costs decide: all as they come, insertions alone, or searches alone.
Aim = Literal["all", "insert", "lookup"]
# Operations between two looks: the counters of fewer say too little of a mix.
TICK = 4096
# Nanoseconds that a map works between two looks while asked for the same, at first and at most,
# and what they are multiplied by after each: a look takes 20 us, and 100 where a map has filled the
# caches (measured), so that looks are about two parts in a hundred of the first 10 ms, then less.
_PERIOD_NS, _LONGEST_NS, _RARER = 2_000_000, 32_000_000, 3
# Looks' worth of operations that a play does without a stop at most: another mix is noticed so much
# later. While nothing was decided lately it does so many at least.
_PATIENCE, _FEWEST = 128, 4
# What counts as the same: shares of operations that moved by no more than this, entries but for
# half, and operations that take less than twice as long (a busy machine changes them by half).
_SAME_SHARE, _SAME_SIZE, _SLOWER = 0.05, 1.5, 2.0
# The least share of an operation's cost that is worth another index: measured costs are known to
# about so much, and whoever follows less of it goes back and forth.
_LEAST_GAIN = 0.1
# How often the expected gain must pay what a new index costs.
_PAYS = 2.0
# Share of all that operations have taken so far that an exchange may cost: a map whose operations
# end right after it has lost no more than that.
_RISK = 0.05
# A direct index is considered when the keys' range has at most so many places for each entry: with
# more of them its memory grows beyond that of a Swiss index at its lowest load.
_DIRECT_RANGE = 4.0
# A mean search this many times as long as random keys make it means that keys or hash are bad: one
# in 10^9 samples of the size below differs by half (normal approximation of Knuth's variance).
_ATTACK = 2.0
# A new index of the same kind is worth a thought when it is emptier than so much of the load.
_ROOMIER = 0.75
# Share of tombstones among the places of a Swiss index above which it is made anew: beyond it an
# unsuccessful search passes a group without an empty place in one of two groups.
TOMBSTONES = 0.25


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, from which counters, and what it was expected to gain.

    `predicted` and `realised` are nanoseconds an operation; `realised` is None until the map has
    had enough operations with the new index.
    """

    operation: int
    action: Action
    kind: str
    after: str
    reason: str
    entries: int
    load: float
    mix: Mix
    probes: float
    predicted: float
    realised: float | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a look that decided nothing was taken at."""

    kind: int
    entries: int
    each: float
    mix: Mix

    def is_like(self, other: "_Seen") -> bool:
        """Tells whether another look would see about the same."""
        sizes = (self.entries, other.entries)
        moved = max(
            abs(self.mix.hit - other.mix.hit),
            abs(self.mix.miss - other.mix.miss),
            abs(self.mix.insert - other.mix.insert),
            abs(self.mix.update - other.mix.update),
            abs(self.mix.delete - other.mix.delete),
        )
        is_sized = max(sizes) <= _SAME_SIZE * min(sizes) and other.each <= _SLOWER * self.each
        return self.kind == other.kind and is_sized and moved <= _SAME_SHARE


@dataclass
class Controller:
    """Looks at one map and exchanges its index when that pays.

    A policy decides instead of the costs: it begins what it wants of the map and says what.
    """

    table: CostTable
    clock: Callable[[], int]
    kinds: tuple[int, ...] = (SWISS, ROBIN_HOOD, LINEAR)
    aim: Aim = "all"
    # Whether a map that is only read may get an inline copy.
    may_freeze: bool = True
    policy: Callable[[DenseMap, Decision], Decision | None] | None = None
    events: tuple[Decision, ...] = ()
    operations: int = 0
    _spent_ns: float = 0.0
    _before: float = 0.0
    # Who is told of each decision when it is taken: its gain is not known yet.
    listener: Callable[[Decision], None] | None = None
    # Keys of which the range was last looked for.
    _ranged: int = 0
    # Operations since the last write; writes that the counters knew at the last call.
    _reads: int = 0
    _writes: int = 0
    # Shares of what was asked before the last look; None before the first.
    mix: Mix | None = None
    _frozen: InlineMap | None = None
    # The last look that decided nothing, and how long the map has worked since.
    _seen: _Seen | None = None
    _worked_ns: float = 0.0
    _period_ns: float = _PERIOD_NS
    # Nanoseconds of an operation before the last look.
    _each_ns: float = 0.0
    # Costs that were read, by layout, kind, sixteenths of an octave of entries and 256ths of load.
    _read: dict[tuple[bool, int, int, int], Costs] = field(default_factory=dict)

    def look(self, held: DenseMap, operations: int, spent_ns: int) -> Decision | None:
        """Counts what was asked since the last call; decides when that is enough."""
        self.operations += operations
        self._spent_ns += spent_ns
        self._worked_ns += spent_ns
        facts = held.facts
        asked = int(facts[GETS] + facts[PUTS] + facts[DELETES])
        writes = int(facts[PUTS] + facts[DELETES])
        self._reads = 0 if writes > self._writes else self._reads + operations
        self._writes = writes
        self._note_a_thaw(held)
        # A migration goes on with writes only: a map that is read alone may be frozen meanwhile.
        if asked < TICK or (held.is_migrating and self._reads < TICK):
            return None
        each = self._spent_ns / asked
        self.mix, self._spent_ns, self._each_ns = mix_of(held), 0.0, each
        facts[GETS:], self._writes = 0, 0
        self._realise(each)
        seen = _Seen(held.kind, len(held), each, self.mix)
        if self._is_passed(seen):
            return None
        decision = self._decide(held, aimed(self.mix, self.aim))
        self._seen = seen if decision is None else None
        if decision is not None:
            self._tell(decision, each)
        return decision

    def price(self, table: CostTable) -> None:
        """Lets other costs count from now on."""
        self.table = table
        self._read.clear()

    @property
    def patience(self) -> int:
        """Operations after which a play may stop for the next look."""
        if self._seen is None or self._each_ns <= 0:
            return TICK
        left = int((self._period_ns - self._worked_ns) / self._each_ns)
        return min(max(left, _FEWEST * TICK), _PATIENCE * TICK)

    def _is_passed(self, seen: _Seen) -> bool:
        """Passes a look over that would see the same as the last until the map has worked on.

        What is decided by how long something has gone on is so decided three times as late at most.
        """
        is_like = self._seen is not None and self._seen.is_like(seen)
        if is_like and self._worked_ns < self._period_ns:
            return True
        longer = min(_RARER * self._period_ns, _LONGEST_NS)
        self._worked_ns, self._period_ns = 0.0, longer if is_like else _PERIOD_NS
        return False

    def _tell(self, decision: Decision, each: float) -> None:
        self.events, self._before = (*self.events, decision), each
        if self.listener:
            self.listener(decision)

    def _note_a_thaw(self, held: DenseMap) -> None:
        """Tells that a write has ended what was frozen; whoever wrote has thawed it."""
        was, self._frozen = self._frozen, held.frozen
        if was is None or held.frozen is not None:
            return
        told = replace(self._told(held), action="thaw", kind=KINDS[was.kind])
        self._tell(replace(told, reason="a write came"), self._before)

    def _realise(self, each: float) -> None:
        """Says of the last decision what an operation costs less than before it."""
        if self.events and self.events[-1].realised is None:
            told = replace(self.events[-1], realised=self._before - each)
            self.events = (*self.events[:-1], told)

    def _told(self, held: DenseMap, mix: Mix | None = None) -> Decision:
        """What a decision is made from; nothing is done yet."""
        kind = KINDS[held.kind]
        counted = mix or mix_of(held)
        probes = mean_probes(held)
        return Decision(
            self.operations, "migrate", kind, kind, "", len(held), held.load, counted, probes, 0.0
        )

    def _decide(self, held: DenseMap, mix: Mix) -> Decision | None:
        if self.policy:
            return None if held.is_migrating else self.policy(held, self._told(held, mix))
        inline = self._inline(held, mix) if held.may_be_inline else self._freeze(held, mix)
        if inline or held.is_migrating or held.frozen is not None:
            return inline
        probes, expected = mean_probes(held), expected_probes(held.kind, held.load)
        if held.kind != DIRECT and probes > _ATTACK * expected and len(held) >= SAMPLE:
            told = self._told(held, mix)
            held.migrate_to(held.kind, int(held.counts[MASK]) + 1, is_reseeded=True)
            reason = f"searches look at {probes:.1f} places, random keys at {expected:.1f}"
            return replace(told, action="reseed", reason=reason)
        return self._direct(held, mix) or self._compact(held, mix) or self._other(held, mix)

    def _inline(self, held: DenseMap, mix: Mix) -> Decision | None:
        """Inline tables instead of entries with an index, when that pays."""
        if held.inline is not None or not self.may_freeze or not self.table.frozen:
            return None
        count = len(held)
        each = {
            kind: self.table.inline_at(kind, count, _load_of(kind, count)).of(mix)
            for kind in self.table.frozen
        }
        best = min(each, key=lambda kind: each[kind])
        now = self._each(held, held.kind, mix)
        gain = now - each[best]
        if not self._pays(now, gain, self.table.freeze_ns(best, count)):
            return None
        told = self._told(held, mix)
        held.make_inline(best)
        reason = f"an inline {KINDS[best]} table is expected to take {gain:.1f} ns less"
        return replace(told, after=KINDS[best], reason=reason, predicted=gain)

    def _freeze(self, held: DenseMap, mix: Mix) -> Decision | None:
        """An inline copy, when nothing has been written for as long as would have paid for it."""
        is_asked = self.may_freeze and self.aim != "insert" and self._reads >= TICK
        if held.frozen is not None or not is_asked or not self.table.frozen or not len(held):
            return None
        asked = aimed(mix, "lookup")
        each = {k: self.table.frozen_at(k, len(held)).of(asked) for k in self.table.frozen}
        best = min(each, key=lambda kind: each[kind])
        now = self._each(held, held.kind, asked)
        gain, cost = now - each[best], _PAYS * self.table.freeze_ns(best, len(held))
        if gain < _LEAST_GAIN * now or gain * self._reads <= cost:
            return None
        told = self._told(held, mix)
        held.freeze(best)
        self._frozen = held.frozen
        kind = KINDS[best]
        reason = f"{self._reads:,} searches and no write; an inline {kind} table takes less"
        return replace(told, action="freeze", after=kind, reason=reason, predicted=gain)

    def _direct(self, held: DenseMap, mix: Mix) -> Decision | None:
        """A direct index, when the keys are whole numbers that lie close together.

        Their range is looked for only when there are twice as many keys as the last time.
        """
        is_asked = held.is_whole and len(held) >= max(TICK, 2 * self._ranged)
        if held.kind == DIRECT or not is_asked:
            return None
        self._ranged = len(held)
        keys = held.keys().view(np.int64)
        low, high = int(keys.min()), int(keys.max())
        gain = self._each(held, held.kind, mix) - self._each(held, DIRECT, mix)
        is_dearer = held.inline is not None and gain <= 0
        if is_dearer or high - low + 1 > _DIRECT_RANGE * len(held):
            return None
        places = 1 << int(np.ceil(np.log2(2 * (high - low + 1))))
        told = self._told(held, mix)
        held.migrate_to(DIRECT, places, base=low)
        reason = f"{len(held):,} keys lie between {low:,} and {high:,}"
        return replace(told, action="direct", after="direct", reason=reason, predicted=gain)

    def _compact(self, held: DenseMap, mix: Mix) -> Decision | None:
        counts = held.counts
        dead = (counts[USED] - counts[LIVE]) / (counts[MASK] + 1)
        if held.kind != SWISS or dead <= TOMBSTONES:
            return None
        told = self._told(held, mix)
        held.migrate_to(SWISS, max(places_for(SWISS, len(held)), int(counts[MASK] + 1) // 2))
        return replace(told, action="compact", reason=f"{dead:.0%} of the places are tombstones")

    def _other(self, held: DenseMap, mix: Mix) -> Decision | None:
        now = self._each(held, held.kind, mix)
        each = {kind: self._anew(held, kind, mix) for kind in self.kinds}
        best = min(each, key=lambda kind: each[kind])
        gain = now - each[best]
        is_inline = held.inline is not None
        build = self.table.freeze_ns if is_inline and self.table.freeze else self.table.build_ns
        is_small = not self._pays(now, gain, build(best, len(held)))
        is_same = best == held.kind and _load_of(best, len(held)) > _ROOMIER * held.load
        if is_same or held.kind == DIRECT or is_small:
            return None
        told = self._told(held, mix)
        held.migrate_to(best)
        action: Action = "grow" if best == held.kind else "migrate"
        what = f"{KINDS[best]} with more room" if action == "grow" else KINDS[best]
        reason = f"{what} is expected to take {gain:.1f} ns less an operation"
        return replace(told, action=action, after=KINDS[best], reason=reason, predicted=gain)

    def _each(self, held: DenseMap, kind: int, mix: Mix) -> float:
        """Nanoseconds of an operation with an index of a kind: the one in use as it stands."""
        if kind != held.kind:
            return self._anew(held, kind, mix)
        return self._costs(held, kind, held.load).of(mix)

    def _pays(self, now: float, gain: float, cost: float) -> bool:
        """Tells whether what is gained of an operation is worth what an exchange costs at once."""
        worked = now * self.operations
        is_paid = gain * self.operations > _PAYS * cost and worked * _RISK >= cost
        return is_paid and gain >= _LEAST_GAIN * now

    def _anew(self, held: DenseMap, kind: int, mix: Mix) -> float:
        """Nanoseconds of an operation with a new index of a kind."""
        return self._costs(held, kind, _load_of(kind, len(held))).of(mix)

    def _costs(self, held: DenseMap, kind: int, load: float) -> Costs:
        is_inline, count = held.inline is not None and kind in self.table.frozen, len(held)
        key = (is_inline, kind, int(16 * log2(count + 1)), int(256 * load))
        if key not in self._read:
            read = self.table.inline_at if is_inline else self.table.at
            self._read[key] = read(kind, count, load)
        return self._read[key]


def _load_of(kind: int, entries: int) -> float:
    """The load of a new index for twice the entries."""
    return min(entries / places_for(kind, 2 * max(entries, 1)), LOADS[kind])


def mix_of(held: DenseMap) -> Mix:
    """The shares of what was asked of a map since its counters were last set to 0."""
    facts: list[int] = held.facts.tolist()
    asked = max(facts[GETS] + facts[PUTS] + facts[DELETES], 1)
    missed = facts[GETS] - facts[HITS] + facts[DELETES] - facts[GONE]
    return Mix(
        hit=facts[HITS] / asked,
        miss=missed / asked,
        insert=facts[NEW] / asked,
        update=(facts[PUTS] - facts[NEW]) / asked,
        delete=facts[GONE] / asked,
    )


def aimed(mix: Mix, aim: Aim) -> Mix:
    """The shares that decide: of the operations that are aimed at, or of all when none came."""
    insertions, searches = mix.insert + mix.update, mix.hit + mix.miss
    if aim == "insert" and insertions:
        return Mix(0, 0, mix.insert / insertions, mix.update / insertions, 0)
    if aim == "lookup" and searches:
        return Mix(mix.hit / searches, mix.miss / searches, 0, 0, 0)
    return mix
