"""Mirroring who works on what, so that a cap counts what a CRM really holds."""

from flows.wiring import Wiring

STREAM = "workload"


def refresh_workload(wiring: Wiring, crm: str) -> int:
    """Store who works on what in `crm` since the last look; answer how many changed."""
    store, changed = wiring.store, 0
    for page in wiring.crms[crm].workload(store.cursor(crm, STREAM)):
        store.save_work_page(crm, page.changes, page.resume_from, now=wiring.now())
        changed += len(page.changes)
    return changed


def has_workload(wiring: Wiring, crm: str) -> bool:
    """Whether the workload of `crm` was ever mirrored."""
    return wiring.store.cursor(crm, STREAM) is not None
