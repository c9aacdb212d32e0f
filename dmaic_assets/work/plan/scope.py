"""Which sources and files a request is about, and refusing what it names that is not there.

What belongs here: reading `sources` and `files` of a request against what was found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import SourceFile
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.table.read.discovery import Discovery, source_slug
from dmaic_assets.work.plan.chain import Chain
from dmaic_assets.work.plan.request import RunRequest


def chains_in_scope(request: RunRequest, chains: Mapping[str, Chain]) -> dict[str, Chain]:
    """Gives the chains of the sources that a request names, or is about by a file; else all."""
    named = set(request.sources)
    if request.files:
        paths = {path.resolve() for path in request.files}
        named |= {
            name
            for name, chain in chains.items()
            if any(item.file.path.resolve() in paths for item in chain.files)
        }
    is_all = not request.sources and not request.files
    return {n: c for n, c in chains.items() if is_all or n in named}


def wants(request: RunRequest, file: SourceFile) -> bool:
    """Tells whether a request is about a file of a source in scope."""
    if not request.files or file.source in request.sources:
        return True
    return file.path.resolve() in {path.resolve() for path in request.files}


def noted(request: RunRequest, chains: Mapping[str, Chain]) -> Mapping[str, Chain]:
    """The chains as the run would see them: a run over named files notes no removal."""
    return {n: replace(c, removed=()) for n, c in chains.items()} if request.files else chains


def removed_in_scope(request: RunRequest, chains: Mapping[str, Chain]) -> tuple[Arrival, ...]:
    """Gives what somebody took away; a request for files is not about that."""
    if request.files:
        return ()
    return tuple(arrival for chain in chains.values() for arrival in chain.removed)


def refuse_unknown(
    request: RunRequest,
    chains: Mapping[str, Chain],
    found: Discovery,
    waiting: Sequence[SourceFile],
) -> None:
    """Refuses a request for a source or file that nobody found.

    Raises:
        BadInputError: It names one; tells what there is, or where to put it.
    """
    named = {p.source for p in (*found.problems, *waiting)}
    for source in request.sources:
        if source not in chains and source not in named:
            known = ", ".join(list(chains)[:10]) or "none yet"
            fix = f"Known sources: {known}. Put files under data/incoming/{source}/."
            slug = source_slug(source)
            if slug in chains:
                fix = f"The folder {source} is the source {slug}: use that name."
            raise BadInputError(source, "no such source", fix)
    if not request.files:
        return
    present: set[Path] = {i.file.path.resolve() for c in chains.values() for i in c.files}
    present |= {file.path.resolve() for file in waiting}
    for path in request.files:
        if path.resolve() not in present:
            fix = (
                "Put it under data/incoming/<source>/ or declare its source in config/sources.yaml."
            )
            culprit = "not a file of any source" if path.is_file() else "no such file"
            raise BadInputError(str(path), culprit, fix)


def wants_waiting(request: RunRequest, file: SourceFile) -> bool:
    """Tells whether a request is about a file that cannot be taken yet."""
    if not request.sources and not request.files:
        return True
    paths = {path.resolve() for path in request.files}
    return file.source in request.sources or file.path.resolve() in paths
