"""The account's readable page: the newest leads, and whose they are."""

from starlette.responses import HTMLResponse

from sandbox.listing import MAX_ROWS, Table, listing
from sandbox.pipedrive.account import PipedriveAccount, Record


def leads_page(account: PipedriveAccount) -> HTMLResponse:
    with account.lock:
        newest = sorted(account.leads.values(), key=lambda lead: lead["add_time"], reverse=True)
        rows = [_row(account, lead) for lead in newest[:MAX_ROWS]]
        counts = {
            "leads": len(newest),
            "archived": sum(lead["is_archived"] for lead in newest),
            "deals": len(account.kinds["deals"]),
            "users": len(account.users),
        }
    note = f"A sandbox account: nobody here is real. The newest {MAX_ROWS} leads."
    columns = ("Lead", "Owner", "Labels", "Changed", "Id")
    return listing("Pipedrive sandbox", note, counts, [Table("Leads", columns, rows)])


def _row(account: PipedriveAccount, lead: Record) -> tuple[str, ...]:
    labels = ", ".join(account.labels.get(each, each) for each in lead["label_ids"])
    owner = account.users.get(lead["owner_id"], {}).get("name", "")
    return (lead["title"], owner, labels or "-", lead["update_time"], lead["id"])
