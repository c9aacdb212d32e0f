"""A worker hears what it is told, whichever thread the system tells."""

import signal
import threading
from types import FrameType

from dmaic_assets.work.run.worker import work_until_told
from dmaic_assets_tests.work.conftest import Project


def test_a_signal_that_another_thread_gets_ends_an_idle_worker(project: Project) -> None:
    stop, ended = threading.Event(), threading.Event()

    def tell(_signum: int, _frame: FrameType | None) -> None:
        stop.set()

    def signal_to_this_thread() -> None:
        for _ in range(3):
            signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
            if ended.wait(5):
                return
        stop.set()
        overdue.append("not heard")

    overdue: list[str] = []
    before = signal.signal(signal.SIGUSR1, tell)
    other = threading.Timer(1.0, signal_to_this_thread)
    try:
        other.start()
        done = work_until_told(project.platform, stop)
    finally:
        ended.set()
        other.join()
        signal.signal(signal.SIGUSR1, before)

    assert (done, overdue) == (0, [])
