"""Which feeds may be looked at while working, and which only state the closing figure.

The seed was fixed before any result was seen and is never drawn again. A table added later would
move others from one half to the other: the lists of tables are closed. The fresh tables, added
later, have a draw of their own: `fresh` may be looked at, `kept` only states a figure. `more` is
one open set, not drawn.
"""

import hashlib
from collections.abc import Sequence
from typing import Literal, TypeAlias

Half: TypeAlias = Literal["work", "locked", "fresh", "kept", "more"]
SEED = "dmaic issue 12, drawn once"


def halves(names: Sequence[str], into: tuple[Half, Half] = ("work", "locked")) -> dict[str, Half]:
    """Splits names into two halves of equal size (the first has the odd one).

    The order is that of a hash of seed and name; it does not depend on the order given.
    """
    drawn = sorted(names, key=lambda name: hashlib.sha256(f"{SEED}/{name}".encode()).hexdigest())
    most = (len(drawn) + 1) // 2
    return {name: into[number >= most] for number, name in enumerate(drawn)}
