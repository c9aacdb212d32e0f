"""Reading reference files and the input data that their cases name.

What belongs here: JSON documents with `meta` and `cases`, and finding a data file. What does not:
what a case means (group modules).
"""

import importlib.util
import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from dmaic_assets.errors import BadInputError, DmaicError
from dmaic_assets.model import Json
from dmaic_assets_tests.conformance.case import CaseResult, not_run

# What a case in an unexpected form makes plain code raise.
UNFIT = (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError)


class MissingDataError(BadInputError):
    """A case names an input file that is not in the reference folder."""


def read_document(file: Path) -> dict[str, Json]:
    """Reads a reference file, which is one JSON object.

    Raises:
        BadInputError: The file is not UTF-8, is no JSON (the culprit names line and column), or
            is not an object.
    """
    fix = "Reference files are JSON objects with `cases`; see docs/guides/sixsigma.md."
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise BadInputError(str(file), f"byte {error.start} is not UTF-8", fix) from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise BadInputError(str(file), f"malformed JSON at {place}", fix) from error
    if not isinstance(document, dict):
        raise BadInputError(str(file), f"holds a {type(document).__name__}, no object", fix)
    return document


def cases_of(document: Mapping[str, Json], *, key: str = "cases") -> dict[str, dict[str, Json]]:
    """Returns the cases of a document by name; a list of cases is named by place, from 1.

    An entry that is no object is a case without anything in it, so that its group tells of it.
    """
    cases = document.get(key)
    if isinstance(cases, list):
        cases = {str(place): case for place, case in enumerate(cases, start=1)}
    if not isinstance(cases, dict):
        return {}
    return {name: case if isinstance(case, dict) else {} for name, case in cases.items()}


def sections_left(
    group: str, document: Mapping[str, Json], known: Collection[str]
) -> list[CaseResult]:
    """Names the sections of a document that hold cases and that its group has no answer to.

    Words (definitions, remarks, lists of them) are no cases.
    """
    return [
        not_run(group, name, "no statistic of ours for this section")
        for name, section in document.items()
        if name not in known and (isinstance(section, dict) or _holds_objects(section))
    ]


def _holds_objects(section: Json) -> bool:
    return isinstance(section, list) and any(isinstance(entry, dict) for entry in section)


def find_data(folder: Path, file: Path, name: str) -> Path:
    """Finds the input file that a case names, whatever folder it stands in.

    Looked for in turn: below the reference folder, beside the reference file, in `datasets/` of
    either, by its bare name anywhere below the reference folder, and among the NIST sets that come
    with SciPy.

    Raises:
        MissingDataError: There is no such file.
    """
    for place in (folder, file.parent, folder / "datasets", file.parent / "datasets"):
        if (place / name).is_file():
            return place / name
    bare = Path(name).name
    found = sorted(path for path in folder.rglob("*") if path.name == bare and path.is_file())
    found += [path for path in (_scipy_folder() / bare,) if path.is_file()]
    if not found:
        raise MissingDataError(name, f"is not below {folder}", "Add the file to the folder.")
    return found[0]


def _scipy_folder() -> Path:
    """Where the wheel of SciPy keeps the NIST ANOVA sets; a distribution may have left them out."""
    spec = importlib.util.find_spec("scipy")
    home = Path(spec.origin).parent if spec and spec.origin else Path()
    return home / "stats" / "tests" / "data" / "nist_anova"


def judge(group: str, case: str, work: Callable[[], CaseResult]) -> CaseResult:
    """Runs one case so that whatever goes wrong in it is its result, and the next one still runs.

    A case without its input file is not_run; one that our statistics refuse, or that is not in
    the form that its group knows, has failed.
    """
    try:
        return work()
    except MissingDataError as error:
        return not_run(group, case, f"no input file {error.subject}")
    except DmaicError as error:
        return CaseResult(group, case, "failed", (), f"refused: {error}")
    except UNFIT as error:
        return CaseResult(group, case, "failed", (), unfit_reason(error))


def unfit_reason(error: Exception) -> str:
    """Tells why a case or file is not in the form of its group: what it lacks, or what is odd."""
    told = (
        f"it lacks {error}" if isinstance(error, KeyError) else f"{type(error).__name__}: {error}"
    )
    return f"not in the form that the group knows: {told}"


def number(value: Json) -> float | int:
    """Returns a JSON number, or a number spelled as text, as it stands.

    Raises:
        ValueError: The value is no number.
    """
    if isinstance(value, str):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is no number")
    return value


def numbers(value: Json) -> list[float]:
    """Returns a JSON list of numbers; a single number is a list of one.

    Raises:
        ValueError: An entry is no number.
    """
    items = value if isinstance(value, list) else [value]
    return [float(number(item)) for item in items]
