"""The pipelines of deals and leads, as a new portal has them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.choices import OF_OTHERS
from sandbox.hubspot.errors import Refusal
from sandbox.hubspot.kinds import DEALS, LEADS
from sandbox.hubspot.shelf import Shelf

_MADE = "2019-10-30T03:30:17.883Z"
_DEAL_STAGES = {
    "appointmentscheduled": ("Appointment Scheduled", "0.2"),
    "qualifiedtobuy": ("Qualified To Buy", "0.4"),
    "presentationscheduled": ("Presentation Scheduled", "0.6"),
    "decisionmakerboughtin": ("Decision Maker Bought-In", "0.8"),
    "contractsent": ("Contract Sent", "0.9"),
    "closedwon": ("Closed Won", "1.0"),
    "closedlost": ("Closed Lost", "0.0"),
}
_CLOSED = frozenset({"closedwon", "closedlost"})


def list_pipelines(shelf: Shelf, call: Call) -> Answer:
    return 200, {"results": [] if call.archived else _pipelines(shelf)}


def get_pipeline(shelf: Shelf, call: Call) -> Answer:
    return 200, _one(_pipelines(shelf), call.path["pipeline"])


def list_stages(shelf: Shelf, call: Call) -> Answer:
    stages = _one(_pipelines(shelf), call.path["pipeline"])["stages"]
    return 200, {"results": [] if call.archived else stages}


def get_stage(shelf: Shelf, call: Call) -> Answer:
    stages = _one(_pipelines(shelf), call.path["pipeline"])["stages"]
    return 200, _one(stages, call.path["stage"])


def _one(listed: Sequence[dict[str, Any]], wanted: str) -> dict[str, Any]:
    for each in listed:
        if each["id"] == wanted:
            return each
    raise Refusal(404, "resource not found", category="OBJECT_NOT_FOUND")


def _pipelines(shelf: Shelf) -> list[dict[str, Any]]:
    if shelf.kind is DEALS:
        stages = [
            _stage(number, key, label, {"isClosed": _closed(key), "probability": likely})
            for number, (key, (label, likely)) in enumerate(_DEAL_STAGES.items())
        ]
        return [_part("default", "Sales Pipeline", 0) | {"stages": stages}]
    if shelf.kind is LEADS:
        (pipeline,) = OF_OTHERS[LEADS.name]["hs_pipeline"]
        keys = OF_OTHERS[LEADS.name]["hs_pipeline_stage"]
        stages = [_stage(n, key, key.partition("-")[0].title(), {}) for n, key in enumerate(keys)]
        return [_part(pipeline, "Lead pipeline", 0) | {"stages": stages}]
    raise Refusal(400, f"Objects of type {shelf.kind.type_id} have no pipelines.")


def _stage(number: int, key: str, label: str, metadata: Mapping[str, str]) -> dict[str, Any]:
    rights = {"writePermissions": "CRM_PERMISSIONS_ENFORCEMENT"}
    return _part(key, label, number) | {"metadata": dict(metadata)} | rights


def _part(key: str, label: str, number: int) -> dict[str, Any]:
    told = {"label": label, "displayOrder": number, "id": key, "archived": False}
    return {**told, "createdAt": _MADE, "updatedAt": _MADE}


def _closed(stage: str) -> str:
    return "true" if stage in _CLOSED else "false"
