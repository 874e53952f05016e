"""What each address of the REST API answers to a read."""

from collections.abc import Sequence
from typing import Any

from sandbox.linkedin.business import RETENTION, LinkedInBusiness
from sandbox.linkedin.errors import LinkedInError, access_denied, bad_query, not_found
from sandbox.linkedin.records import ACCOUNT, Lead, Node, Owner, milliseconds
from sandbox.linkedin.wire import Asked, read_fields, read_value

DEFAULT_COUNT, MOST = 10, 1000
LEAD_TYPES = {
    "sponsoredAccount": ("SPONSORED",),
    "organization": ("EVENT", "COMPANY", "ORGANIZATION_PRODUCT"),
}
_DEFAULT = (
    "owner submitter leadType leadMetadata versionedLeadGenFormUrn id submittedAt testLead "
    "associatedEntity formResponse"
)
_DECORATIONS = "ownerInfo associatedEntityInfo leadMetadataInfo form"
_LEAD_FIELDS = frozenset(f"{_DEFAULT} {_DECORATIONS}".split())
_ACCOUNT_FIELDS = ("id", "name", "test", "referenceInfo", "status")
Query = dict[str, str]


def leads_of_owner(business: LinkedInBusiness, query: Query) -> Node:
    """The finder of leads: one owner, one lead type, one range of time."""
    owner = _owner(business, query)
    lead_type = _lead_type(owner, query)
    start, end = _time_range(business, query)
    found = business.leads_of(owner, lead_type, start, end)
    if plain(query, "limitedToTestLeads", "false") == "true":
        found = [lead for lead in found if lead.is_test]
    fields = _fields(query)
    page, paging = one_page(found, query, tells_total=business.tells_total)
    told = {"paging": paging, "elements": shown_leads(business, page, fields)}
    if business.meanwhile:
        business.meanwhile()
        business.meanwhile = None
    return told


def lead_by_id(business: LinkedInBusiness, query: Query, lead_id: str) -> Node:
    lead = business.live_lead(lead_id)
    if lead is None:
        raise not_found("leadFormResponses")
    if lead.form.owner.urn in business.denied:
        raise access_denied()
    (shown,) = shown_leads(business, [lead], _fields(query))
    return shown


def forms_of_owner(business: LinkedInBusiness, query: Query) -> Node:
    """The finder of forms; its paging tells no total."""
    owner = _owner(business, query)
    found = [form for form in business.forms.values() if form.owner == owner]
    page, paging = one_page(found, query, tells_total=False)
    return {"paging": paging, "elements": [form.node() for form in page]}


def form_by_id(business: LinkedInBusiness, form_id: str) -> Node:
    form = business.forms.get(int(form_id)) if form_id.isdecimal() else None
    if form is None:
        raise not_found("leadForms")
    if form.owner.urn in business.denied:
        raise access_denied()
    return form.node()


def several(business: LinkedInBusiness, query: Query, resource: str) -> Node:
    """Leads or forms by their ids, and what is wrong with each that cannot be shown."""
    ids = _record(query, "ids")
    if not isinstance(ids, list):
        raise bad_query("ids")
    told: Node = {"results": {}, "statuses": {}, "errors": {}}
    for one in ids:
        try:
            is_form = resource == "leadForms"
            found = form_by_id(business, one) if is_form else lead_by_id(business, query, one)
            told["results"][one], told["statuses"][one] = found, 200
        except LinkedInError as error:
            told["errors"][one], told["statuses"][one] = error.body(), error.status
    return told


def accounts(business: LinkedInBusiness, query: Query) -> Node:
    """The ad accounts this token can see, those it may not read leads of among them."""
    if plain(query, "q") != "search" or not isinstance(_record(query, "search"), dict):
        raise bad_query("search")
    asked = read_fields(query.get("fields", "")) or {name: {} for name in _ACCOUNT_FIELDS}
    found = [owner for owner in business.owners.values() if owner.kind == ACCOUNT]
    page, paging = one_page(found, query, tells_total=business.tells_total)
    nodes = [
        {"id": int(owner.id), "name": owner.name, "test": False, "status": "ACTIVE"}
        for owner in page
    ]
    return {"paging": paging, "elements": [_only(node, asked) for node in nodes]}


