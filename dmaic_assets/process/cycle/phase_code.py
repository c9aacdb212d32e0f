"""Code versions of the phases, derived from the source of the modules that compute them.

What belongs here: which module a phase starts from. Importing this costs no heavy library.
"""

from collections.abc import Mapping
from functools import cache

from dmaic_assets.settings.phases import PhaseName
from dmaic_assets.store.keys import code_version
from dmaic_assets.work.plan.code_versions import import_closure

_ROOTS: Mapping[PhaseName, tuple[str, ...]] = {
    "define": ("dmaic_assets.process.define.define",),
    "measure": (
        "dmaic_assets.process.measure.measure",
        "dmaic_assets.process.measure.value_capability",
    ),
    "analyze": ("dmaic_assets.process.analyze.analyze",),
    "improve": ("dmaic_assets.process.improve.improve",),
    "control": ("dmaic_assets.process.control.control",),
}
LIBRARIES = ("numpy", "polars", "scipy")


@cache
def phase_code(phase: PhaseName) -> str:
    """The code version of a phase: a hash over every module of ours that can change its output."""
    modules = import_closure([*_ROOTS[phase], "dmaic_assets.process.evidence"])
    return code_version(sorted(modules), libraries=LIBRARIES)
