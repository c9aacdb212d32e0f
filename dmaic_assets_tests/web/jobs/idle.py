"""In the place of the command line: a command that does what its first argument says."""

import json
import signal
import sys
import time


def main(arguments: list[str]) -> int:
    """Prints its arguments and ends, or waits until it is told to end."""
    if arguments[0] == "wait":
        sys.stderr.write("waiting\n")
        sys.stderr.flush()
        time.sleep(600)
    if arguments[0] == "deaf":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        time.sleep(600)
    if arguments[0] == "refuse":
        told = {"error": "BadInput", "detail": "a.csv: is not there", "hint": "Name it."}
        sys.stderr.write(f"a warning\n{json.dumps(told)}\n")
        return 2
    if arguments[0] == "crash":
        raise RuntimeError("it broke")
    if arguments[0] == "talk":
        sys.stdout.write("x" * 2_000_000)
        return 0
    sys.stdout.write(json.dumps({"arguments": arguments}))
    return 4 if arguments[0] == "held" else 0


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        raise SystemExit(130) from None
