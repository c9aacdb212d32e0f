"""The assets of the hash-map laboratory: one key column of a source, from its rows to a page.

What belongs here: their entries. They are made when somebody asks for them, and by no other run.
"""

from dmaic_assets.work.assets.asset import Asset, Code, Shown
from dmaic_assets.work.assets.names import (
    ACCEPTED_ROWS,
    HASHMAP_COMPARISON,
    HASHMAP_DNA,
    HASHMAP_PAGE,
    HASHMAP_TRIALS,
    HASHMAP_WORKLOAD,
)

# numba counts as part of the machine: the code stands where it is not installed, too.
_LIBRARIES = ("numpy", "pyarrow")


def _code(*names: str, is_closed: bool = False) -> Code:
    modules = tuple(f"dmaic_assets.work.laboratory.{name}" for name in names)
    return Code(modules, _LIBRARIES, is_closed)


_PAGE_CODE = Code(
    (
        "dmaic_assets.work.laboratory.page",
        "dmaic_assets.work.laboratory.values",
        "dmaic_assets.hashmaps.view.survey",
        *(
            f"dmaic_assets.reports.hashmap.{name}"
            for name in ("source_page", "page", "sections", "effort_section", "figures")
        ),
    ),
    _LIBRARIES,
    is_closed=True,
)

LABORATORY_ASSETS: tuple[Asset[str], ...] = (
    Asset(
        HASHMAP_WORKLOAD,
        group="hashmaps",
        kinds=frozenset({"polars", "numpy"}),
        upstream=(ACCEPTED_ROWS,),
        holds="the source's key column, and what a platform asks of a map that uses it",
        description="""A real key column of the source, and the operations that each use comes to.

The column that settings or rules call a key, else the one with the most different values. Of its
accepted rows at most 200,000 are played, drawn with a fixed seed; only their digests are kept.""",
        code=_code("key_column"),
        shown=(Shown("uses", "table, if any", columns=("use", "operations", "digest")),),
    ),
    Asset(
        HASHMAP_DNA,
        group="hashmaps",
        kinds=frozenset({"numpy", "json"}),
        upstream=(HASHMAP_WORKLOAD,),
        holds="what each use is like: skew, reuse, density, entropy",
        description="What each use of the key column is like: mix of operations, skew, reuse, "
        "density. Hot keys are hashed under the project's secret.",
        code=_code("dna"),
    ),
    Asset(
        HASHMAP_TRIALS,
        group="hashmaps",
        kinds=frozenset({"numba", "numpy"}),
        upstream=(HASHMAP_WORKLOAD, HASHMAP_DNA),
        holds="nanoseconds an operation of every kind of index under every use, by round",
        description="""Every kind of index under every use, played in rounds on this machine.

Not repeated unless the code, the machine (cpu, Python, numba) or the workload changed. Keys whose
DNA says that they lie close together are tried with a place for each of them, too.""",
        code=_code("trials"),
        shown=(
            Shown(
                "trials",
                "table, if any",
                columns=("use", "kind", "fastest", "bytes_each", "load", "probes", "before"),
            ),
        ),
    ),
    Asset(
        HASHMAP_COMPARISON,
        group="hashmaps",
        kinds=frozenset({"python"}),
        upstream=(HASHMAP_TRIALS,),
        holds="the fastest kind of index for each use, by how much, and how sure that is",
        description="The fastest kind of index for each use: its margin over the next, in how many "
        "rounds it was faster, and how likely chance alone would decide as many alike.",
        code=_code("comparison"),
        shown=(
            Shown(
                "winners",
                "table, if any",
                columns=("use", "kind", "ns", "second", "margin", "rounds_won", "is_sure"),
            ),
        ),
    ),
    Asset(
        HASHMAP_PAGE,
        group="hashmaps",
        kinds=frozenset({"html"}),
        upstream=(HASHMAP_WORKLOAD, HASHMAP_DNA, HASHMAP_TRIALS, HASHMAP_COMPARISON),
        holds="a page of one key column: winners, all trials, DNA, decisions, single keys",
        description="""A page of a key column: the best index of each use, and one use seen closely.

It is played once more for the page: latencies, cycles and bytes, which keys are hot when, decisions
of the adaptive map, where a few keys stand. Keys are hashed under the project's secret.""",
        code=_PAGE_CODE,
    ),
)
