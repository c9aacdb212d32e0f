"""A real browser for tests of pages; where there is none, they loudly say that they did not run."""

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1600,1100",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def chromium(profile: Path, *, is_watched: bool = False) -> Iterator[webdriver.Chrome]:
    """Opens the browser with a profile of its own; its console is kept from the beginning.

    Args:
        profile: A folder of its own.
        is_watched: Whether requests are kept too, in the log `performance`.
    """
    binary, driver = _installed()
    options = Options()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    kept = ("browser", "performance") if is_watched else ("browser",)
    options.set_capability("goog:loggingPrefs", dict.fromkeys(kept, "ALL"))
    opened = webdriver.Chrome(options=options, service=Service(driver))
    try:
        yield opened
    finally:
        opened.quit()


def _installed() -> tuple[str, str]:
    """Finds the browser and its driver."""
    binary = next((found for name in NAMES if (found := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    if binary is not None and driver is not None:
        return binary, driver
    message = "NOT RUN: no Chromium with chromedriver here (`make browser` tells how to get one)"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.warn(message, stacklevel=1)
    pytest.skip(message)