def shown_leads(business: LinkedInBusiness, leads: Sequence[Lead], asked: Asked) -> list[Node]:
    """Each with its answers in another order every time, as LinkedIn lists them."""
    nodes = []
    for lead in leads:
        order = business.shuffler.sample(lead.answers, len(lead.answers))
        nodes.append(_only(lead.node(order), asked))
        if not business.decorates:
            nodes[-1].pop("form", None)
    business.ground.log("served", "leadFormResponses", tuple(lead.id for lead in leads))
    return nodes


def owner_in(business: LinkedInBusiness, found: Any, name: str = "owner") -> Owner:
    """Answer the owner that `(sponsoredAccount:URN)` names, if this token may read it."""
    if not isinstance(found, dict) or len(found) != 1:
        raise bad_query(name)
    ((kind, urn),) = found.items()
    if not isinstance(urn, str) or not urn.startswith(f"urn:li:{kind}:"):
        raise bad_query(name)
    if urn in business.denied or urn not in business.owners:
        raise access_denied()
    return business.owners[urn]


def _owner(business: LinkedInBusiness, query: Query) -> Owner:
    if plain(query, "q") != "owner":
        raise bad_query("q")
    return owner_in(business, _record(query, "owner"))


def _lead_type(owner: Owner, query: Query) -> str:
    record = _record(query, "leadType")
    lead_type = record.get("leadType") if isinstance(record, dict) else None
    if lead_type not in LEAD_TYPES[owner.kind]:
        raise bad_query("leadType")
    return str(lead_type)


def _time_range(business: LinkedInBusiness, query: Query) -> tuple[int, int]:
    """From `start` until before `end`; a start out of reach is refused, not cut off."""
    now = business.ground.clock.now()
    if "submittedAtTimeRange" not in query:
        return 0, milliseconds(now) + 1
    record = _record(query, "submittedAtTimeRange")
    try:
        start, end = int(record["start"]), int(record["end"])
    except (TypeError, KeyError, ValueError):
        raise bad_query("submittedAtTimeRange") from None
    if not milliseconds(now - RETENTION) <= start < end:
        raise bad_query("submittedAtTimeRange")
    return start, end


def _fields(query: Query) -> Asked:
    asked = read_fields(query.get("fields", "")) or {name: {} for name in _DEFAULT.split()}
    if unknown := set(asked) - _LEAD_FIELDS:
        raise bad_query(f"fields: {', '.join(sorted(unknown))}")
    return asked


def _record(query: Query, name: str) -> Any:
    return read_value(name, query.get(name, ""))


def plain(query: Query, name: str, default: str = "") -> str:
    value = read_value(name, query[name]) if name in query else default
    if not isinstance(value, str):
        raise bad_query(name)
    return value


def one_page(found: Sequence[Any], query: Query, *, tells_total: bool) -> tuple[list[Any], Node]:
    start, count = (_number(query, name, d) for name, d in (("start", 0), ("count", DEFAULT_COUNT)))
    if count > MOST:
        raise bad_query("count")
    paging: Node = {"start": start, "count": count, "links": []}
    if tells_total:
        paging["total"] = len(found)
    return list(found[start : start + count]), paging


def _number(query: Query, name: str, default: int) -> int:
    text = plain(query, name, str(default))
    if not text.isdecimal():
        raise bad_query(name)
    return int(text)


def _only(node: Node, asked: Asked) -> Node:
    """The fields asked for that have a value; fields of a field too."""
    return {
        name: _only(node[name], inner) if inner else node[name]
        for name, inner in asked.items()
        if name in node
    }
