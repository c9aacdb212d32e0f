"""The program that the crash test kills: it sends what waits, and may die in the middle."""

import sys
from pathlib import Path

from dmaic_assets.settings.project import load_settings
from dmaic_assets.work.alerts.delivery import send_waiting
from dmaic_assets.work.run.platform import platform_of


def main() -> None:
    with platform_of(load_settings(Path(sys.argv[1]))) as platform:
        send_waiting(platform)


if __name__ == "__main__":
    main()
