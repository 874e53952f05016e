"""The business's readable page: the newest leads, and the forms they come from."""

from collections import Counter

from starlette.responses import HTMLResponse

from sandbox.linkedin.business import LinkedInBusiness
from sandbox.linkedin.records import Lead
from sandbox.listing import MAX_ROWS, Table, listing
from sandbox.whose import TEST, Lookup


def leads_page(business: LinkedInBusiness) -> HTMLResponse:
    lookup = business.whose()
    with business.lock:
        newest = sorted(business.leads.values(), key=lambda lead: lead.submitted, reverse=True)
        filled = Counter(lead.form.id for lead in newest)
        rows = [_row(lead, lookup) for lead in newest[:MAX_ROWS]]
        forms = [
            (form.name, form.owner.name, form.locale, str(filled[form.id]))
            for form in business.forms.values()
        ]
        counts = {
            "leads": len(newest),
            "from tests": sum(lead.is_test for lead in newest),
            "forms": len(forms),
            "accounts and pages": len(business.owners),
        }
    note = f"A sandbox business: nobody here is real. The newest {MAX_ROWS} leads."
    tables = [
        Table(
            "Leads",
            ("Name", "Owner in the CRM", "Form", "Type", "Campaign", "Submitted", "Id"),
            rows,
        ),
        Table("Forms", ("Form", "Owner", "Language", "Leads"), forms),
    ]
    return listing("LinkedIn Lead Sync sandbox", note, counts, tables)


def _row(lead: Lead, lookup: Lookup) -> tuple[str, ...]:
    asked = {q["questionId"]: q.get("predefinedField", "") for q in lead.form.questions}
    said = {
        asked.get(answer["questionId"]): answer["answerDetails"]["textQuestionAnswer"]["answer"]
        for answer in lead.answers
        if "textQuestionAnswer" in answer["answerDetails"]
    }
    name = " ".join(filter(None, (said.get("FIRST_NAME"), said.get("LAST_NAME"))))
    return (
        name or said.get("EMAIL") or "-",
        TEST if lead.is_test else lookup(lead.id, said.get("WORK_EMAIL") or said.get("EMAIL", "")),
        lead.form.name,
        lead.lead_type,
        lead.campaign.name if lead.campaign else "-",
        f"{lead.submitted:%Y-%m-%d %H:%M:%S}",
        lead.id,
    )
