"""One call of the REST API and its answer, free of HTTP: a composite's parts are calls too."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.salesforce.errors import broken_json

_NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """
    `path` follows /services/data/vXX.X/ and has no slash at its ends; header names are lower-case.

    `args` are the parts of the path that the route names.
    """

    method: str
    version: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    args: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        return f"/services/data/v{self.version}"

    @property
    def is_auto_assigning(self) -> bool:
        """Absent means yes: that is the trap this header is known for."""
        return self.headers.get("sforce-auto-assign", "TRUE").strip().upper() != "FALSE"

    @property
    def is_allowing_duplicates(self) -> bool:
        words = self.headers.get("sforce-duplicate-rule-header", "").lower()
        return "allowsave=true" in words.replace(" ", "")

    def json(self) -> dict[str, Any]:
        """Raises Refusal: JSON_PARSER_ERROR."""
        if not self.body.strip():
            message = "The HTTP entity body is required, but this request has no entity body."
            raise broken_json(message, 0)
        try:
            read = json.loads(self.body)
        except json.JSONDecodeError as error:
            found = self.body[error.pos : error.pos + 1] or "end-of-input"
            message = f"Unexpected character ('{found}')"
            raise broken_json(message, error.pos + 1) from None
        if not isinstance(read, dict):
            raise broken_json("Cannot deserialize instance of map from START_ARRAY value", 1)
        return read


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`body` None is an empty body; `csv` goes before it."""

    status: int = 200
    body: Any = None
    csv: str | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)
