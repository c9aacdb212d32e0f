"""How repairs of notation are tried: values written otherwise, and what confirms a new one."""

from decimal import Decimal

import numpy as np

from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.repair_kind import Repair, number, texts
from dmaic_assets.phenomena.contract.repair_spec import Confirms
from dmaic_assets.phenomena.notation.repair import PLAIN, canonical, moment_of, number_writer


def decorated(text: str, repair: Repair, rng: "np.random.Generator") -> tuple[str, str] | None:
    """A plain number as the repair writes it, and with a unit or with marks."""
    worse = _decorated(text, repair, rng)
    if worse is None:
        return None
    return number_writer(repair.parameters)(text) or text, worse


def _decorated(text: str, repair: Repair, rng: "np.random.Generator") -> str | None:
    units = texts(repair.parameters, "units")
    bare = text.strip()
    for unit in units:
        bare = bare.removesuffix(unit).strip()
    if not PLAIN.fullmatch(bare):
        return None
    if not units:
        return _marked(bare, repair)
    factor = number(repair.parameters, "factor", 1.0)
    amount = bare if factor == 1 else canonical(Decimal(bare) / Decimal(repr(factor)))
    return amount + units[int(rng.integers(len(units)))]


def _marked(text: str, repair: Repair) -> str | None:
    if repair.parameters.get("style") == "1.234,5":
        return text.replace(".", ",") if "." in text else None
    whole, point, rest = text.partition(".")
    grouped = f"{int(whole):,}" if whole.lstrip("+-").isdigit() else whole
    return f"{grouped}{point}{rest}" if "," in grouped else None


def redated(text: str, repair: Repair, rng: "np.random.Generator") -> tuple[str, str] | None:
    """A date in one of the formats that the repair reads."""
    moment = moment_of(text.strip(), str(repair.parameters["to"]))
    sources = texts(repair.parameters, "from")
    if moment is None:
        return None
    return text, moment.strftime(sources[int(rng.integers(len(sources)))])


def rewidened(text: str, repair: Repair, rng: "np.random.Generator") -> tuple[str, str] | None:
    """A code without the zeros that it begins with, or with two more."""
    if not text.isdigit() or len(text) != number(repair.parameters, "width", 0):
        return None
    short = text.lstrip("0")
    is_lost = repair.parameters.get("is_filled") is True and short not in ("", text)
    return text, short if is_lost and rng.random() < 0.5 else f"00{text}"


def is_code_of_column(evidence: Evidence, repair: Repair) -> Confirms:
    """The new code is one that other rows of the column have."""
    known = frozenset(evidence.part(repair.columns[0]).values)
    return lambda _, __, fresh: fresh in known


def is_in_range(evidence: Evidence, repair: Repair) -> Confirms:
    """The new number lies among those that the column writes plainly."""
    values = evidence.part(repair.columns[0]).values
    found = [float(v) for v in values if PLAIN.fullmatch(v.strip())]
    ends = (min(found), max(found)) if found else None

    def confirms(_: str, __: object, fresh: str | None) -> bool:
        if fresh is None or not PLAIN.fullmatch(fresh):
            return False
        return ends is None or ends[0] <= float(fresh) <= ends[1]

    return confirms


def is_in_period(evidence: Evidence, repair: Repair) -> Confirms:
    """The new date lies between the dates that the column writes in its usual format."""
    target = str(repair.parameters["to"])
    moments = (moment_of(v.strip(), target) for v in evidence.part(repair.columns[0]).values)
    found = sorted(m.isoformat() for m in moments if m is not None)
    first, last = (found[0], found[-1]) if found else ("", "")

    def confirms(_: str, __: object, fresh: str | None) -> bool:
        moment = None if fresh is None else moment_of(fresh, target)
        return moment is not None and first <= moment.isoformat() <= last

    return confirms
