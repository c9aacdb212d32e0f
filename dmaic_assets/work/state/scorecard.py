"""The conformance scorecard of the shipped reference cases, computed once per version of the code.

What belongs here: the memo around it, and its page among the artifacts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from dmaic_assets.model import ArtifactRef, Json
from dmaic_assets.store.artifacts import get_json, is_intact, put_bytes, put_json
from dmaic_assets.store.keys import code_version, sha256_file, sha256_json
from dmaic_assets.store.ledger.record.memo import MemoRecord, lookup, remember
from dmaic_assets.work.assets.names import SCORECARD
from dmaic_assets.work.plan.code_versions import import_closure
from dmaic_assets.work.run.platform import Platform

KIND = "scorecard"
LIBRARIES = ("numpy", "scipy")
_CONFORMANCE = "dmaic_assets.sixsigma.conformance"


@dataclass(frozen=True, slots=True)
class ScorecardResult:
    """The scorecard as JSON, its page, and whether both were known."""

    document: Mapping[str, Json]
    page: ArtifactRef
    data_version: str
    is_memoized: bool


@cache
def scorecard_code() -> str:
    """The code version: a hash over every module that a reference case goes through."""
    from dmaic_assets.sixsigma.conformance.registry import GROUPS

    roots = [f"{_CONFORMANCE}.{name}" for name in ("runner", "scorecard", "scorecard_views")]
    return code_version(sorted(import_closure([*roots, *GROUPS])), libraries=LIBRARIES)


def take_scorecard(platform: Platform) -> ScorecardResult:
    """Gives the scorecard from the memo, or runs all shipped cases (some seconds of cpu).

    Raises:
        StoreError: The artifacts folder refuses.
    """
    from dmaic_assets.sixsigma.conformance.runner import SHIPPED

    key = sha256_json({"asset": SCORECARD, "code": scorecard_code(), "cases": _hashes(SHIPPED)})
    root = platform.paths.artifacts
    known = lookup(platform.ledger, [key]).get(key)
    if known is not None and known.artifact is not None and is_intact(root, known.artifact):
        found, artifact = _content(get_json(root, known.artifact)), known.artifact
    else:
        found = _compute(SHIPPED)
        artifact = put_json(root, KIND, {**found})
        record = MemoRecord(
            memo_key=key,
            asset=SCORECARD,
            data_version=artifact.sha256,
            code_version=scorecard_code(),
            artifact=artifact,
            run_id="",
            computed_at=platform.clock(),
        )
        remember(platform.ledger, [record])
        known = None
    page = put_bytes(root, KIND, str(found["page"]).encode(), suffix=".html")
    return ScorecardResult(
        _content(found["scorecard"]), page, artifact.sha256, is_memoized=known is not None
    )


def _compute(folder: Path) -> Mapping[str, Json]:
    from dmaic_assets.sixsigma.conformance.registry import load_groups
    from dmaic_assets.sixsigma.conformance.runner import run_conformance
    from dmaic_assets.sixsigma.conformance.scorecard import scorecard_document, scorecard_of
    from dmaic_assets.sixsigma.conformance.scorecard_views import scorecard_page

    card = scorecard_of(run_conformance([folder], load_groups()))
    page = scorecard_page(card, version=version("dmaic-assets"))
    return {"scorecard": scorecard_document(card), "page": page}


def _hashes(folder: Path) -> dict[str, Json]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256_file(path) for path in files}


def _content(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}
