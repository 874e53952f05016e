"""One thing to say about a configuration: where, how grave, what it is and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from routing.lint.findings import Code, Severity


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file; `file` is empty for a document that came from the store."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.file else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """`key` is where in the document, `example` a lead that shows it (its other fields blank)."""

    code: Code
    place: Place
    key: str
    message: str
    severity: Severity = Severity.WARNING
    remedy: str = ""
    name: str = ""
    example: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = (str(self.place), self.key, self.message)
        told = ": ".join(part for part in parts if part)
        return " ".join(f"{told}; {self.remedy}".split() if self.remedy else told.split())

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code.value,
            "severity": self.severity.value,
            "file": self.place.file,
            "line": self.place.line,
            "key": self.key,
            "name": self.name,
            "message": self.message,
            "remedy": self.remedy,
            "example": dict(self.example),
        }
