"""A plain log file for runs in our own process, where the terminal belongs to the person.

What belongs here: one logger. Dagster keeps every event in the run's log besides.
"""

import logging
from pathlib import Path

import dagster as dg

FILE = "file"


class _Appending(logging.Handler):
    """Appends each line and closes the file again: a run may be long, and a process short."""

    def __init__(self, path: Path) -> None:
        super().__init__(logging.INFO)
        self._path = path
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Writes one line; a disk that refuses stops no run."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{self.format(record)}\n")
        except OSError:
            self.handleError(record)


@dg.logger(config_schema={"path": str}, description="Appends what a run says to a file.")
def file_logger(context: dg.InitLoggerContext) -> logging.Logger:
    """Builds the logger of one run."""
    logger = logging.Logger("dmaic.run")
    logger.addHandler(_Appending(Path(context.logger_config["path"])))
    return logger
