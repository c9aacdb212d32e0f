"""Verdicts as JUnit XML: a test suite for each file, a test for its verdict and each rule broken.

What belongs here: the elements that Jenkins, GitLab, Azure DevOps and GitHub's reporters read.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from dmaic_assets.reports.ci.told import Finding, Judged, findings, fit, verdict_words

_NAME = "dmaic"
# The test that says what became of a file.
_VERDICT = "verdict"


def junit_xml(judged: Sequence[Judged]) -> str:
    """Builds the report: the tests of a held file fail with reasons, those of others pass.

    Rules that were broken without holding the file are told as output of tests that pass. A test
    is only there for what was violated; the property `rules_evaluated` counts all.

    Args:
        judged: Files and verdicts, without values that are to be kept back.

    Returns:
        An XML document with its declaration; ends with a line break.
    """
    suites = [_suite(one) for one in judged]
    root = ET.Element("testsuites", {"name": _NAME, **_counts(suites)})
    root.extend(suites)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(judged: Judged) -> ET.Element:
    verdict = judged.verdict
    found = findings(judged)
    of_file = next((f for f in found if f.violation is None), None)
    cases = [_case(judged, _VERDICT, of_file)]
    cases += [_case(judged, f.rule, f) for f in found if f.violation is not None]
    suite = ET.Element("testsuite", {"name": fit(judged.path)})
    properties = ET.SubElement(suite, "properties")
    told = {
        "source": fit(verdict.source),
        "sha256": verdict.file_sha256,
        "verdict": verdict.decision,
        "score": f"{verdict.score:.4f}",
        "rows": str(verdict.rows),
        "accepted": str(verdict.accepted),
        "quarantined": str(verdict.quarantined),
        "rules_evaluated": str(verdict.rules_evaluated),
    }
    for name, value in told.items():
        ET.SubElement(properties, "property", {"name": name, "value": value})
    suite.extend(cases)
    failed = sum(case.find("failure") is not None for case in cases)
    suite.attrib |= {"tests": str(len(cases)), "failures": str(failed)}
    suite.attrib |= {"errors": "0", "skipped": "0", "time": "0"}
    return suite


def _case(judged: Judged, name: str, finding: Finding | None) -> ET.Element:
    classname = f"{fit(judged.verdict.source)}.{fit(judged.path)}"
    case = ET.Element("testcase", {"name": name, "classname": classname, "time": "0"})
    case.set("file", fit(judged.path))
    if finding is None:
        ET.SubElement(case, "system-out").text = verdict_words(judged)
    elif finding.level == "error":
        words = {"message": f"{finding.title}: {finding.text}", "type": finding.rule}
        ET.SubElement(case, "failure", words).text = finding.text
    else:
        ET.SubElement(case, "system-out").text = f"{finding.level}: {finding.text}"
    return case


def _counts(suites: Sequence[ET.Element]) -> dict[str, str]:
    keys = ("tests", "failures", "errors", "skipped")
    summed = {key: sum(int(suite.attrib[key]) for suite in suites) for key in keys}
    return {**{key: str(count) for key, count in summed.items()}, "time": "0"}
