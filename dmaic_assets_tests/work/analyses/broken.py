"""An analysis that really fails, as an entry of the registry may name it."""

from dmaic_assets.analysis.study import Outcome, Study

# The table that it fails of; a cell of it stands in the message.
FAILS_OF = "returns"


def analyze(study: Study) -> Outcome:
    """Fails of one table; of others it is `statistics`."""
    from dmaic_assets.analysis.statistics.analyze import analyze as statistics

    if study.table.name == FAILS_OF:
        message = "cannot use jane@example.org"
        raise ZeroDivisionError(message)
    return statistics(study)
