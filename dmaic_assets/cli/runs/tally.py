"""Files and what became of them, added up per source: the numbers that commands show.

What belongs here: values. How they are printed is in `render_tally`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from dmaic_assets.model import Decision, Json, Verdict
from dmaic_assets.store.ledger.record.scores import score_of_file, score_of_rows

if TYPE_CHECKING:
    from dmaic_assets.store.ledger.record.standings import SourceCounts
_DECISIONS: tuple[Decision, ...] = get_args(Decision)


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file; `decision` and `score` are None as long as it was not judged."""

    source: str
    name: str
    decision: Decision | None
    rows: int
    accepted: int
    quarantined: int
    score: float | None


@dataclass(frozen=True, slots=True)
class SourceTally:
    """The files of one source added up; `score` is weighted by rows, None without one."""

    source: str
    files: int
    decisions: Mapping[Decision, int]
    rows: int
    accepted: int
    quarantined: int
    score: float | None

    @property
    def held(self) -> int:
        """How many files are held whole."""
        return self.decisions["reject"]

    def document(self) -> dict[str, Json]:
        """Builds the JSON form."""
        return {
            "source": self.source,
            "files": self.files,
            "accept": self.decisions["accept"],
            "quarantine": self.decisions["quarantine"],
            "reject": self.decisions["reject"],
            "rows": self.rows,
            "accepted": self.accepted,
            "quarantined": self.quarantined,
            "score": self.score,
        }


def line_of_verdict(verdict: Verdict, name: str) -> FileLine:
    """Takes a file as a verdict tells of it."""
    return FileLine(
        verdict.source,
        name,
        verdict.decision,
        verdict.rows,
        verdict.accepted,
        verdict.quarantined,
        score_of_file(verdict.score, verdict.rows),
    )


def tally_of_counts(counts: "SourceCounts") -> SourceTally:
    """Takes a source as the ledger adds it up."""
    return SourceTally(
        source=counts.source,
        files=counts.files,
        decisions={"accept": counts.whole, "quarantine": counts.split, "reject": counts.held},
        rows=counts.rows,
        accepted=counts.accepted,
        quarantined=counts.quarantined,
        score=counts.score,
    )


def together(sources: Sequence[SourceTally]) -> SourceTally:
    """Adds sources up under the name "all"."""
    return SourceTally(
        source="all",
        files=sum(s.files for s in sources),
        decisions={d: sum(s.decisions[d] for s in sources) for d in _DECISIONS},
        rows=sum(s.rows for s in sources),
        accepted=sum(s.accepted for s in sources),
        quarantined=sum(s.quarantined for s in sources),
        score=score_of_rows((s.score, s.rows) for s in sources),
    )


def tallies(lines: Iterable[FileLine]) -> list[SourceTally]:
    """Adds files up per source, in the order of the sources' names."""
    by_source: dict[str, list[FileLine]] = {}
    for line in lines:
        by_source.setdefault(line.source, []).append(line)
    return [tally(source, by_source[source]) for source in sorted(by_source)]


def tally(name: str, lines: Sequence[FileLine]) -> SourceTally:
    """Adds files up under one name."""
    decisions = dict.fromkeys(_DECISIONS, 0)
    for line in lines:
        if line.decision is not None:
            decisions[line.decision] += 1
    return SourceTally(
        source=name,
        files=len(lines),
        decisions=decisions,
        rows=sum(line.rows for line in lines),
        accepted=sum(line.accepted for line in lines),
        quarantined=sum(line.quarantined for line in lines),
        score=score_of_rows((line.score, line.rows) for line in lines),
    )
