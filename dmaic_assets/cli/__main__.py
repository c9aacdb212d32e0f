"""Runs the command as `python -m dmaic_assets.cli`: what the Makefile and child processes use."""

import sys

from dmaic_assets.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
