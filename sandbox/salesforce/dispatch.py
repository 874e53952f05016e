"""Find the handler of a call by its path and method; turn a refusal into its answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import unquote

from sandbox.salesforce import (
    about,
    extract,
    ingest,
    querying,
    replication,
    row_collections,
    rows,
    trees,
)
from sandbox.salesforce.batches import Batch
from sandbox.salesforce.composite import Composite, resources
from sandbox.salesforce.errors import Refusal, not_there
from sandbox.salesforce.graphs import Graphs
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.parts import PartRunner
from sandbox.salesforce.wire import Answer, Call

Handler = Callable[[SalesforceOrg, Call], Answer]
_PART = r"([^/]+)"


_JOBS: Mapping[str, Mapping[str, Handler]] = {
    "jobs/ingest": {"POST": ingest.create_job},
    f"jobs/ingest/{_PART}": {
        "GET": ingest.get_job,
        "PATCH": ingest.change_state,
        "DELETE": ingest.delete_job,
    },
    f"jobs/ingest/{_PART}/batches": {"PUT": ingest.upload},
    f"jobs/ingest/{_PART}/successfulResults": {"GET": ingest.successful},
    f"jobs/ingest/{_PART}/failedResults": {"GET": ingest.failed},
    # The real client and Salesforce's own collection of requests spell it differently.
    f"jobs/ingest/{_PART}/unprocessed[Rr]ecords": {"GET": ingest.unprocessed},
    "jobs/query": {"POST": extract.create_job},
    f"jobs/query/{_PART}": {"GET": extract.get_job, "PATCH": extract.change_state},
    f"jobs/query/{_PART}/results": {"GET": extract.results},
}


class Dispatch:
    """Every resource below /services/data/vXX.X/."""

    def __init__(self) -> None:
        parts = PartRunner(self.answer)
        routes = _routes(Composite(parts), Batch(self.answer), Graphs(parts))
        self._routes = [(re.compile(pattern), methods) for pattern, methods in routes.items()]

    def answer(self, org: SalesforceOrg, call: Call) -> Answer:
        """Never raises Refusal: it becomes the answer."""
        try:
            handler, args = self._find(call)
            with org.lock:
                return handler(org, replace(call, args=args))
        except Refusal as refusal:
            return Answer(status=refusal.status, body=refusal.as_request_error())

    def _find(self, call: Call) -> tuple[Handler, tuple[str, ...]]:
        for pattern, methods in self._routes:
            matched = pattern.fullmatch(call.path)
            if matched and call.method in methods:
                return methods[call.method], tuple(map(unquote, matched.groups()))
            if matched:
                allowed = ",".join(methods)
                message = f"HTTP Method '{call.method}' not allowed. Allowed are {allowed}"
                raise Refusal("METHOD_NOT_ALLOWED", message, status=405)
        raise not_there()


def _routes(
    composite: Composite, batch: Batch, graphs: Graphs
) -> Mapping[str, Mapping[str, Handler]]:
    return {
        **_JOBS,
        "": {"GET": about.resources},
        "query": {"GET": querying.query},
        "queryAll": {"GET": querying.query_all},
        f"(?:query|queryAll)/{_PART}": {"GET": querying.more},
        "limits": {"GET": about.limits},
        "limits/recordCount": {"GET": about.record_count},
        "sobjects": {"GET": about.objects},
        f"sobjects/{_PART}": {"GET": about.one_object, "POST": rows.create_row},
        f"sobjects/{_PART}/describe": {"GET": about.describe_object},
        f"sobjects/{_PART}/updated": {"GET": replication.updated},
        f"sobjects/{_PART}/deleted": {"GET": replication.deleted},
        f"sobjects/{_PART}/{_PART}": {
            "GET": rows.get_row,
            "PATCH": rows.update_row,
            "DELETE": rows.delete_row,
        },
        f"sobjects/{_PART}/{_PART}/{_PART}": {
            "GET": rows.get_by_external_id,
            "PATCH": rows.upsert_row,
        },
        "composite": {"GET": resources, "POST": composite.run},
        "composite/batch": {"POST": batch.run},
        "composite/graph": {"POST": graphs.run},
        f"composite/tree/{_PART}": {"POST": trees.create_tree},
        "composite/sobjects": {
            "POST": row_collections.create_many,
            "PATCH": row_collections.update_many,
            "DELETE": row_collections.delete_many,
        },
        f"composite/sobjects/{_PART}": {
            "GET": row_collections.get_many,
            "POST": row_collections.get_many,
        },
        f"composite/sobjects/{_PART}/{_PART}": {"PATCH": row_collections.upsert_many},
    }
