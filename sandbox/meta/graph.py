"""What each address of the Graph answers."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import QueryParams

from sandbox.meta.errors import (
    bad_parameter,
    lacks_permission,
    no_such_field,
    no_such_object,
    over_limit,
    unknown_path,
)
from sandbox.meta.field_list import Asked, Wanted, asked_fields
from sandbox.meta.fields import filtered, shown
from sandbox.meta.pages import MetaBusiness
from sandbox.meta.paging import Cursor, cut, paging
from sandbox.meta.records import AD_FIELDS, FORM_FIELDS, LEAD_FIELDS, PAGE_FIELDS, Lead, Node
from sandbox.meta.subscriptions import subscribe, subscribed_apps, unsubscribe
from sandbox.meta.versions import check_ads_version

Body = dict[str, Any]
MAX_IDS = 50
_FORM_DEFAULTS = ("id", "locale", "name", "status")
_FIELDS = {"Page": PAGE_FIELDS, "LeadgenForm": FORM_FIELDS, "Ad": AD_FIELDS}
_EDGES = {
    "Page": frozenset({"leadgen_forms", "subscribed_apps"}),
    "LeadgenForm": frozenset({"leads", "test_leads"}),
    "Ad": frozenset({"leads"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """
    One request. `path` has the version that answers; `parts` have none.

    `has_empty_page`: a page of leads is to be empty, and not the last.
    """

    method: str
    path: str
    asked_version: str | None
    parts: tuple[str, ...]
    query: QueryParams
    sent: Mapping[str, Any]
    token: str
    has_empty_page: bool = False

    def fields(self, default: Sequence[str]) -> Asked:
        text = self.query.get("fields", "")
        return asked_fields(text) if text else {name: Wanted() for name in default}

    def within(self, object_id: str, edge: str, wanted: Wanted) -> "Call":
        """The call of an edge that stands within `fields`."""
        version = self.path.split("/")[1]
        query = {**wanted.given, **({"fields": wanted.text} if wanted.text else {})}
        parts = (object_id, edge)
        path = f"/{version}/{object_id}/{edge}"
        return replace(self, path=path, parts=parts, query=QueryParams(query), has_empty_page=False)


def answer(business: MetaBusiness, call: Call) -> Body:
    """Find what a path means and answer it; every refusal is a GraphError."""
    if call.method != "GET":
        return _change(business, call)
    match call.parts:
        case ():
            return _several(business, call)
        case ("me",):
            return {"name": "Sandbox system user", "id": "122100000000000"}
        case ("me", "accounts"):
            return _accounts(business, call)
        case ("debug_token",):
            return _token_facts(business, call)
        case (object_id,):
            return _node(business, call, object_id)
        case (object_id, edge):
            return _edge(business, call, object_id, edge)
        case _:
            raise unknown_path("/" + "/".join(call.parts[1:]))


def _change(business: MetaBusiness, call: Call) -> Body:
    match call.method, call.parts:
        case "DELETE", (object_id,):
            return _delete(business, object_id)
        case "POST", (form_id, "test_leads"):
            return _create_test_lead(business, call, form_id)
        case "POST", (page_id, "subscribed_apps") if page_id in business.pages:
            return subscribe(business, page_id, {**call.sent, **call.query})
        case "DELETE", (page_id, "subscribed_apps") if page_id in business.pages:
            return unsubscribe(business, page_id)
        case _:
            raise no_such_object("/".join(call.parts), call.method.lower())


def page_of(business: MetaBusiness, object_id: str) -> str | None:
    """The page whose quota a call about `object_id` is counted against."""
    lead = business.leads.get(object_id)
    form = business.forms.get(lead.form_id if lead else object_id)
    if form:
        return form.page_id
    return object_id if object_id in business.pages else None


def _count(business: MetaBusiness, object_id: str) -> None:
    page_id = page_of(business, object_id)
    if page_id is None:
        return
    recent = business.recent_leads(page_id) if business.quota.enforced else 0
    if not business.quota.take(page_id, recent, business.ground.clock.now()):
        raise over_limit("80005")


def _several(business: MetaBusiness, call: Call) -> Body:
    ids = [i for i in call.query.get("ids", "").split(",") if i]
    if not ids:
        raise bad_parameter("The parameter ids is required")
    if len(ids) > MAX_IDS:
        raise bad_parameter(f"Too many IDs. Maximum: {MAX_IDS}. Provided: {len(ids)}.")
    return {object_id: _node(business, call, object_id) for object_id in ids}


def _node(business: MetaBusiness, call: Call, object_id: str) -> Body:
    _count(business, object_id)
    lead = business.live_lead(object_id)
    if lead:
        _log_served(business, [lead])
        return _lead(business, call, lead)
    if object_id in business.forms:
        asked, node = call.fields(_FORM_DEFAULTS), business.form_node(object_id)
        return _expanded(business, call, node, asked, "LeadgenForm")
    if object_id in business.pages:
        asked, node = call.fields(("name", "id")), business.pages[object_id].node()
        return _expanded(business, call, node, asked, "Page")
    if object_id in business.ads:
        check_ads_version(call.asked_version)
        asked, node = call.fields(("id",)), business.ads[object_id].node()
        return _expanded(business, call, node, asked, "Ad")
    raise no_such_object(object_id)


def _expanded(business: MetaBusiness, call: Call, node: Node, asked: Asked, kind: str) -> Body:
    """A node's fields; an edge among them is a page of its own, and left out where it is empty."""
    edges = _EDGES[kind]
    plain = {name: wanted for name, wanted in asked.items() if name not in edges}
    told = shown(node, plain, _FIELDS[kind], kind)
    for name in edges & asked.keys():
        page = _edge(business, call.within(node["id"], name, asked[name]), node["id"], name)
        if page["data"]:
            told[name] = page
    return told


