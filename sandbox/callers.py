"""What each vendor sends when a lead arrives, how it is registered, and how often it tries."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.google.webhook import payload
from sandbox.hubspot import hooks as hubspot
from sandbox.linkedin.business import CLIENT_SECRET
from sandbox.linkedin.finders import LEAD_TYPES
from sandbox.linkedin.webhooks import is_answered, notice, signature
from sandbox.meta import hooks as meta
from sandbox.pipedrive import hooks as pipedrive
from sandbox.pipedrive.account import PipedriveAccount
from sandbox.salesforce import flow
from sandbox.settling import Vendors

Request = tuple[bytes, Mapping[str, str]]
"""Body and headers, made anew for each attempt: HubSpot counts them and signs the time."""

_MINUTE, _HOUR = 60.0, 3600.0
_OK, _SERVER_ERROR = range(200, 300), 500


def _only_2xx(status: int) -> bool:
    return status in _OK


def _below_500(status: int) -> bool:
    return 0 < status < _SERVER_ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """
    One vendor's way to call back, at `path` below the receiver's address.

    `pauses`: seconds before each repetition. `is_final`: whether an answer's status (0: none) ends
    it. `register` says whether the receiver has been accepted; until then nothing is sent.
    `tells`: whether it calls back about a lead at all.
    """

    path: str
    request: Callable[[str, int], Request]
    pauses: tuple[float, ...] = ()
    timeout: float = 5.0
    is_final: Callable[[int], bool] = _only_2xx
    register: Callable[[], bool] = lambda: True
    tells: Callable[[str], bool] = lambda _lead_id: True


def callers(vendors: Vendors, url: str) -> dict[str, Caller]:
    """The callers of a town whose receiver is at `url`, by vendor."""
    of_pipedrive = {"pipedrive": _pipedrive(vendors.pipedrive)} if vendors.pipedrive else {}
    return {
        "salesforce": _salesforce(vendors),
        "hubspot": _hubspot(vendors, url),
        "meta_ads": _meta(vendors, url),
        "google_ads": _google(vendors),
        "linkedin_ads": _linkedin(vendors, url),
        **of_pipedrive,
    }


def _salesforce(vendors: Vendors) -> Caller:
    """A Flow's callout that fails is not tried again."""
    del vendors

    def request(lead_id: str, attempt: int) -> Request:
        del attempt
        return flow.callout(lead_id), flow.by_token()

    return Caller(path="/webhooks/webhook", request=request)


def _hubspot(vendors: Vendors, url: str) -> Caller:
    """Ten repetitions within 24 hours."""
    portal, path = vendors.hubspot, "/webhooks/hubspot"

    def request(lead_id: str, attempt: int) -> Request:
        event = hubspot.contact_event(portal, lead_id, attemptNumber=attempt)
        body = json.dumps([event]).encode()
        return body, hubspot.signed(portal, f"{url}{path}", body)

    minutes = (1, 5, 15, 30, 60, 120, 180, 240, 300, 420)
    return Caller(path=path, request=request, pauses=tuple(_MINUTE * m for m in minutes))


def _pipedrive(account: PipedriveAccount) -> Caller:
    """Three repetitions; then it is not told again."""

    def request(lead_id: str, attempt: int) -> Request:
        body = pipedrive.lead_event(account, lead_id, attempt=attempt + 1)
        return body, pipedrive.authorised()

    return Caller(
        path="/webhooks/pipedrive", request=request, pauses=(3.0, 30.0, 150.0), timeout=10.0
    )


def _meta(vendors: Vendors, url: str) -> Caller:
    """At once, then less and less often for 36 hours."""
    business, path = vendors.meta, "/webhooks/meta"

    def request(lead_id: str, attempt: int) -> Request:
        del attempt
        body = meta.leadgen(business, business.leads[lead_id], business.ground.clock.now())
        return body, meta.signed(body)

    hours = (0, 1 / 60, 1 / 12, 1 / 4, 1, 3, 6, 12, 13)
    return Caller(
        path=path,
        request=request,
        pauses=tuple(_HOUR * h for h in hours),
        register=lambda: meta.is_verified(f"{url}{path}"),
        tells=lambda lead_id: meta.is_subscribed(business, business.leads[lead_id]),
    )


def _google(vendors: Vendors) -> Caller:
    """A 4xx is final; how often a 5xx is repeated is not documented."""

    def request(lead_id: str, attempt: int) -> Request:
        del attempt
        body = json.dumps(payload(vendors.google.leads[lead_id])).encode()
        return body, {"Content-Type": "application/json"}

    return Caller(
        path="/webhooks/google_ads",
        request=request,
        pauses=(10.0, _MINUTE, 5 * _MINUTE),
        is_final=_below_500,
    )


def _linkedin(vendors: Vendors, url: str) -> Caller:
    """Any 2xx ends it; how often anything else is repeated is not documented."""
    business, path = vendors.linkedin, "/webhooks/linkedin_ads"

    def request(lead_id: str, attempt: int) -> Request:
        del attempt
        body = notice(business.leads[lead_id], "CREATED", business.ground.clock.now())
        sent = {"Content-Type": "application/json", "User-Agent": "LinkedIn Lead Sync"}
        return body, {**sent, "X-LI-Signature": signature(body, CLIENT_SECRET)}

    def register() -> bool:
        if not is_answered(f"{url}{path}", CLIENT_SECRET):
            return False
        for owner in business.owners.values():
            for lead_type in LEAD_TYPES[owner.kind]:
                business.subscribe(f"{url}{path}", owner, lead_type)
        return True

    pauses = (_MINUTE, 5 * _MINUTE, 15 * _MINUTE)
    return Caller(path=path, request=request, pauses=pauses, register=register)
