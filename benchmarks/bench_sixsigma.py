"""Measures the statistics: speed, coverage and rates, one section per `sixsigma_*` module.

Each section is a module of this folder with a `main` that prints its figures and ends with 0 when
they reach what is promised. `--section NAME` runs one (without the `sixsigma_`).
"""

import argparse
import resource
import subprocess
import sys
from pathlib import Path

SECTIONS = sorted(path.stem for path in Path(__file__).parent.glob("sixsigma_*.py"))


def run_section(section: str, arguments: list[str]) -> int:
    """Runs one section in a process of its own and tells the cpu seconds that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"== {section.removeprefix('sixsigma_')}", flush=True)
    command = [sys.executable, "-m", f"benchmarks.{section}", *arguments]
    code = subprocess.run(command, check=False).returncode
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"   {cpu_s:.1f} s cpu" + (f", ended with {code}" if code else ""), flush=True)
    return code


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--section", choices=[s.removeprefix("sixsigma_") for s in SECTIONS])
    options, rest = parser.parse_known_args()
    chosen = [f"sixsigma_{options.section}"] if options.section else SECTIONS
    return max(run_section(section, rest) for section in chosen)


if __name__ == "__main__":
    sys.exit(main())
