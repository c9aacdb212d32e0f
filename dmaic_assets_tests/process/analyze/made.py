"""Factors for tests, from plain columns of text."""

from collections.abc import Sequence

import numpy as np

from dmaic_assets.process.analyze.factors import Factor


def factor_of(name: str, values: Sequence[str | None]) -> Factor:
    """Codes a column of text values; None becomes the level "(missing)".

    Levels are sorted, so that the same values give the same factor whatever their order.
    """
    texts = np.array(["(missing)" if v is None else v for v in values], dtype=object)
    levels, codes = np.unique(texts, return_inverse=True) if len(texts) else (texts, texts)
    return Factor(name, tuple(str(v) for v in levels), np.asarray(codes, dtype=np.int32))
