"""Runs a module as a child that cannot outlive its parent.

`python -m dmaic_assets.web.servers.leash MODULE ...` does it.

What belongs here: the child's side. Its standard input is a pipe that only the parent holds open;
when the parent ends, however it ends, the pipe does too, and the child's whole process group goes.
"""

import os
import runpy
import signal
import sys
import threading
import time
from collections.abc import Sequence

# Seconds from SIGTERM to SIGKILL, for the children to end by themselves.
_GRACE_S = 8.0


def main(arguments: Sequence[str]) -> None:
    """Runs the named module as `__main__` with the arguments that follow its name."""
    # A parent in the background of a shell has SIGINT ignored, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_follow_parent, name="leash", daemon=True).start()
    sys.argv = list(arguments)
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


def _follow_parent() -> None:
    while os.read(0, 1024):
        pass
    os.killpg(os.getpgrp(), signal.SIGTERM)
    time.sleep(_GRACE_S)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
