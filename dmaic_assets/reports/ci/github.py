"""Verdicts as annotations of GitHub Actions: a command line for each finding.

What belongs here: GitHub's escapes. A value or a name never makes a command of its own: what ends a
line, a property or a command is written as GitHub's own codes.
"""

from collections.abc import Iterator, Mapping, Sequence

from dmaic_assets.reports.ci.told import Judged, Level, findings, fit, verdict_words

_COMMANDS: Mapping[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}


def github_annotations(judged: Sequence[Judged]) -> str:
    """Builds the lines that a step of a workflow prints; the gravest finding of a file first.

    GitHub shows ten errors, ten warnings and ten notices of a step: verdicts of all files come
    before what their rules say.

    Args:
        judged: Files and verdicts, without values that are to be kept back.
    """
    found = [(one, finding) for one in judged for finding in findings(one)]
    of_files = [(one, finding) for one, finding in found if finding.violation is None]
    of_rules = [(one, finding) for one, finding in found if finding.violation is not None]
    lines = [
        _line(_COMMANDS[finding.level], one, finding.title, finding.text)
        for one, finding in (*of_files, *of_rules)
    ]
    return "".join(f"{line}\n" for line in (*lines, *_spotless(judged)))


def _spotless(judged: Sequence[Judged]) -> Iterator[str]:
    for one in judged:
        if one.verdict.decision == "accept":
            yield _line("notice", one, f"{fit(one.verdict.source)}: accepted", verdict_words(one))


def _line(command: str, one: Judged, title: str, text: str) -> str:
    place = f"file={_property(fit(one.path))},title={_property(title)}"
    return f"::{command} {place}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
