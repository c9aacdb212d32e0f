"""The verdict for a file that could not be parsed into rows and columns."""

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.gate.score import severity_rates
from dmaic_assets.model import SourceFile, Thresholds, Verdict, Violation

READABLE_RULE = "sanity.readable"


def unreadable_verdict(
    file: SourceFile,
    error: UnreadableFileError,
    thresholds: Thresholds,
    *,
    baseline_files: int = 0,
) -> Verdict:
    """Rejects a file with one violation that says where reading stopped; it counts 0 rows.

    Args:
        file: The file.
        error: What reading refused, with place and fix.
        thresholds: The thresholds of its source.
        baseline_files: How many files its rules were learnt from.
    """
    violation = Violation(
        rule=READABLE_RULE,
        kind="readable",
        columns=(),
        severity="critical",
        scope="file",
        rows_failed=0,
        share=1.0,
        is_broken=True,
        expected="a file that can be read into rows and columns",
        seen=error.culprit,
    )
    return Verdict(
        source=file.source,
        file_sha256=file.sha256,
        decision="reject",
        score=0.0,
        rows=0,
        accepted=0,
        quarantined=0,
        violations=(violation,),
        severity_rates={**severity_rates(()), "critical": 0.0},
        thresholds=thresholds,
        rules_evaluated=1,
        baseline_files=baseline_files,
        reasons=(f"The file cannot be read: {error.culprit}", error.fix),
    )
