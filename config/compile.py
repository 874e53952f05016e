"""From a document to a configuration."""

from collections.abc import Mapping
from datetime import date

from config import (
    compile_calendars,
    compile_learning,
    compile_matching,
    compile_notify,
    compile_owners,
    compile_pools,
    compile_retention,
    compile_rules,
    compile_sources,
)
from config.condition_values import read_currency_code
from config.conditions import ConditionReader
from config.configuration import (
    Configuration,
    Hold,
    Quality,
    Returns,
    Review,
    SweepSettings,
    Targets,
)
from config.draft import Draft, draft
from config.fingerprint import canonical, fingerprint
from config.lint import ignored, lint
from config.parts import Document, take_apart
from config.problems import Problems
from leads.keys import OwnerId
from leads.normalise.vocabulary import Vocabulary
from routing.policy import Money, Policy


def compile_document(
    stated: Mapping[str, object], problems: Problems, today: date | None
) -> Configuration:
    """Raises ConfigError with every problem. `today` None leaves out what hangs on the calendar."""
    document = canonical(stated, problems)
    work = draft(document, take_apart(document, problems), problems)
    vocabulary = _Words(work)
    policy = _policy(document, work)
    setups = compile_sources.setups(work, vocabulary.of)
    notify = compile_notify.notify(work)
    kept = compile_retention.retention(work)
    unheard = ignored(work)
    problems.stop_if_any()
    lint(work, policy, today or date.min)
    return Configuration(
        policy=policy,
        document=document,
        sources=setups,
        connections=compile_sources.connections(work),
        vocabulary=vocabulary.of(None),
        hold=_hold(work),
        quality=_quality(work),
        review=Review(first=work.parts.review.first) if work.parts.review else Review(),
        targets=_targets(work),
        remarks=problems.remarks(),
        notify=notify,
        returns=Returns(no_lead=work.parts.returns.no_lead) if work.parts.returns else Returns(),
        retention=kept,
        sweep=_sweep(work),
        mirror_every=compile_matching.refresh(work),
        ignored=unheard,
        least_filled=work.parts.lint.least_filled if work.parts.lint else 0.2,
        places=problems.places,
    )


def _policy(document: Document, work: Draft) -> Policy:
    reader = ConditionReader(work)
    fallback = work.parts.fallback
    fallback_owner, fallback_sla = OwnerId(""), ""
    if fallback is not None:
        fallback_owner = work.one_owner(fallback.assign, ("fallback", "assign"))
        fallback_sla = fallback.sla
        work.is_known(work.slas, fallback.sla, ("fallback", "sla"))
    steward = work.parts.steward
    if steward is not None:
        work.one_owner(steward, ("steward",))
    calendars = compile_calendars.calendars(work)
    owners = compile_owners.owners(work, calendars)
    crm_of = compile_sources.crm_of(work)
    compile_rules.check_hold(work, reader)
    compile_sources.check_ends(work, steward)
    compile_sources.check_values(work)
    return Policy(
        hash=fingerprint(document, crm_of),
        owners=owners,
        pools=compile_pools.pools(work, owners),
        rules=compile_rules.rules(work, reader),
        fallback=fallback_owner,
        fallback_sla=fallback_sla,
        slas=compile_rules.slas(work, calendars),
        territories=compile_rules.named_conditions(work, reader, "territories"),
        segments=compile_rules.named_conditions(work, reader, "segments"),
        money=_money(work),
        crm_of=crm_of,
        opportunity_weight=work.parts.workload.opportunity if work.parts.workload else 1.0,
        steward=OwnerId(steward) if steward else fallback_owner,
        timezone=work.parts.timezone or compile_owners.USUAL_ZONE,
        matching=compile_matching.matching(work),
        most_returns=work.parts.returns.at_most if work.parts.returns else 3,
        model=compile_learning.model_settings(work),
    )


def _money(work: Draft) -> Money:
    model = work.parts.currency
    if model is None:
        return Money()
    for code, path in [
        (model.base, ("currency", "base")),
        *((code, ("currency", "rates", code)) for code in model.rates),
    ]:
        try:
            read_currency_code(code)
        except ValueError as error:
            work.problems.add(path, str(error))
    rates = {code.upper(): rate for code, rate in model.rates.items()}
    return Money(base=model.base.upper(), rates=rates)


class _Words:
    """Makes each source's vocabulary: all share the words, not the country that is assumed."""

    def __init__(self, work: Draft) -> None:
        self._work = work
        country = work.parts.default_country
        path = ("default_country",)
        self._country = compile_sources.read_country_code(work, country, path)

    def of(self, country: str | None) -> Vocabulary:
        parts = self._work.parts
        quality = parts.quality
        return Vocabulary(
            values=parts.values,
            default_country=country or self._country,
            required_any=quality.required_any if quality else ("email", "phone"),
            custom=parts.custom,
        )


def _sweep(work: Draft) -> SweepSettings:
    model = work.parts.sweep
    if model is None:
        return SweepSettings()
    return SweepSettings(at_most=model.at_most, remind_after=model.remind_after)


def _hold(work: Draft) -> Hold | None:
    model = work.parts.hold
    return Hold(until=model.until, at_most=model.at_most) if model else None


def _quality(work: Draft) -> Quality:
    model = work.parts.quality
    if model is None:
        return Quality()
    if model.alert is None:
        return Quality(required_any=model.required_any)
    return Quality(
        required_any=model.required_any,
        malformed_share=model.alert.malformed_share,
        against=model.alert.against,
    )


def _targets(work: Draft) -> Targets:
    model = work.parts.targets
    if model is None:
        return Targets()
    return Targets(response_time=model.response_time, aging_rate=model.aging_rate)
