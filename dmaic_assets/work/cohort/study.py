"""The rules that judge a file of a cohort: learnt from the others, those that stand out left out.

What belongs here: the order of the work, and remembering each part of it. What the parts mean is in
`peers`. All of it depends on the members alone, never on what became of them.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dmaic_assets.errors import InvariantError
from dmaic_assets.history.facts import FileFacts
from dmaic_assets.model import Json, RuleSet, Thresholds
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.store.once import once
from dmaic_assets.work.cohort.facts import Known, facts_of_members, place_of, reads_of
from dmaic_assets.work.cohort.members import Peers, members_of
from dmaic_assets.work.cohort.peers import (
    as_of,
    blocks_of,
    few_copies,
    groups_of,
    in_part,
    stands_out_by,
    suspects,
)
from dmaic_assets.work.file.file_work import FileWork
from dmaic_assets.work.people.source_changes import SourceChanges
from dmaic_assets.work.run.platform import Platform

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Learning:
    """How the rules of a source are learnt.

    `learn` takes the facts of files in order of arrival; `params` is everything that it depends on
    beside them, and beside its code. `before` measures the files that were accepted earlier.
    """

    learn: Callable[[Sequence[FileFacts]], RuleSet]
    params: Mapping[str, Json]
    before: Callable[[], Sequence[FileFacts]] = field(default=tuple)


def study_of(
    platform: Platform,
    peers: Peers,
    *,
    learning: Learning,
    changes: SourceChanges,
    run_id: str,
) -> "Study":
    """Gives the study of a cohort for a run: the one that this process has, or a new one.

    The arguments are those of `Study`.
    """
    reads = reads_of(platform, peers.source, changes)
    scope = {**reads, **learning.params, "cohort": peers.cohort.version}
    key = sha256_json({"run": run_id, "scope": scope})
    known = platform.studies.get(key)
    if known is None:
        fresh = Study(platform, peers, learning=learning, changes=changes, run_id=run_id)
        # Workers begin with files of one cohort at once: the second takes the study of the first.
        known = platform.studies.keep_first(key, fresh, 1)
    if not isinstance(known, Study):
        raise InvariantError(key, "another value than a study is kept", "This is a defect.")
    return known


class Study:
    """One cohort: its members' facts, those that stand out, and the rules for each.

    Several threads may ask one for the rules of its members; each part is worked out once.

    Args:
        platform: The stores.
        peers: The files, of which those that people released never stand out.
        learning: How rules are learnt.
        changes: The repairs in force.
        run_id: The run that asks.
    """

    def __init__(
        self,
        platform: Platform,
        peers: Peers,
        *,
        learning: Learning,
        changes: SourceChanges,
        run_id: str,
    ) -> None:
        self._platform = platform
        self._peers = peers
        self._source = peers.source
        self._learning = learning
        self._changes = changes
        reads = reads_of(platform, peers.source, changes)
        self._read = Known(platform, run_id, reads)
        scope = {**reads, **learning.params, "cohort": peers.cohort.version}
        self._known = Known(platform, run_id, scope)
        self._rules: dict[tuple[int, frozenset[int]], RuleSet] = {}
        self._turn = threading.RLock()

    def rules_for(self, sha256: str) -> RuleSet:
        """Gives the rules that judge a member: the newest before it are the newest there are."""
        position = self._peers.cohort.members.index(sha256)
        with self._turn:
            rules = self._rules_without(position, self._out)
        return as_of(rules, self._earlier(position))

    @once
    def _members(self) -> tuple[Arrival, ...]:
        return members_of(self._platform, self._peers)

    @once
    def _facts(self) -> list[FileFacts | None]:
        _log.info("%s: %d files arrived at once", self._source, len(self._members))
        return facts_of_members(self._read, self._members, self._changes)

    @once
    def _before(self) -> list[FileFacts]:
        return list(self._learning.before())

    @once
    def _usable(self) -> list[int]:
        return [at for at, facts in enumerate(self._facts) if facts is not None]

    def _earlier(self, position: int) -> list[FileFacts]:
        return [*self._before, *(f for f in self._facts[:position] if f is not None)]

    def _learnt_from(self, positions: Sequence[int]) -> RuleSet:
        facts = [f for at in positions if (f := self._facts[at]) is not None]
        self._platform.tell(
            f"{self._source}: learning from {len(facts)} of {len(self._members)} files"
        )
        return self._learning.learn([*self._before, *facts])

    @once
    def _out(self) -> frozenset[int]:
        """The members that are no model for the others."""
        told = self._known.get({"part": "out"})
        if isinstance(told, list):
            return frozenset(int(str(at)) for at in told)
        cohort = self._peers.cohort
        released = {at for at, sha256 in enumerate(cohort.members) if sha256 in cohort.released}
        suspected = self._suspects() - released
        out = frozenset(
            at for at in suspected if self._stands_out_by(at, self._rules_without(at, suspected))
        )
        listed: list[Json] = [*sorted(out)]
        self._known.put({"part": "out"}, listed)
        return out

    def _suspects(self) -> frozenset[int]:
        groups = groups_of(len(self._usable))
        votes: dict[int, list[list[str]]] = {at: [] for at in self._usable}
        for group in range(groups):
            for at, rules in self._votes(group, groups).items():
                votes[int(at)].append(rules)
        facts = [f for f in self._facts if f is not None]
        return suspects(votes) | {self._usable[at] for at in few_copies(facts)}

    def _votes(self, group: int, groups: int) -> Mapping[str, list[str]]:
        """The rules of one group by which each other member stands out, by its position."""
        identity: dict[str, Json] = {"part": "votes", "group": group}
        told = self._known.get(identity)
        if not isinstance(told, dict):
            mine = in_part(self._usable, group, groups)
            rules = self._learnt_from(mine)
            others = (at for at in self._usable if at not in mine)
            told = {str(at): list[Json](self._stands_out_by(at, rules)) for at in others}
            self._known.put(identity, {**told})
        return {at: [*map(str, rules)] for at, rules in told.items() if isinstance(rules, list)}

    def _stands_out_by(self, position: int, rules: RuleSet) -> list[str]:
        member = self._members[position]
        self._platform.tell(f"{member.source}: comparing {member.name} with the others")
        file = place_of(member, self._platform.paths.data)
        if file is None:
            return []
        told = as_of(rules, self._earlier(position))
        work = FileWork(
            self._platform.settings,
            file,
            told,
            Thresholds(),
            self._changes,
            readings=self._platform.readings,
        )
        return sorted(stands_out_by(work.verdict))

    def _rules_without(self, position: int, out: frozenset[int]) -> RuleSet:
        """The rules of all files but the member's block and those that are left out."""
        blocks = blocks_of(len(self._usable))
        block = self._usable.index(position) % blocks if position in self._usable else 0
        if (block, out) not in self._rules:
            self._rules[block, out] = self._rules_of(block, blocks, out)
        return self._rules[block, out]

    def _rules_of(self, block: int, blocks: int, out: frozenset[int]) -> RuleSet:
        left: list[Json] = [*sorted(out)]
        identity: dict[str, Json] = {"part": "rules", "block": block, "out": left}
        told = self._known.get(identity)
        if told is not None:
            return from_json(RuleSet, told)
        mine = in_part(self._usable, block, blocks)
        rules = self._learnt_from([at for at in self._usable if at not in {*mine, *out}])
        self._known.put(identity, to_json(rules))
        return rules
