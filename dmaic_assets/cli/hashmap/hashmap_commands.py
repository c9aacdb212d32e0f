"""`dmaic hashmap`: the table of the laboratory's commands."""

import click

from dmaic_assets.cli.framework import LazyCommand, LazyGroup, section_of

PACKAGE = "dmaic_assets.cli.hashmap"
COMMANDS = (
    *section_of(
        "Workloads",
        PACKAGE,
        {
            "workload_commands:generate_csv": "Draw a workload from a few figures and a seed.",
            "workload_commands:dna": "Tell what a workload, or a key column, is like.",
            "profile_command:profile": "Play its first operations on each index; pick the fastest.",
            "run_command:run_csv": "Play a workload on a map and tell how it went.",
            "bench_commands:bench": "Play a workload on every index at several loads.",
            "bench_commands:exhibit": "Fill new and old schemes nearly full; search them.",
            "compare_command:ab_compare": "Compare two maps on a workload, chance kept out.",
            "tune_command:tune": "Search limits for a workload; keep what is proven to gain.",
            "batch_command:batch": "Play the jobs of a TOML file and report them side by side.",
            "bench_commands:budget": "Hold what operations cost against this machine's baseline.",
            "profile_command:ticks": "Check a file of ticks and tell what the last one says.",
            "config_commands:config": "Configure trials: which map, and the watchdog's limits.",
        },
    ),
    *section_of(
        "See",
        PACKAGE,
        {
            "tui_command:tui": "Play a workload before your eyes; keys lead the map.",
            "page_command:page": "Write one page of all there is to see of a key column.",
            "probe_command:probe": "Follow the search for one key in each kind of index.",
        },
    ),
    *section_of(
        "Saved maps",
        PACKAGE,
        {
            "map_commands:put": "Put numbers by key into a saved map.",
            "map_commands:get": "Look keys up in a saved map.",
            "map_commands:items": "List keys and values of a saved map.",
            "repl_command:repl": "Change and ask a saved map line by line.",
            "snapshot_commands:snapshot": "Look at, check, mend and shrink saved maps.",
        },
    ),
    *section_of(
        "A project's key columns",
        PACKAGE,
        {"trials_command:trials": "Measure every kind of index on a real key column of a source."},
    ),
    LazyCommand(
        "compile",
        f"{PACKAGE}.trials_command:compile_",
        "Compile the kernels now, so that no later command waits.",
        "A project's key columns",
    ),
    LazyCommand("del", f"{PACKAGE}.map_commands:delete", "Take keys out.", "Saved maps"),
)


@click.group("hashmap", cls=LazyGroup, lazy=COMMANDS)
def hashmap() -> None:
    """Try hash maps on workloads, made up or of real key columns."""
