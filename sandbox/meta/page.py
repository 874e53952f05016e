"""The business's readable page: forms and the newest leads."""

from starlette.responses import HTMLResponse

from sandbox.listing import MAX_ROWS, Table, listing
from sandbox.meta.pages import MetaBusiness
from sandbox.meta.records import Lead
from sandbox.whose import TEST, Lookup


def leads_page(business: MetaBusiness) -> HTMLResponse:
    lookup = business.whose()
    with business.lock:
        newest = sorted(business.leads.values(), key=lambda lead: lead.created, reverse=True)
        rows = [_row(business, lead, lookup) for lead in newest[:MAX_ROWS]]
        forms = [
            (form.name, business.pages[form.page_id].name, form.status, str(node["leads_count"]))
            for form in business.forms.values()
            for node in (business.form_node(form.id),)
        ]
        counts = {
            "leads": len(newest),
            "from tests": sum(lead.is_test for lead in newest),
            "forms": len(forms),
            "pages": len(business.pages),
        }
    note = f"A sandbox business: nobody here is real. The newest {MAX_ROWS} leads."
    tables = [
        Table(
            "Leads", ("Name", "Owner in the CRM", "Form", "Ad", "Campaign", "Created", "Id"), rows
        ),
        Table("Forms", ("Form", "Page", "Status", "Leads"), forms),
    ]
    return listing("Meta Lead Ads sandbox", note, counts, tables)


def _row(business: MetaBusiness, lead: Lead, lookup: Lookup) -> tuple[str, ...]:
    said = {
        str(entry.get("name", "")).lower(): " ".join(map(str, entry.get("values") or ()))
        for entry in lead.field_data
    }
    first_last = f"{said.get('first_name', '')} {said.get('last_name', '')}".strip()
    return (
        said.get("full_name") or first_last or said.get("email") or "-",
        TEST if lead.is_test else lookup(lead.id, said.get("work_email") or said.get("email", "")),
        business.forms[lead.form_id].name,
        lead.ad.name if lead.ad else "-",
        lead.ad.campaign_name if lead.ad else "-",
        f"{lead.created:%Y-%m-%d %H:%M:%S}",
        lead.id,
    )
