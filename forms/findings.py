"""What is wrong with a form file, in words its owner can act on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right: where, which rule, what is wrong, what to do.

    A finding of level `advice` does not stop the form from loading.
    """

    file: str
    question: str
    rule: str
    sentence: str
    remedy: str
    line: int = 0
    level: str = "error"

    @property
    def stops(self) -> bool:
        """True when the form cannot be used until this is put right."""
        return self.level == "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        about = f" {self.question}:" if self.question else ""
        return f"{place}:{about} {self.sentence} {self.remedy} [{self.rule}]"


class FormRefused(ValueError):
    """A form breaks the profile. `findings` says where and what to do; put those right and load again."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings
