"""The accounts' readable page: the newest leads, forms and campaigns."""

from starlette.responses import HTMLResponse

from sandbox.google.accounts import GoogleAdsAccounts
from sandbox.google.records import Lead, stamp
from sandbox.listing import MAX_ROWS, Table, listing
from sandbox.whose import TEST, Lookup

_TEST_CLICK = "TeSter-"


def leads_page(accounts: GoogleAdsAccounts) -> HTMLResponse:
    lookup = accounts.whose()
    with accounts.lock:
        newest = sorted(accounts.leads.values(), key=lambda lead: lead.submitted, reverse=True)
        rows = [_row(accounts, lead, lookup) for lead in newest[:MAX_ROWS]]
        forms = [
            (
                form.name,
                accounts.customers[form.customer_id].name,
                str(sum(lead.form_id == form.id for lead in newest)),
            )
            for form in accounts.forms.values()
        ]
        counts = {
            "leads": len(newest),
            "lead forms": len(forms),
            "campaigns": len(accounts.campaigns),
            "accounts": sum(not customer.is_manager for customer in accounts.customers.values()),
        }
    note = f"Sandbox accounts: nobody here is real. The newest {MAX_ROWS} leads."
    tables = [
        Table(
            "Leads",
            ("Name", "Owner in the CRM", "Form", "Campaign", "Account", "Submitted", "Id"),
            rows,
        ),
        Table("Lead forms", ("Form", "Account", "Leads"), forms),
    ]
    return listing("Google Ads sandbox", note, counts, tables)


def _row(accounts: GoogleAdsAccounts, lead: Lead, lookup: Lookup) -> tuple[str, ...]:
    said = dict(lead.fields)
    customer = accounts.customers[lead.customer_id]
    first_last = f"{said.get('FIRST_NAME', '')} {said.get('LAST_NAME', '')}".strip()
    return (
        said.get("FULL_NAME") or first_last or said.get("EMAIL") or "-",
        TEST
        if (lead.gclid or "").startswith(_TEST_CLICK)
        else lookup(lead.id, said.get("WORK_EMAIL") or said.get("EMAIL", "")),
        accounts.forms[lead.form_id].name,
        accounts.campaigns[lead.campaign_id].name,
        customer.name,
        stamp(lead.submitted, customer.time_zone),
        lead.id,
    )
