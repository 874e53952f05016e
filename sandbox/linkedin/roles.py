"""organizationAcls, and the older organizationalEntityAcls: who may do what with which page."""

from sandbox.linkedin.business import LinkedInBusiness
from sandbox.linkedin.errors import access_denied, bad_query
from sandbox.linkedin.finders import Query, one_page, plain
from sandbox.linkedin.records import ORGANIZATION, Node, Owner

MEMBER = "urn:li:person:sandbox"
_ROLES = frozenset(
    (
        *("ADMINISTRATOR", "DIRECT_SPONSORED_CONTENT_POSTER", "RECRUITING_POSTER"),
        *("LEAD_CAPTURE_ADMINISTRATOR", "LEAD_GEN_FORMS_MANAGER", "ANALYST", "CURATOR"),
        "CONTENT_ADMINISTRATOR",
    )
)
_STATES = frozenset({"APPROVED", "REJECTED", "REQUESTED", "REVOKED"})
OF_A_PAGE = {"organizationAcls": "organization", "organizationalEntityAcls": "organizationalTarget"}
"""Under which name each of the two has the page."""


def roles(business: LinkedInBusiness, query: Query, resource: str) -> Node:
    """The member whose token it is administers every page that the token may read."""
    name = OF_A_PAGE[resource]
    pages = [
        owner
        for owner in business.owners.values()
        if owner.kind == ORGANIZATION and owner.urn not in business.denied
    ]
    match plain(query, "q"):
        case "roleAssignee":
            pass
        case "organization" | "organizationalTarget" as finder if finder == name:
            urn = plain(query, finder)
            if not urn.startswith(f"urn:li:{ORGANIZATION}:"):
                raise bad_query(finder)
            pages = [page for page in pages if page.urn == urn]
            if not pages:
                raise access_denied()
        case _:
            raise bad_query("q")
    found = [_shown(page, name) for page in pages if _is_asked(query)]
    page, paging = one_page(found, query, tells_total=business.tells_total)
    return {"paging": paging, "elements": page}


def _is_asked(query: Query) -> bool:
    """Raises LinkedInError for a role or a state that there is none of."""
    asked = {name: plain(query, name) for name in ("role", "state") if name in query}
    for name, known in (("role", _ROLES), ("state", _STATES)):
        if name in asked and asked[name] not in known:
            raise bad_query(name)
    held = {"role": "ADMINISTRATOR", "state": "APPROVED"}
    return all(held[name] == value for name, value in asked.items())


def _shown(page: Owner, name: str) -> Node:
    held = {"role": "ADMINISTRATOR", "state": "APPROVED"}
    return {**held, "roleAssignee": MEMBER, name: page.urn}
