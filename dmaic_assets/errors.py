"""The one exception tree: refusals and defects, each naming subject, culprit and fix.

Expected outcomes (a rejected file, a finding) are values and do not belong here. What a refusal
of a misspelt name suggests does.
"""

from collections.abc import Sequence
from typing import ClassVar, Literal, TypeAlias

ErrorCode: TypeAlias = Literal["BadInput", "Invariant", "Policy", "IO"]


class DmaicError(Exception):
    """Base of every refusal and defect that this package raises.

    The text reads `<subject>: <culprit>`; the fix is kept apart, so that a command line can
    print it as a hint and a program can read it.

    Args:
        subject: What the error is about: a file, a source, a setting, a rule.
        culprit: What is wrong and where, row and column included when there are any.
        fix: What the reader can do about it, as an imperative sentence.
    """

    code: ClassVar[ErrorCode] = "Invariant"
    exit_code: ClassVar[int] = 3

    def __init__(self, subject: str, culprit: str, fix: str) -> None:
        self.subject = subject
        self.culprit = culprit
        self.fix = fix
        super().__init__(f"{subject}: {culprit}")

    def __reduce__(self) -> tuple[type["DmaicError"], tuple[str, str, str]]:
        """Keeps all three parts when the error crosses a process boundary."""
        return type(self), (self.subject, self.culprit, self.fix)

    def envelope(self) -> dict[str, str]:
        """Builds the JSON form of the command line contract: error, detail, hint."""
        return {"error": self.code, "detail": str(self), "hint": self.fix}


class BadInputError(DmaicError):
    """The caller's file, argument or setting cannot be used as it is."""

    code: ClassVar[ErrorCode] = "BadInput"
    exit_code: ClassVar[int] = 2


class UnreadableFileError(BadInputError):
    """A source file that cannot be parsed into rows and columns; the culprit names the place."""


class SettingsError(BadInputError):
    """A configuration key or value that is unknown or out of range; the subject names the tier."""


class InvariantError(DmaicError):
    """A promise of this package does not hold: a defect, or a store changed behind its back."""


class StaleLeaseError(InvariantError):
    """A worker tried to write under a lease that somebody else has taken over."""


class IllegalMoveError(InvariantError):
    """A task was asked to make a move that its state machine does not have."""


class PolicyError(DmaicError):
    """A gate or a contract says no; nothing is broken."""

    code: ClassVar[ErrorCode] = "Policy"
    exit_code: ClassVar[int] = 4


class StoreError(DmaicError):
    """A disk, database or service refused: full, read-only, locked, corrupt, away."""

    code: ClassVar[ErrorCode] = "IO"
    exit_code: ClassVar[int] = 5


class BusyError(StoreError):
    """Somebody else is at work on the same files; the culprit says who."""


class UndeliveredError(StoreError):
    """A channel did not take an alert: away, slow, or it refuses everybody. Holds no secret."""


class RefusedMessageError(UndeliveredError):
    """A channel works and refuses this one message."""


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """Spells the one or two known names that a wrong one is like, to end a sentence with."""
    import difflib

    near = difflib.get_close_matches(name, known, n=2)
    return f"; did you mean {' or '.join(near)}?" if near else ""
