"""Learns which columns arrive, in which order and of which type."""

from dmaic_assets.history.baseline import History
from dmaic_assets.history.proposal import NEVER_BROKEN, Proposal, Proposals, Refusal
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.phenomenon import Given


def propose_columns(given: Given) -> Proposals:
    """Proposes presence, order and novelty of columns, and the type of each."""
    history = given.history
    newest = history.all_facts[-1].profile.columns
    always = tuple(c.column for c in newest if history.presence(c.column) == 1.0)
    sometimes = tuple(c for c in history.columns if history.presence(c) < 1.0)
    files = len(history.all_facts)
    found: Proposals = [
        Refusal("columns_present", (c,), f"in {history.presence(c):.0%} of {files} files only")
        for c in sometimes
    ]
    if always:
        found.append(Proposal("columns_present", always, "critical", evidence={"files": files}))
        found.append(Proposal("columns_added", history.columns, "low", evidence={"files": files}))
    if len(always) > 1 and _has_one_order(history, always):
        found.append(Proposal("column_order", always, "low", evidence={"files": files}))
    found.extend(_types(history))
    found.extend(_spellings(history))
    return found


def _has_one_order(history: History, columns: tuple[str, ...]) -> bool:
    known = set(columns)
    orders = {
        tuple(c.column for c in f.profile.columns if c.column in known) for f in history.all_facts
    }
    return len(orders) == 1


def _types(history: History) -> Proposals:
    found: Proposals = []
    for name, type_ in history.types.items():
        values = sum(
            c.rows - c.null_count
            for f in history.facts
            if (c := f.profile.column(name)) is not None
        )
        if values == 0 or type_.type in {"text", "nested", "binary"}:
            continue
        found.append(
            Proposal(
                "type",
                (name,),
                "high",
                {"type": type_.type},
                {"values": values, "pattern": type_.pattern},
            )
        )
    return found


def _spellings(history: History) -> Proposals:
    """How numbers carry units and how missing values are written, where every file agrees."""
    found: Proposals = []
    for name in history.types:
        seen = [t for f in history.all_facts for t in f.types if t.column == name]
        units = {t.unit or "" for t in seen if t.type in {"integer", "decimal"}}
        if len(units) == 1 and all(t.type in {"integer", "decimal"} for t in seen):
            found.append(Proposal("unit", (name,), "high", {"unit": units.pop()}))
        if not any(c.null_count for f in history.all_facts if (c := f.profile.column(name))):
            continue
        tokens = sorted({token for t in seen for token in t.null_tokens if token})
        spelled: dict[str, Json] = {"tokens": list(tokens)}
        found.append(Proposal("null_spelling", (name,), "low", spelled, tolerance=NEVER_BROKEN))
    return found
