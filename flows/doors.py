"""The receiver's doors: one for each sender of webhooks, closed while its secret is not set."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from connectors.base import IdReader, LeadSource
from connectors.google_ads.connector import GoogleAds
from connectors.hubspot import webhook as hubspot
from connectors.hubspot.connector import HubSpot
from connectors.hubspot.portal import OwnPortal
from connectors.inbound import UNPROCESSABLE, FieldProblem, Notice, Received, Refusal, Sent
from connectors.linkedin_ads import webhook as linkedin
from connectors.meta_ads import webhook as meta
from connectors.meta_ads.connector import MetaAds
from connectors.pipedrive import webhook as pipedrive
from connectors.webhook import connector as generic
from connectors.webhook import settings as generic_settings
from flows.wiring import Wiring

JSON = "application/json"
_GOOGLE_KEY = "FIRSTTOUCH_GOOGLE_ADS_WEBHOOK_KEY"
_HUBSPOT, _LINKEDIN, _PIPEDRIVE = "hubspot", "linkedin_ads", "pipedrive"
LEADS, BY_TOKEN = "leads sent whole", "ids by token"
"""What the generic door may take, or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenged:
    """The answer to a vendor that wants to see who we are."""

    text: str
    media_type: str = "text/plain"


Challenge = Callable[[Mapping[str, str]], Challenged | Refusal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """
    Where one sender's webhooks arrive: /webhooks/`name`. `receive` believes nothing unproven.

    `lacks` are the variables without which it is closed, `challenge_lacks` those without which a
    GET cannot be answered. `goes_without` is what an open door does not take, with the variable
    that lacks. `answer` is the body of a 200. While `knows` is False, `learn` may mend it: it asks
    the vendor, and takes its time.
    """

    name: str
    lacks: tuple[str, ...]
    receive: Callable[[Sent, datetime], Received]
    answer: Mapping[str, object] | None = None
    challenge: Challenge | None = None
    challenge_lacks: tuple[str, ...] = ()
    goes_without: Mapping[str, str] = field(default_factory=dict)
    knows: Callable[[], bool] = lambda: True
    learn: Callable[[], None] = lambda: None

    def told(self, wanted: str = LEADS) -> str:
        """Say whether it is open, to what is `wanted` too, and what to set where it is not."""
        lacks = dict.fromkeys((*self.lacks, *self.challenge_lacks))
        if lacks:
            return f"answers 503: {' and '.join(lacks)} is not set"
        if wanted in self.goes_without:
            return f"is open, but answers 503 to {wanted}: {self.goes_without[wanted]} is not set"
        return "is open"


def doors(wiring: Wiring, environ: Mapping[str, str]) -> dict[str, Door]:
    """Return the doors there are for the configured sources, and the generic one, by name."""
    sources = wiring.sources
    made = [_meta(each, environ) for each in sources.values() if isinstance(each, MetaAds)]
    made += [_linkedin(environ)] if _LINKEDIN in sources else []
    made += [_pipedrive(environ)] if _PIPEDRIVE in sources else []
    made += [_google(each, environ) for each in sources.values() if isinstance(each, GoogleAds)]
    if isinstance(source := sources.get(_HUBSPOT), HubSpot):
        kind = wiring.configuration.sources[_HUBSPOT].intake.object
        made.append(_hubspot(kind, source.portal, environ))
    return {door.name: door for door in (*made, _generic(sources, environ))}


def lacking(names: Sequence[str], environ: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for name in names if not _secret(environ, name))


def _secret(environ: Mapping[str, str], name: str) -> str:
    """Without the blanks and line ends of files: blanks alone are no secret, and open nothing."""
    return environ.get(name, "").strip()


def _meta(source: MetaAds, environ: Mapping[str, str]) -> Door:
    secret = _secret(environ, meta.APP_SECRET)
    token = _secret(environ, meta.VERIFY_TOKEN)

    def challenge(query: Mapping[str, str]) -> Challenged | Refusal:
        answer = meta.answer_challenge(query, token)
        return answer if isinstance(answer, Refusal) else Challenged(text=answer)

    def receive(sent: Sent, now: datetime) -> Received:
        del now
        signature = sent.headers.get(meta.SIGNATURE_HEADER, "")
        return meta.verify_webhook(sent.body, signature, secret, source.pages)

    return Door(
        name="meta",
        lacks=lacking([meta.APP_SECRET], environ),
        receive=receive,
        challenge=challenge,
        challenge_lacks=lacking([meta.VERIFY_TOKEN], environ),
    )


def _linkedin(environ: Mapping[str, str]) -> Door:
    secret = _secret(environ, linkedin.CLIENT_SECRET)

    def challenge(query: Mapping[str, str]) -> Challenged | Refusal:
        answer = linkedin.answer_challenge(query.get(linkedin.CHALLENGE_PARAMETER, ""), secret)
        if isinstance(answer, Refusal):
            return answer
        return Challenged(text=json.dumps(dict(answer)), media_type=JSON)

    def receive(sent: Sent, now: datetime) -> Received:
        del now
        signature = sent.headers.get(linkedin.SIGNATURE_HEADER, "")
        return linkedin.verify_notification(sent.body, signature, secret)

    lacks = lacking([linkedin.CLIENT_SECRET], environ)
    return Door(
        name="linkedin_ads",
        lacks=lacks,
        receive=receive,
        challenge=challenge,
        challenge_lacks=lacks,
    )


def _hubspot(kind: str, portal: OwnPortal, environ: Mapping[str, str]) -> Door:
    """HubSpot signs the address too: behind a proxy, FIRSTTOUCH_PUBLIC_URL says which."""
    secret = _secret(environ, hubspot.CLIENT_SECRET)

    def receive(sent: Sent, now: datetime) -> Received:
        return hubspot.verify_webhook(
            method=sent.method,
            uri=sent.url,
            body=sent.body,
            timestamp=sent.headers.get(hubspot.TIMESTAMP_HEADER),
            signature=sent.headers.get(hubspot.SIGNATURE_HEADER),
            secret=secret,
            now=now,
            kind=kind,
            portal=portal.number,
        )

    return Door(
        name="hubspot",
        lacks=lacking([hubspot.CLIENT_SECRET], environ),
        receive=receive,
        knows=lambda: portal.number is not None,
        learn=portal.learn,
    )


def _pipedrive(environ: Mapping[str, str]) -> Door:
    password = _secret(environ, pipedrive.PASSWORD)

    def receive(sent: Sent, now: datetime) -> Received:
        del now
        authorization = sent.headers.get(pipedrive.AUTHORIZATION, "")
        return pipedrive.verify_webhook(sent.body, authorization, password)

    return Door(name=_PIPEDRIVE, lacks=lacking([pipedrive.PASSWORD], environ), receive=receive)


def _google(source: GoogleAds, environ: Mapping[str, str]) -> Door:
    """Google signs nothing: the key in the body is the proof, and is not kept."""
    lacks = lacking([_GOOGLE_KEY], environ)
    return Door(name="google_ads", lacks=lacks, receive=source.receive, answer={})


def _generic(sources: Mapping[str, LeadSource], environ: Mapping[str, str]) -> Door:
    """The door for everybody else; open to whoever has the secret, or the token for ids."""
    secret = _secret(environ, generic_settings.SECRET)
    token = _secret(environ, generic_settings.TOKEN)

    def receive(sent: Sent, now: datetime) -> Received:
        readable = sources.keys() - {generic.NAME}
        received = generic.verify_webhook(
            sent, secret=secret, token=token, now=now, sources=readable
        )
        return received if isinstance(received, Refusal) else _of_known_sources(received, sources)

    parts = {LEADS: generic_settings.SECRET, BY_TOKEN: generic_settings.TOKEN}
    closed = {what: name for what, name in parts.items() if lacking([name], environ)}
    is_closed = not secret and not token
    return Door(
        name=generic.NAME,
        lacks=(generic_settings.SECRET,) if is_closed else (),
        receive=receive,
        goes_without={} if is_closed else closed,
    )


def _of_known_sources(received: Sequence[Notice], sources: Mapping[str, LeadSource]) -> Received:
    for notice in received:
        if notice.source not in sources and notice.source == generic.NAME:
            problem = "leads cannot be taken: sources.webhook is not configured here"
            return Refusal(status=UNPROCESSABLE, problem=problem)
    return _with_whole_ids(received, sources)


def _with_whole_ids(received: Sequence[Notice], sources: Mapping[str, LeadSource]) -> Received:
    """Name records as their source does: what is asked for in another form is never recognised."""
    whole: list[Notice] = []
    for notice in received:
        source = sources[notice.source]
        if not isinstance(source, IdReader):
            whole.append(notice)
            continue
        read = {each: source.read_id(each) for each in notice.ids}
        errors = tuple(
            FieldProblem(field=place, problem=f"not an id here; {source.no_id(text)}")
            for place, (text, known) in zip(notice.places, read.items(), strict=True)
            if known is None
        )
        if errors:
            told = f"{errors[0].field}: {errors[0].problem}"
            return Refusal(status=UNPROCESSABLE, problem=told, errors=errors)
        whole.append(replace(notice, ids=tuple(dict.fromkeys(filter(None, read.values())))))
    return tuple(whole)
