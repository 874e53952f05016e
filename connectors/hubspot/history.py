"""What a property was before, when it changed and by whose hand."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.mapping import moment

_MOST = 50
"""Records of one read with history; without it there may be twice as many."""
MACHINES = frozenset(
    [
        "API",
        "AUTOMATION_PLATFORM",
        "CALCULATED",
        "FORM",
        "IMPORT",
        "INTEGRATION",
        "INTEGRATIONS",
        "MIGRATION",
        "PROPERTY_DEFAULT_VALUE",
        "WORKFLOW",
        "WORKFLOWS",
    ]
)
"""Sources that are not a person at work. INTEGRATION is other apps, and what we write ourselves."""
PROGRAMS = frozenset(["API", "INTEGRATION", "INTEGRATIONS"])
"""Sources that what we write may have; which of the portal's apps wrote is not told by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One value that a property had from `at` on."""

    value: str | None
    at: datetime
    source: str
    source_id: str
    user: str | None

    def is_a_persons(self, trusted: Collection[str]) -> bool:
        """`trusted` are apps (their ids) through which people work: a dialler, an inbox."""
        return self.source not in MACHINES or self.source_id in trusted


def histories(
    client: HubSpotClient, kind: str, name: str, ids: Sequence[str]
) -> Iterator[tuple[str, list[Entry]]]:
    """
    Each record's values of one property, oldest first. A record that is gone is left out.

    Each comes once, though an answer may repeat it: what changed twice is read as given back.
    """
    operation = f"read {name} of {kind} with its history"
    ids, told = list(dict.fromkeys(ids)), set[str]()
    for start in range(0, len(ids), _MOST):
        body = {
            "properties": [name],
            "propertiesWithHistory": [name],
            "inputs": [{"id": i} for i in ids[start : start + _MOST]],
        }
        read = partial(client.batch, kind, operation, "read", body)
        for record in client.caller.repeat(operation, read)["results"]:
            if str(record["id"]) in told:
                continue
            told.add(str(record["id"]))
            listed = (record.get("propertiesWithHistory") or {}).get(name) or ()
            # They come newest first: turned round, so that ties keep their order.
            entries = sorted(map(_entry, reversed(listed)), key=lambda entry: entry.at)
            yield str(record["id"]), entries


def _entry(entry: Mapping[str, Json]) -> Entry:
    user = entry.get("updatedByUserId")
    return Entry(
        value=str(entry.get("value") or "") or None,
        at=moment(str(entry["timestamp"])),
        source=str(entry.get("sourceType") or ""),
        source_id=str(entry.get("sourceId") or ""),
        user=None if user is None else str(user),
    )
