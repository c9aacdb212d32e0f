"""Whether the process that an owner name speaks of can still be at work.

What belongs here: reading `worker_name` back. Who owns what, tasks and effects say.
"""

import os
import socket
from contextlib import suppress


def is_gone(owner: str) -> bool:
    """Tells whether an owner was a process of this machine that has ended.

    A number that another process has by now counts as alive, and so does every other machine's.
    """
    host, _, rest = owner.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    with suppress(PermissionError):
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
    return False
