"""`subscribed_apps`: whether a page tells the app of its leads, and of what else."""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.meta.errors import bad_parameter, lacks_permission
from sandbox.meta.pages import MetaBusiness

APP = {"id": "120000000000000", "name": "Sandbox", "category": "Business"}
_FIELDS = (
    *("conversations", "feed", "leadgen", "leadgen_fat", "mention", "message_deliveries"),
    *("message_reads", "messages", "messaging_postbacks", "name", "ratings"),
)
_SCOPE = "pages_manage_metadata"


def subscribed_apps(business: MetaBusiness, page_id: str) -> dict[str, Any]:
    """The app, with the fields it hears of; nothing while it hears of none."""
    _check_scope(business)
    fields = business.subscribed[page_id]
    return {"data": [{**APP, "subscribed_fields": sorted(fields)}] if fields else []}


def subscribe(business: MetaBusiness, page_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Replace what the app hears of by `subscribed_fields`: a list, or names with commas."""
    _check_scope(business)
    named = _names(given.get("subscribed_fields"))
    if not named:
        raise bad_parameter("The parameter subscribed_fields is required.")
    for number, name in enumerate(named):
        if name not in _FIELDS:
            listed = ", ".join(_FIELDS)
            raise bad_parameter(
                f"Param subscribed_fields[{number}] must be one of {{{listed}}} - got {name!r}."
            )
    business.subscribed[page_id] = frozenset(named)
    return {"success": True}


def unsubscribe(business: MetaBusiness, page_id: str) -> dict[str, Any]:
    _check_scope(business)
    business.subscribed[page_id] = frozenset()
    return {"success": True}


def _names(given: Any) -> list[str]:
    if isinstance(given, str) and given.startswith("["):
        try:
            given = json.loads(given)
        except ValueError:
            raise bad_parameter("param subscribed_fields must be an array.") from None
    listed = given.split(",") if isinstance(given, str) else given or ()
    if not isinstance(listed, list | tuple):
        raise bad_parameter("param subscribed_fields must be an array.")
    return [str(name).strip() for name in listed if str(name).strip()]


def _check_scope(business: MetaBusiness) -> None:
    if _SCOPE not in business.scopes:
        raise lacks_permission(_SCOPE)
