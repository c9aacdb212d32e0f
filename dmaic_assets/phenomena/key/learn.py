"""Learns what identifies a row, and how many rows repeat others."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dmaic_assets.history.baseline import Floats, History
from dmaic_assets.history.column_kinds import ColumnKind
from dmaic_assets.history.count_ahead import count_ahead
from dmaic_assets.history.proposal import Fit, Proposal, Proposals, Refusal
from dmaic_assets.history.tolerance import interval, rare_upper
from dmaic_assets.phenomena.contract.phenomenon import Given
from dmaic_assets.phenomena.key.learn_composite import propose_composite_key

if TYPE_CHECKING:
    from dmaic_assets.settings.project import SourceSettings

# Rows from which a column can show that it identifies them.
LEAST_ROWS = 20
# Different values of a foreign key from which one per row is no accident.
LEAST_KEYS = 50
# Share of repeated rows beyond history's that is allowed in any case.
SHARE_FLOOR = 0.02
# And in small files so many rows: alike records come in groups.
FEW_COPIES = 3
# Share of rows with a repeated key that are set apart; beyond it the file is held.
KEY_TOLERANCE = 0.02
# Share of clean files that would repeat a value by chance: a fifth of the default budget.
MOST_CHANCE = 0.002
# Copies expected in history at which none of them is no accident: exp(-NO_CHANCE) is below 1 %.
NO_CHANCE = 5.0


def propose_keys(given: Given) -> Proposals:
    """Proposes unique columns, the declared key, and no (or few) repeated rows.

    Where no column identifies a row and no key is declared, two or three together may.
    """
    history, kinds, source = given.history, given.kinds, given.source
    declared = source.primary_key
    found = declared_key(source) if set(declared) <= set(kinds) else []
    for name, kind in kinds.items():
        if _identifies(history, kind) and (name,) != declared:
            chance = _chance_copies(history, name)
            if chance > MOST_CHANCE:
                reason = f"values recur between files: {chance:.1%} of files would repeat one"
                found.append(Refusal("unique", (name,), reason))
                continue
            evidence = {"files": history.files, "values": kind.closure.rows, "repeated": 0}
            found.append(
                Proposal("unique", (name,), "critical", evidence=evidence, tolerance=KEY_TOLERANCE)
            )
    if not declared and not any(isinstance(p, Proposal) for p in found):
        found.extend(propose_composite_key(history, kinds))
    found.extend(_duplicates(history))
    return found


def declared_key(source: "SourceSettings") -> Proposals:
    """The key that configuration declares, which needs no history; nothing when it has none."""
    if not source.primary_key:
        return []
    return [Proposal("unique", source.primary_key, "critical", evidence={"declared": True})]


def _identifies(history: History, kind: ColumnKind) -> bool:
    """Texts or whole numbers that no file repeats, in files long enough to tell."""
    if kind.kind == "growing":
        return kind.is_unique and history.dtype(kind.column).is_integer()
    is_whole = kind.is_unique and kind.closure.distinct > LEAST_KEYS
    is_key = kind.kind == "identifier" or (kind.kind == "foreign key" and is_whole)
    return is_key and history.rows >= LEAST_ROWS


def _chance_copies(history: History, name: str) -> float:
    """Copies in one more file if a value recurred in a file as it does between files.

    0 where values do not recur, or where files should then have had copies and never did: a
    snapshot holds the same keys as the one before, and each of them once.
    """
    codes = history.codes(name)
    there = codes.values >= 0
    sizes = np.bincount(history.part_ids[there], minlength=history.parts).astype(np.float64)
    held_by = np.bincount(codes.values[there], minlength=codes.size).astype(np.float64)
    rows = float(sizes.sum())
    within = float((sizes * (sizes - 1)).sum()) / 2
    across = rows * (rows - 1) / 2 - within
    same = float((held_by * (held_by - 1)).sum()) / 2
    if history.is_cut or not across or not same or within * same / across >= NO_CHANCE:
        return 0.0
    size = float(np.median(history.file_rows))
    return size * (size - 1) / 2 * same / across


def _duplicates(history: History) -> Proposals:
    known = [(f.profile.duplicate_rows, f.rows) for f in history.facts]
    pairs = [(d, n) for d, n in known if d is not None]
    if not pairs or sum(n for _, n in pairs) < LEAST_ROWS:
        return []
    copies = np.array([d for d, _ in pairs], dtype=np.float64)
    rows = np.array([n for _, n in pairs], dtype=np.float64)
    if copies.sum() == 0 and _expected_copies(history) < 0.5:
        evidence = {"files": len(pairs), "rows": int(rows.sum()), "copies": 0}
        rate = rare_upper(0, float(rows.sum()))
        return [Proposal("duplicate_rows", (), "high", evidence=evidence, row_rate=rate)]
    fit = partial(_fit_copies, copies, rows)
    report = Proposal(
        "duplicate_rows", (), "low", evidence={"copies": int(copies.sum())}, tolerance=1.0
    )
    return [report, Proposal("duplicate_share", (), "critical", fit=fit, weight=3.0)]


def _expected_copies(history: History) -> float:
    """Copies that chance alone would make in one file, were its columns independent.

    The chance that two rows agree is the product over columns of the chance that two values do;
    dependence between columns raises it, so that this is a lower bound.
    """
    agree = 1.0
    for name in history.columns:
        if not history.has(name):
            continue
        codes = history.codes(name)
        counts = np.bincount(codes.values + 1)
        shares = counts / max(1, counts.sum())
        agree *= float((shares**2).sum())
    rows = float(np.median(history.file_rows)) if history.files else 0.0
    return rows * rows / 2 * agree


def _fit_copies(copies: Floats, rows: Floats, alpha: float) -> Fit | None:
    shares = copies / rows
    if len(rows) < 2:
        most = min(1.0, float(shares[0]) * 2 + 0.05)
        return Fit({"max": round(most, 4)}, {"files": 1, "note": "one file: wide bound"}, alpha)
    noise = 0.5 / float(np.sqrt(np.median(rows)))
    found = interval((copies + 0.375) / (rows + 0.75), alpha, scale="arcsine", floor=noise)
    high = min(found.high, 1.0)
    if float(np.median(copies)) == 0:
        # Where most files have none, how often they come tells more than how their share varies.
        high = min(high, count_ahead(copies, rows, alpha) / float(np.median(rows)))
    margin = max(SHARE_FLOOR, FEW_COPIES / float(np.median(rows)))
    most = max(high, float(shares.max()) + margin)
    evidence = {
        "files": len(rows),
        "usual": round(float(np.median(shares)), 5),
        "greatest": round(float(shares.max()), 5),
        "multiplier": round(found.multiplier, 2),
    }
    return Fit({"max": round(min(1.0, most), 5)}, evidence, alpha) if most < 0.98 else None
