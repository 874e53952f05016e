"""Fields of a source that went bad: told of by the field, with the rules that hang on it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from flows.amiss import amiss_in
from flows.evidence import FIELDS
from flows.plurals import count_of
from flows.wiring import Wiring
from leads.drift import FEWEST_NEWEST, NEWEST, Drift, Measure, drifts, is_counted
from leads.fields import CUSTOM
from leads.lead import Lead
from leads.shapes import PERSONAL, shape, visible
from routing.policy import Policy, Rule
from routing.rulebook import fields_of
from store.alert_rows import Alert, Cause

KIND = "data quality"
_AGAINST = timedelta(days=7)
_LEAST_SHARE = 0.05
_BEFORE = 400
_LEAST_PART = 3
"""Of the leads of those days, one in so many counts among the newest at most."""
_RULES = 3
_LONGEST = 40
_MOMENT = timedelta(microseconds=1)
"""What was seen in the sync that told of it belongs to what it was told by."""


def quality_causes(wiring: Wiring, source: str, standing: list[Alert]) -> list[Cause]:
    """
    Find the fields that went bad, against the days before they did.

    While an alert stands, its field is compared with the days before it was opened: else what is
    bad would be what is usual after a while. It stands until enough leads have come since to tell;
    and what came before it was over does not open it again.
    """
    asked, now = wiring.configuration.quality, wiring.now()
    against = asked.against or _AGAINST
    least = asked.malformed_share if asked.malformed_share is not None else _LEAST_SHARE
    mine = [e for e in standing if e.cause.kind == KIND and e.cause.source == source]
    opened = min((each.opened_at for each in mine), default=now) + _MOMENT
    then, before = _parted(wiring, source, opened - against, opened)
    judged = opened if mine else _last_over(wiring, source, now - against) + _MOMENT
    since = wiring.store.leads_between(source, judged, now + _MOMENT, limit=NEWEST)
    newest = since if mine else since[: len(then)]
    found = drifts(newest, before, _fields(before), least_share=least)
    policy = wiring.configuration.policy
    causes = [
        Cause(kind=KIND, source=source, subject=_subject(each), text=_text(each, source, policy))
        for each in found
    ]
    amiss = amiss_in(wiring, source).items()
    causes += [Cause(kind=KIND, source=source, subject=n, text=text) for n, text in amiss]
    known = {cause.subject for cause in causes}
    unsure = [each for each in mine if each.cause.subject not in known]
    if unsure:
        was = drifts(then, before, _fields(before), least_share=least)
        causes += _still(unsure, was, newest)
    return causes


def _last_over(wiring: Wiring, source: str, since: datetime) -> datetime:
    """Say when the last such alert of the source ended; `since` where none did after it."""
    ended = [
        each.closed_at
        for each in wiring.store.alerts(since)
        if each.closed_at and each.cause.kind == KIND and each.cause.source == source
    ]
    return max(ended, default=since)


def _still(
    unsure: Sequence[Alert], was: Sequence[Drift], newest: Sequence[Lead]
) -> Iterator[Cause]:
    """Give those of which too few leads came since they were told of to say that it is over."""
    told = {_subject(each): each for each in was}
    for alert in unsure:
        drift = told.get(alert.cause.subject)
        if drift and sum(is_counted(lead, drift) for lead in newest) < FEWEST_NEWEST:
            yield alert.cause


def _parted(
    wiring: Wiring, source: str, since: datetime, until: datetime
) -> tuple[list[Lead], list[Lead]]:
    """Read the newest leads before `until`, and those before them."""
    latest = wiring.store.leads_between(source, since, until, limit=NEWEST + _BEFORE)
    split = min(NEWEST, len(latest) // _LEAST_PART)
    return latest[:split], latest[split:]


def _fields(leads: list[Lead]) -> list[str]:
    custom = {f"{CUSTOM}{name}" for lead in leads for name in lead.custom}
    return sorted((FIELDS - _OTHER) | custom)


_OTHER = frozenset({"id", "source", "status", "current_owner"})
"""What every lead has, and what people change in a CRM, tell nothing of how it is filled in."""


def _subject(drift: Drift) -> str:
    return f"{drift.field} in {drift.form}" if drift.form else drift.field


def _text(drift: Drift, source: str, policy: Policy) -> str:
    before = f"{drift.bad_before:,} of the {drift.before:,} before"
    counted = "numbers" if drift.measure is Measure.NATIONAL else "leads"
    newest = f"{drift.bad} of the newest {drift.leads} {counted}"
    form = f" of form {visible(drift.form)[:_LONGEST]}" if drift.form else ""
    told = f"{source}: {drift.field} is {drift.measure} in {newest}{form}, against {before}"
    what_comes = f"`firsttouch audit {source}` shows what comes now"
    parts = [*_examples(drift), *_meaning(drift), *_rules(drift, policy), what_comes]
    return ". ".join([told, *parts])


def _meaning(drift: Drift) -> Iterator[str]:
    """Say what follows for the leads, where the measure's name does not."""
    if drift.measure is Measure.NATIONAL:
        yield "Such a number is read by its lead's country, and is wrong where that is"
    for field in drift.with_it:
        yield f"The number told the {field}, which is blank now"


def _examples(drift: Drift) -> Iterator[str]:
    if not drift.examples or drift.measure is Measure.BLANK:
        return
    is_personal = drift.field in PERSONAL or drift.field.startswith(CUSTOM)
    shown = (shape(text) if is_personal else visible(text) for text in drift.examples)
    listed = ", ".join(f'"{text[:_LONGEST]}"' for text in dict.fromkeys(shown))
    yield f"{'In the form of' if is_personal else 'For example'} {listed}"


def _rules(drift: Drift, policy: Policy) -> Iterator[str]:
    bad = {drift.field, *drift.with_it}
    hang = [rule.name for rule in policy.rules if bad & looked_at(rule, policy)]
    if not hang:
        yield "No rule looks at it"
        return
    named = ", ".join(hang[:_RULES])
    more = f" and {len(hang) - _RULES} more" if len(hang) > _RULES else ""
    yield f"{count_of(len(hang), 'rule hangs', 'rules hang')} on it: {named}{more}"


def looked_at(rule: Rule, policy: Policy) -> frozenset[str]:
    """Name the fields of a rule's condition, and of the territories and segments that it names."""
    fields = fields_of(rule.when)
    places = [
        *(policy.territories.values() if "territory" in fields else ()),
        *(policy.segments.values() if "segment" in fields else ()),
    ]
    return fields.union(*map(fields_of, places))
