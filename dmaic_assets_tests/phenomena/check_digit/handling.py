"""Check digits: how it is learnt, found and repaired."""

from collections.abc import Iterator

import numpy as np
from dmaic_assets.phenomena.check_digit.rule import LENGTH, right_digit

from dmaic_assets.history.proposal import Proposal, Proposals
from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.cell_frame import Agreement, Suspect, TextFrame
from dmaic_assets.phenomena.contract.phenomenon import Given, Handling, Learner
from dmaic_assets.phenomena.contract.repair_kind import Repair, repair_id
from dmaic_assets.phenomena.contract.repair_spec import Confirms, RepairSpec


def _is_code(text: str) -> bool:
    return text.isdigit() and len(text) == LENGTH


def _is_right(text: str) -> bool:
    return text[-1] == right_digit(text)


def _learn(given: Given) -> Proposals:
    texts = {n: given.history.series(n).drop_nulls() for n in given.kinds}
    named = [n for n, s in texts.items() if str(s.dtype) == "String" and len(s)]
    mapped = {p.columns[-1] for p in given.proposed if isinstance(p, Proposal)}
    found = [n for n in named if all(_is_code(v) and _is_right(v) for v in texts[n])]
    return [Proposal("check_digit", (n,), "high") for n in found if n not in mapped]


def _suspects(text: TextFrame, _: Agreement) -> Iterator[Suspect]:
    for part in text.parts:
        if all(_is_code(v) for v in part.values):
            wrong = [i for i, v in enumerate(part.values) if not _is_right(v)]
            for row in np.flatnonzero(np.isin(part.codes, wrong)):
                yield Suspect(int(row), part.index, "last digit is not the sum", 0.99)


def _propose(evidence: Evidence) -> Iterator[Repair]:
    for part in evidence.text.parts:
        if part.values and all(_is_code(v) for v in part.values):
            columns = (part.name,)
            yield Repair(repair_id("check_digit", columns), "check_digit", columns)


def _confirm(_: Evidence, __: Repair) -> Confirms:
    return lambda _, __, fresh: fresh is not None and _is_right(fresh)


def _spoil(text: str, _: Repair, __: np.random.Generator) -> tuple[str, str] | None:
    return text, text[:-1] + str((int(text[-1]) + 1) % 10)


HANDLING = Handling(
    learners=(Learner("check_digit", _learn, needs=("mapping",)),),
    repairs=(
        RepairSpec(
            "check_digit",
            "slip",
            {},
            by_value=lambda _: lambda text: text[:-1] + right_digit(text),
            confirm=_confirm,
            spoil=_spoil,
        ),
    ),
    proposers=(_propose,),
    detectors=(_suspects,),
)
