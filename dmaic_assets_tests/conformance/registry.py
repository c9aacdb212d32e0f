"""The groups of reference cases, in the order of the scorecard.

What belongs here: the list of group modules and how one is loaded. A group module answers some
reference files with our statistics; it exposes `GROUP`, `FILES` and `run_cases`, as `Group` says.
"""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

from dmaic_assets.errors import BadInputError
from dmaic_assets_tests.conformance.case import CaseResult

CONFORMANCE = "dmaic_assets_tests.conformance"
GROUPS: tuple[str, ...] = (
    f"{CONFORMANCE}.sigma",
    f"{CONFORMANCE}.strd",
    f"{CONFORMANCE}.strd_float",
    f"{CONFORMANCE}.hypothesis",
    f"{CONFORMANCE}.constants",
    f"{CONFORMANCE}.rules_edge",
    f"{CONFORMANCE}.qcc",
    f"{CONFORMANCE}.chart_cases",
    f"{CONFORMANCE}.mtbf_sampling",
    f"{CONFORMANCE}.grr",
    f"{CONFORMANCE}.arl",
)


class Group(Protocol):
    """What a group module exposes.

    `FILES` are glob patterns of the reference files it answers, wherever they stand below the
    reference folder; `ref_qcc*.json` therefore also answers `others/ref_qcc_2.json`.
    """

    GROUP: str
    FILES: tuple[str, ...]

    def run_cases(self, folder: Path, file: Path) -> Sequence[CaseResult]:
        """Runs every case of one reference file.

        Args:
            folder: The reference folder, which the paths of input data inside of cases start from.
            file: The reference file, somewhere below the folder.

        Returns:
            One result per case, in the order of the file; a case that fails is a result too.
        """
        ...


def load_groups(modules: Sequence[str] = GROUPS, *, only: str | None = None) -> tuple[Group, ...]:
    """Imports the group modules, in order; with `only`, the one of that name or module name.

    Raises:
        BadInputError: There is no group of the name asked for.
    """
    named = {module: cast("Group", importlib.import_module(module)) for module in modules}
    if only is None:
        return tuple(named.values())
    chosen = tuple(
        group for module, group in named.items() if only in {group.GROUP, module.rpartition(".")[2]}
    )
    if not chosen:
        names = ", ".join(module.rpartition(".")[2] for module in named)
        raise BadInputError("--group", f"there is no group {only!r}", f"Choose one of: {names}.")
    return chosen
