"""Folders that really refuse: read-only ones and full ones, for root too."""

import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Makes a folder refuse new names for the length of a `with` block.

    Root may write whatever the mode says, so for root the folder is made immutable.
    """
    if os.geteuid() != 0:
        folder.chmod(0o500)
        try:
            yield
        finally:
            folder.chmod(0o700)
        return
    made = subprocess.run(["chattr", "+i", folder], capture_output=True, check=False)
    if made.returncode != 0:
        with _mounted_read_only(folder):
            yield
        return
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", folder], check=True)


@contextmanager
def _mounted_read_only(folder: Path) -> Iterator[None]:
    """The same by a second mount of the folder, for file systems without immutable folders."""
    bound = subprocess.run(["mount", "--bind", folder, folder], capture_output=True, check=False)
    if bound.returncode != 0:
        pytest.skip(f"READ-ONLY FOLDERS NOT TESTED: no chattr, no mount: {bound.stderr.decode()}")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def tiny_disk(folder: Path, size_bytes: int) -> Iterator[None]:
    """Puts a file system of the given size on a folder for the length of a `with` block."""
    option = f"size={size_bytes}"
    command = ["mount", "-t", "tmpfs", "-o", option, "tmpfs", folder]
    try:
        made = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("FULL DISK NOT TESTED: no mount command; file size limits stand in for it")
    if made.returncode != 0:
        pytest.skip("FULL DISK NOT TESTED: may not mount; file size limits stand in for it")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def no_file_larger_than(size_bytes: int) -> Iterator[None]:
    """Makes every write beyond a file size fail in this process for the length of the block."""
    old_signal = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, old_signal)
