"""The readable page: the newest leads, whose they are, and who touched them last."""

from collections import Counter
from collections.abc import Mapping
from html import escape
from typing import Any

from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.staff import is_person
from sandbox.staff import call_button

_NEWEST = 300
_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
p { color: GrayText; margin: 0 0 1rem; }
ul { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; margin: 0 0 1.25rem; padding: 0; }
li { border: 1px solid color-mix(in srgb, CanvasText 20%, transparent); border-radius: 1rem;
     padding: .1rem .7rem; }
table { border-collapse: collapse; width: 100%; }
th { color: GrayText; font-weight: 600; text-align: left; }
th, td { border-bottom: 1px solid color-mix(in srgb, CanvasText 12%, transparent);
         padding: .35rem .6rem .35rem 0; vertical-align: top; }
td small { color: GrayText; }
time { white-space: nowrap; }
"""  # noqa: E501 - a rule a line


def leads_page(org: SalesforceOrg) -> str:
    """Answer the whole page; it reloads itself every five seconds."""
    with org.lock:
        leads = [lead for lead in org.leads.values() if not lead["IsDeleted"]]
        newest = sorted(leads, key=lambda lead: (lead["CreatedDate"], lead["Id"]), reverse=True)
        owners = Counter(_name(org, lead["OwnerId"]) for lead in leads)
        rows = "".join(_row(org, lead) for lead in newest[:_NEWEST])
    shares = "".join(f"<li>{escape(name)} <b>{n}</b></li>" for name, n in owners.most_common())
    shown = min(len(leads), _NEWEST)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Salesforce sandbox: leads</title><style>{_STYLE}</style></head>
<body><h1>Salesforce sandbox</h1>
<p>{len(leads)} leads, the newest {shown} below. Reloads every 5 seconds.</p>
<ul>{shares}</ul>
<table><thead><tr><th>Created</th><th>Lead</th><th>Company</th><th>Country</th><th>Status</th>
<th>Owner</th><th>Last changed by</th><th>By hand</th></tr></thead>
<tbody>{rows}</tbody></table></body></html>
"""


def _row(org: SalesforceOrg, lead: Mapping[str, Any]) -> str:
    reason = lead["Routing_Reason__c"]
    owner = escape(_name(org, lead["OwnerId"]))
    changed = f"{escape(_name(org, lead['LastModifiedById']))}<br><small>"
    cells = (
        _time(lead["CreatedDate"]),
        escape(lead["Name"]),
        escape(lead["Company"] or ""),
        escape(lead["Country"] or ""),
        escape(lead["Status"] or ""),
        f"{owner}<br><small>{escape(reason)}</small>" if reason else owner,
        f"{changed}{_time(lead['LastModifiedDate'])}</small>",
        call_button(lead["Id"]) if is_person(org, lead["OwnerId"]) else "",
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _name(org: SalesforceOrg, key: str) -> str:
    return org.name_of(key) or key


def _time(wire: str) -> str:
    return f"<time>{wire[:10]} {wire[11:19]}</time>"
