"""What the API says about itself: versions, resources, objects, limits, counts."""

from typing import Any

from sandbox.salesforce.conditions import is_unmodified, last_modified
from sandbox.salesforce.describe import describe, describe_brief
from sandbox.salesforce.furnishing import FOUNDED, ORGANIZATION
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.rows import entity_of
from sandbox.salesforce.wire import Answer, Call

OLDEST, NEWEST = 41, 68
RETIRED = range(21, 31)
_SEASONS = ("Winter", "Spring", "Summer")
_WINTER_18 = 41
_NOT_MODIFIED = 304


def versions() -> list[dict[str, str]]:
    """Every version that answers, oldest first."""
    return [
        {"label": _label(n), "url": f"/services/data/v{n}.0", "version": f"{n}.0"}
        for n in range(OLDEST, NEWEST + 1)
    ]


def resources(org: SalesforceOrg, call: Call) -> Answer:
    names = ("sobjects", "query", "queryAll", "composite", "limits", "jobs")
    identity = f"https://login.salesforce.com/id/{ORGANIZATION}/{org.running_user}"
    return Answer(body={"identity": identity, **{name: f"{call.base}/{name}" for name in names}})


def objects(org: SalesforceOrg, call: Call) -> Answer:
    briefs = [describe_brief(entity, call.base) for entity in org.entities.values()]
    return Answer(body={"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": briefs})


def one_object(org: SalesforceOrg, call: Call) -> Answer:
    entity = entity_of(org, call.args[0])
    return Answer(body={"objectDescribe": describe_brief(entity, call.base), "recentItems": []})


def describe_object(org: SalesforceOrg, call: Call) -> Answer:
    entity = entity_of(org, call.args[0])
    schema_row = {"LastModifiedDate": FOUNDED}  # the sandbox's objects never change
    if is_unmodified(call, schema_row):
        return Answer(status=_NOT_MODIFIED, headers=last_modified(schema_row))
    return Answer(body=describe(entity, call.base), headers=last_modified(schema_row))


def limits(org: SalesforceOrg, _: Call) -> Answer:
    most = org.allowance.limit
    left = most - org.allowance.used(org.now())
    return Answer(
        body={
            "DailyApiRequests": {"Max": most, "Remaining": left},
            "DailyBulkV2QueryJobs": {"Max": 10000, "Remaining": 10000},
            "DataStorageMB": {"Max": 10240, "Remaining": 10200},
        }
    )


def record_count(org: SalesforceOrg, call: Call) -> Answer:
    names = [name for name in call.params.get("sObjects", "").split(",") if name]
    counts: list[dict[str, Any]] = []
    for name in names or org.entities:
        entity = org.entity(name)
        if entity is not None:
            live = sum(not row.get("IsDeleted") for row in org.rows(entity))
            counts.append({"count": live, "name": entity.name})
    return Answer(body={"sObjects": counts})


def _label(number: int) -> str:
    years, season = divmod(number - _WINTER_18, len(_SEASONS))
    return f"{_SEASONS[season]} '{18 + years}"
