"""A child process for tests of the supervisor, started as a module."""

import signal
import subprocess
import sys
import time
from pathlib import Path


def main(place: Path, behaviour: str) -> None:
    """Notes its start in `place` and behaves as told."""
    with (place / "starts").open("a") as file:
        file.write(f"{behaviour}\n")
    if behaviour == "crash":
        _show("it went wrong here")
        raise SystemExit(3)
    if behaviour == "crash-once" and (place / "starts").read_text().count("crash-once") == 1:
        raise SystemExit(4)
    if behaviour == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if behaviour == "parent":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        (place / "grandchild").write_text(str(child.pid))
    _show("\x1b[32mworking\x1b[0m")
    _show("::say hello from the child")
    (place / f"{behaviour}.ready").touch()
    time.sleep(600)


def _show(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
