"""The memo around the phases of a source: what is known is taken, the rest computed and kept.

What belongs here: keys, looking up, remembering, and the files that people read. A phase is known
by its code, its parameters, the evidence, and what the phases before it gave.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.model import ArtifactRef, Json, PhaseName
from dmaic_assets.process.cycle.phase import AnyOutput, Document, read_output
from dmaic_assets.store.artifacts import find_json, put_bytes, put_json, record_artifacts
from dmaic_assets.store.codec import to_json
from dmaic_assets.store.effect_files import write_bytes_if_changed
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.ledger.record.memo import MemoRecord, lookup, remember
from dmaic_assets.work.plan.code_versions import asset_code
from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class PhaseResult:
    """One phase of one source in one run.

    `version` is the hash of its output; `computed_in_run` names the run that computed it.
    """

    source: str
    phase: PhaseName
    output: AnyOutput
    key: str
    version: str
    code_version: str
    is_memoized: bool
    computed_in_run: str
    artifacts: tuple[ArtifactRef, ...]


def phase_key(
    phase: PhaseName, source: str, params: Mapping[str, Json], inputs: Mapping[str, Json]
) -> str:
    """The key under which one phase of one source is known."""
    return sha256_json(
        {
            "phase": phase,
            "source": source,
            "code": asset_code(phase),
            "params": dict(params),
            "inputs": dict(inputs),
        }
    )


def take_phase(  # noqa: PLR0913 - what a phase is known by
    platform: Platform,
    run_id: str,
    phase: PhaseName,
    source: str,
    compute: Callable[[], AnyOutput],
    *,
    params: Mapping[str, Json],
    inputs: Mapping[str, Json],
    recompute: bool = False,
) -> PhaseResult:
    """Gives a phase's output from the memo, or computes, stores and remembers it.

    Documents are put where people look for them, also when they are known: what somebody deleted
    comes back. Artifact rows of the run are recorded either way.

    Raises:
        StoreError: Reports or artifacts cannot be written.
        DmaicError: As the phase refuses.
    """
    key = phase_key(phase, source, params, inputs)
    known = None if recompute else lookup(platform.ledger, [key]).get(key)
    root = platform.paths.artifacts
    told = find_json(root, known.artifact if known else None)
    if known is not None and known.artifact is not None and told is not None:
        output = read_output(phase, told)
        found = (known.artifact, known.run_id, True)
    else:
        output = compute()
        artifact = put_json(root, phase, to_json(output))
        _remember(platform, run_id, phase, key, artifact)
        found = (artifact, run_id, False)
    artifact, computed_in, is_memoized = found
    documents = tuple(_stored(platform, phase, doc) for doc in output.documents)
    _publish(platform, source, output.documents)
    record_artifacts(platform.ledger, run_id, phase, [artifact, *documents], source=source)
    return PhaseResult(
        source=source,
        phase=phase,
        output=output,
        key=key,
        version=artifact.sha256,
        code_version=asset_code(phase),
        is_memoized=is_memoized,
        computed_in_run=computed_in,
        artifacts=(artifact, *documents),
    )


def _remember(
    platform: Platform, run_id: str, phase: PhaseName, key: str, artifact: ArtifactRef
) -> None:
    record = MemoRecord(
        memo_key=key,
        asset=phase,
        data_version=artifact.sha256,
        code_version=asset_code(phase),
        artifact=artifact,
        run_id=run_id,
        computed_at=platform.clock(),
    )
    remember(platform.ledger, [record])


def _stored(platform: Platform, phase: PhaseName, document: Document) -> ArtifactRef:
    suffix = "." + document.name.rpartition(".")[2]
    content = document.text.encode()
    return put_bytes(platform.paths.artifacts, phase, content, suffix=suffix)


def _publish(platform: Platform, source: str, documents: Sequence[Document]) -> None:
    folder = platform.paths.reports / source
    for document in documents:
        write_bytes_if_changed(folder / document.name, document.text.encode())
