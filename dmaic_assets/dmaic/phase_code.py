"""Code versions of the phases, derived from the source of the modules that compute them.

What belongs here: which module a phase starts from. Importing this costs no heavy library.
"""

from collections.abc import Mapping
from functools import cache

from dmaic_assets.ledger.keys import code_version
from dmaic_assets.phase_settings import PhaseName
from dmaic_assets.runs.code import import_closure

_ROOTS: Mapping[PhaseName, tuple[str, ...]] = {
    "define": ("dmaic_assets.dmaic.define",),
    "measure": ("dmaic_assets.dmaic.measure", "dmaic_assets.dmaic.value_capability"),
    "analyze": ("dmaic_assets.dmaic.analyze",),
    "improve": ("dmaic_assets.dmaic.improve",),
    "control": ("dmaic_assets.dmaic.control",),
}
LIBRARIES = ("numpy", "polars", "scipy")


@cache
def phase_code(phase: PhaseName) -> str:
    """The code version of a phase: a hash over every module of ours that can change its output."""
    modules = import_closure([*_ROOTS[phase], "dmaic_assets.dmaic.evidence"])
    return code_version(sorted(modules), libraries=LIBRARIES)
