"""Everything that can go wrong at each vendor, switched on together, and what of it was met."""

from collections import Counter
from collections.abc import Iterator, Mapping

from sandbox.faults import Fault, FaultKind
from sandbox.town import SERVED, Town
from tests.e2e.soak_people import WRITES

READS = {
    "salesforce": "/query",
    "hubspot": "/search",
    "meta_ads": "/leads",
    "google_ads": ":searchStream",
    "linkedin_ads": "/leadFormResponses",
}
_STALL = 1.2
"""Seconds; the soak's clients wait for one."""

_EVERYWHERE: tuple[tuple[Fault, float], ...] = (
    (Fault(kind=FaultKind.SERVER_ERROR), 0.010),
    (Fault(kind=FaultKind.HTML_ERROR), 0.005),
    (Fault(kind=FaultKind.HTML_PAGE), 0.005),
    (Fault(kind=FaultKind.TRUNCATED), 0.010),
    (Fault(kind=FaultKind.STALLED, seconds=_STALL), 0.002),
    (Fault(kind=FaultKind.MALFORMED), 0.005),
    (Fault(kind=FaultKind.TIMEOUT, seconds=_STALL), 0.002),
    (Fault(kind=FaultKind.DROPPED), 0.005),
    (Fault(kind=FaultKind.DROPPED, detail="after"), 0.005),
    (Fault(kind=FaultKind.TOKEN_EXPIRED), 0.002),
    (Fault(kind=FaultKind.RATE_LIMITED, retry_after="0"), 0.004),
    (Fault(kind=FaultKind.RATE_LIMITED, retry_after="20000"), 0.001),
    (Fault(kind=FaultKind.EMPTY_PAGE), 0.030),
    (Fault(kind=FaultKind.REPEATED), 0.030),
    (Fault(kind=FaultKind.SHUFFLED), 0.030),
    (Fault(kind=FaultKind.EDITED), 0.030),
)
_ROWS: Mapping[str, tuple[tuple[str, float], ...]] = {
    "salesforce": (("UNABLE_TO_LOCK_ROW", 0.02), ("FIELD_CUSTOM_VALIDATION_EXCEPTION", 0.002)),
    "hubspot": (("INTERNAL_ERROR", 0.02), ("VALIDATION_ERROR", 0.002)),
}
_LACKED = {
    "salesforce": "SystemModstamp",
    "hubspot": "properties",
    "meta_ads": "field_data",
    "google_ads": "campaign",
    "linkedin_ads": "formResponse",
}
"""What the first record of a list lacks, where a vendor gets one wrong."""


def switch_on(town: Town) -> None:
    """Each fault at each vendor, for a share of what it is asked."""
    for vendor in SERVED:
        faults = town.faults[vendor]
        for fault, share in _EVERYWHERE:
            more = {"detail": fault.detail, "retry_after": fault.retry_after}
            faults.set_share(fault.kind, share, seconds=fault.seconds, **more)
        faults.set_share(FaultKind.MISSHAPEN, 0.01, detail=_LACKED[vendor], path=READS[vendor])
        for code, share in _ROWS.get(vendor, ()):
            faults.set_share(FaultKind.ROW_REFUSED, share, detail=code)
        if is_possible(vendor, FaultKind.EDITED_BEFORE):
            faults.set_share(FaultKind.EDITED_BEFORE, 0.10, path=WRITES[vendor])


def one_of_each(vendor: str) -> Iterator[Fault]:
    """
    Each kind once, on the vendor's lists: what shares alone might not bring in a short run.

    Of writes there are most in the beginning, and a person takes one of many.
    """
    if is_possible(vendor, FaultKind.EDITED_BEFORE):
        yield Fault(kind=FaultKind.EDITED_BEFORE, path=WRITES[vendor])
    for fault, _ in _EVERYWHERE:
        if is_possible(vendor, fault.kind):
            yield Fault(
                kind=fault.kind,
                path=READS[vendor],
                detail=fault.detail,
                seconds=fault.seconds,
                retry_after=fault.retry_after,
            )
    yield Fault(kind=FaultKind.MISSHAPEN, path=READS[vendor], detail=_LACKED[vendor])
    for code, _ in _ROWS.get(vendor, ()):
        yield Fault(kind=FaultKind.ROW_REFUSED, detail=code)


def is_possible(vendor: str, kind: FaultKind) -> bool:
    """Salesforce keeps the order a query asked for; Meta has empty pages; only CRMs have owners."""
    match kind:
        case FaultKind.REPEATED | FaultKind.SHUFFLED:
            return vendor != "salesforce"
        case FaultKind.EMPTY_PAGE:
            return vendor == "meta_ads"
        case FaultKind.ROW_REFUSED:
            return vendor in _ROWS
        case FaultKind.EDITED_BEFORE:
            return vendor in WRITES
        case _:
            return True


def survived(town: Town) -> Mapping[str, Counter[str]]:
    """How often each kind was met at each vendor."""
    met: dict[str, Counter[str]] = {vendor: Counter() for vendor in SERVED}
    for entry in town.journal.entries(event="fault"):
        met[entry.vendor][str(entry.detail["kind"])] += 1
    for entry in town.journal.entries(event="webhook"):
        if entry.detail["attempt"] > 0:
            met[entry.vendor]["webhook sent again"] += 1
    return met


def not_met(town: Town) -> list[str]:
    met = survived(town)
    return [
        f"{kind} at {vendor}"
        for vendor in SERVED
        for kind in FaultKind
        if is_possible(vendor, kind) and not met[vendor][kind]
    ]


def table(town: Town) -> str:
    met = survived(town)
    kinds = [*FaultKind, "webhook sent again"]
    lines = [" ".join([f"{'':<20}", *(f"{vendor:>13}" for vendor in SERVED)])]
    for kind in kinds:
        if any(met[vendor][kind] for vendor in SERVED):
            counts = (met[v][kind] if _can(v, kind) else "-" for v in SERVED)
            lines.append(" ".join([f"{kind:<20}", *(f"{count:>13}" for count in counts)]))
    return "\n".join(lines)


def _can(vendor: str, kind: str) -> bool:
    return kind not in set(FaultKind) or is_possible(vendor, FaultKind(kind))
