"""Mirroring who works on what, so that a cap counts what a CRM really holds."""

from collections.abc import Callable

from flows.wiring import Wiring

STREAM = "workload"


def refresh_workload(wiring: Wiring, crm: str, alive: Callable[[], None] = lambda: None) -> int:
    """
    Store who works on what in `crm` since the last look; answer how many changed.

    `alive` is called with every page. Raises ConnectorError.
    """
    store, changed, began = wiring.store, 0, wiring.now()
    for page in wiring.crms[crm].workload(store.cursor(crm, STREAM)):
        store.save_work_page(crm, page.changes, page.resume_from, now=wiring.now())
        changed += len(page.changes)
        alive()
    store.mark_workload_read(crm, began)
    return changed


def unread(wiring: Wiring) -> list[str]:
    """Return the CRMs whose workload was never read to its end."""
    read = wiring.store.workloads_read()
    return [crm for crm in wiring.crms if crm not in read]
