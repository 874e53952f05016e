"""Which records belong together, and by which type of association."""

from collections.abc import Iterator
from dataclasses import dataclass, field

TO_CONTACT = {
    "tasks": 204,
    "calls": 194,
    "emails": 198,
    "meetings": 200,
    "deals": 3,
    "companies": 280,
    "leads": 578,
}
"""The vendor's type from an object to its contact."""

_End = tuple[str, str]


@dataclass(slots=True)
class Links:
    """Every link is kept from both ends, the newest last. `page` is how many an answer has."""

    page: int = 500
    _types: dict[tuple[_End, _End], int] = field(default_factory=dict)
    _of: dict[_End, list[_End]] = field(default_factory=dict)

    def join(self, kind: str, record_id: str, other: str, other_id: str, type_id: int) -> None:
        one, two = (kind, record_id), (other, other_id)
        for start, end in ((one, two), (two, one)):
            if (start, end) not in self._types:
                self._of.setdefault(start, []).append(end)
            self._types[start, end] = type_id

    def of(self, kind: str, record_id: str, other: str) -> Iterator[tuple[str, int]]:
        """Ids of `other` that belong to a record, with the type of each link."""
        start = (kind, record_id)
        for end in self._of.get(start, ()):
            if end[0] == other:
                yield end[1], self._types[start, end]
