"""The shape of the smaller sections: money, data quality, waiting, review and targets."""

from typing import Annotated, Any, Literal

from pydantic import Field

from config.configuration import NO_LEAD
from config.model_base import Age, Amount, Duration, Name, Names, Share, Strict, stated

CustomType = Literal["text", "number", "date", "boolean"]
_SomeNames = Annotated[Names, Field(min_length=1)]


class CurrencyModel(Strict):
    """Amounts compare in the base currency."""

    base: Name = stated("The currency of deal_value in conditions.", "EUR", default="EUR")
    rates: dict[Name, Amount] = stated(
        "What one unit of another currency is worth in the base.",
        {"USD": 0.92},
        default_factory=dict,
    )


class WorkloadModel(Strict):
    """What counts against `max_open` beside open leads."""

    opportunity: Annotated[float, Field(ge=0, le=100)] = stated(
        "How many open leads an open opportunity is worth (a source with opportunities: true).",
        0.5,
        default=1.0,
    )


class ReturnsModel(Strict):
    """What happens to leads that their owner hands back."""

    at_most: Annotated[int, Field(ge=1, le=100)] = stated(
        "After so many owners it goes round no more: a manager has it, or the fallback.",
        3,
        default=3,
    )
    no_lead: Names = stated(
        "Reasons that mean it is no lead: it is set aside with the steward, and nobody's turn.",
        ["spam", "student"],
        default=NO_LEAD,
    )


class AlertModel(Strict):
    """When somebody is told that a source's values went bad."""

    malformed_share: Share = stated("Alarm above this share of unreadable values.", 0.05)
    against: Duration = stated("The days it is compared with.", "7d")


class QualityModel(Strict):
    """What makes a record usable."""

    required_any: _SomeNames = stated(
        "A lead has one of these, or is set aside.", ["email", "phone"], default=("email", "phone")
    )
    alert: AlertModel | None = stated(
        "When to raise the alarm.", {"malformed_share": 0.05, "against": "7d"}, default=None
    )


class HoldModel(Strict):
    """Wait for an enrichment that fills a field."""

    until: _SomeNames = stated("Fields that are worth waiting for.", ["employees"])
    at_most: Duration = stated("The longest wait; shorter than every SLA.", "2m")


class ReviewModel(Strict):
    """The first assignments of a new policy or model wait for a person."""

    first: Annotated[int, Field(ge=0, le=100_000)] = stated("How many.", 50)


class TargetsModel(Strict):
    """What reports compare with."""

    response_time: Duration = stated(
        "Average time to first touch.", "5m", default="5m", validate_default=True
    )
    aging_rate: Share = stated("Share of leads untouched past their SLA.", 0.05, default=0.05)


class SweepModel(Strict):
    """Leads that are nobody's any more, and records set aside: looked at once a day."""

    at_most: Annotated[int, Field(ge=1, le=100_000)] = stated(
        "Leads of a CRM that one run routes; the next goes on.", 200, default=200
    )
    remind_after: Duration = stated(
        "The data steward is reminded of records that are set aside for longer.",
        "24h",
        default="24h",
        validate_default=True,
    )


def _kept(span: str, what: str) -> Any:
    return stated(what, span, default=span, validate_default=True)


class RetentionModel(Strict):
    """How long the store keeps what piles up; `firsttouch store prune` deletes what is older."""

    runs: Age = _kept("90d", "Runs, and which records each saw.")
    ignored: Age = _kept(
        "180d", "Records outside the intake that their source has not shown since."
    )
    rejects: Age = _kept("90d", "Records set aside, after they could be read.")
    webhooks: Age = _kept("7d", "What webhooks brought, after it was saved or given up.")
    backfills: Age = _kept("90d", "What a backfill read and planned, after it was asked for.")
    shadows: Age = _kept("90d", "What a shadow policy decided, after it ended.")
    touches: Age = _kept("730d", "Who was in touch with a lead, after the CRM came to know of it.")
    outcomes: Age = _kept("730d", "What came of leads, after the CRM came to know of it.")
    decisions: Age | None = stated(
        "Decided leads, with how and why; unless stated, until they are erased.",
        "730d",
        default=None,
    )


class LintModel(Strict):
    """What `firsttouch check` need not say, and what it goes by."""

    ignore: Names = stated(
        "Findings by their code (docs/check.md), or of one thing alone by code:name.",
        ["uncovered", "unused:weekend-cover"],
        default=(),
    )
    least_filled: Share = stated(
        "No rule should need a field that a smaller share of a source's leads has.",
        0.2,
        default=0.2,
    )