def _lead(business: MetaBusiness, call: Call, lead: Lead) -> Body:
    return shown(lead.node(), call.fields(business.default_lead_fields), LEAD_FIELDS, "Lead")


def _edge(business: MetaBusiness, call: Call, object_id: str, edge: str) -> Body:
    kind = _kind(business, object_id)
    edges: Mapping[tuple[str, str], Callable[[], Body]] = {
        ("Page", "leadgen_forms"): lambda: _forms(business, call, object_id),
        ("Page", "subscribed_apps"): lambda: subscribed_apps(business, object_id),
        ("LeadgenForm", "leads"): lambda: _leads(business, call, business.leads_of(object_id)),
        ("LeadgenForm", "test_leads"): lambda: _leads(
            business, call, [lead for lead in business.leads_of(object_id) if lead.is_test]
        ),
        ("Ad", "leads"): lambda: _leads(business, call, business.leads_of_ad(object_id)),
    }
    if (kind, edge) not in edges:
        raise no_such_field(edge, kind)
    if kind == "Ad":
        check_ads_version(call.asked_version)
    _count(business, object_id)
    if edge == "leads" and "leads_retrieval" not in business.scopes:
        raise lacks_permission("leads_retrieval")
    return edges[kind, edge]()


def _kind(business: MetaBusiness, object_id: str) -> str:
    for kind, known in (
        ("Page", business.pages),
        ("LeadgenForm", business.forms),
        ("Ad", business.ads),
        ("Lead", business.leads),
    ):
        if object_id in known:
            return kind
    raise no_such_object(object_id)


def _forms(business: MetaBusiness, call: Call, page_id: str) -> Body:
    nodes = [business.form_node(f.id) for f in business.forms.values() if f.page_id == page_id]
    asked = call.fields(_FORM_DEFAULTS)

    def show(node: Node) -> Body:
        return _expanded(business, call, node, asked, "LeadgenForm")

    return _page(call, nodes, show)


def _accounts(business: MetaBusiness, call: Call) -> Body:
    nodes = [page.node() for page in business.pages.values()]
    asked = call.fields(("access_token", "category", "name", "id", "tasks"))
    return _page(call, nodes, lambda node: _expanded(business, call, node, asked, "Page"))


def _page(call: Call, nodes: Sequence[Node], show: Callable[[Node], Body]) -> Body:
    page, before, more = cut(nodes, [node["id"] for node in nodes], call.query)
    if not page:
        return {"data": []}
    after = Cursor(record_id=page[-1]["id"], pages=before.pages + 1)
    told = paging(call.path, call.query, call.token, before, after, more=more)
    return {"data": [show(node) for node in page], "paging": told}


def _leads(business: MetaBusiness, call: Call, leads: Sequence[Lead]) -> Body:
    wanted = filtered(leads, call.query.get("filtering"))
    page, before, more = cut(wanted, [lead.id for lead in wanted], call.query)
    empty_now = before.pages == business.empty_page_after and not before.skipped
    if (empty_now and page) or call.has_empty_page:
        after = Cursor(record_id=before.record_id, pages=before.pages, skipped=True)
        told = paging(call.path, call.query, call.token, before, after, more=True)
        return {"data": [], "paging": told}
    body = [_lead(business, call, lead) for lead in page]
    _log_served(business, page)
    if not page:
        return {"data": []}
    after = Cursor(record_id=page[-1].id, pages=before.pages + 1)
    told = paging(call.path, call.query, call.token, before, after, more=more)
    return {"data": body, "paging": told}


def _delete(business: MetaBusiness, object_id: str) -> Body:
    """Only test leads can be deleted here."""
    lead = business.leads.get(object_id)
    if lead is None or not lead.is_test:
        raise no_such_object(object_id, "delete")
    business.remove(lead)
    return {"success": True}


def _create_test_lead(business: MetaBusiness, call: Call, form_id: str) -> Body:
    if form_id not in business.forms:
        raise no_such_object(form_id, "post")
    field_data = call.sent.get("field_data") or []
    if isinstance(field_data, str):
        try:
            field_data = json.loads(field_data)
        except ValueError:
            field_data = None
    if not isinstance(field_data, list) or not all(isinstance(one, dict) for one in field_data):
        raise bad_parameter("param field_data must be an array.")
    return {"id": business.add_test_lead(form_id, field_data)}


def _token_facts(business: MetaBusiness, call: Call) -> Body:
    known = call.query.get("input_token") == call.token
    return {
        "data": {
            "app_id": "120000000000000",
            "type": "SYSTEM_USER",
            "application": "Sandbox",
            "expires_at": business.token_ends,
            "is_valid": known,
            "scopes": sorted(business.scopes) if known else [],
            "user_id": "122100000000000",
        }
    }


def _log_served(business: MetaBusiness, leads: Sequence[Lead]) -> None:
    business.ground.log("served", "leads", tuple(lead.id for lead in leads))
