"""How a version of the model fares, in sentences and as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from flows.modelling.groups import Shares
from flows.modelling.trial import UPLIFT, Fare
from routing.learning.trial import Comparison, Interval, Outcome

_OUTCOMES = {
    Outcome.MODEL: "the model closes more, and that is no chance",
    Outcome.CONTROL: "the leads by turns close more, and that is no chance",
    Outcome.OPEN: "which of the two closes more is still open",
}


def fare_lines(fare: Fare) -> list[str]:
    return list(_lines(fare))


def _lines(fare: Fare) -> Iterator[str]:
    counted = f"{fare.counted:,} of them are old enough to count"
    yield f"It was asked about {fare.given:,} leads; {counted}."
    if fare.comparison is not None:
        yield _compared(fare.comparison)
    if fare.needed is not None:
        needed = fare.needed
        yield (
            f"To see {UPLIFT:+.0%}, about {needed.control:,} leads by turns and {needed.model:,} "
            "by the model are needed."
        )
    if fare.everywhere is not None:
        yield (
            f"Had it given every lead away, about {_percent(fare.everywhere.rate)} would have been "
            "won (doubly robust)."
        )
    if fare.misread is not None:
        yield f"It said that {fare.said:.1%} would close, and {fare.won:.1%} did."
    yield from share_lines(fare.shares, fare.groups)
    seen = fare.agreement
    answered = seen.approved + seen.changed
    if answered or seen.left:
        agreed = (
            f"{seen.approved} of {answered} proposals agreed with" if answered else "none answered"
        )
        yield f"At review: {agreed}, {seen.left} left to the rules."
    if fare.stop:
        yield f"It must not go on: {fare.stop}."


def share_lines(shares: Shares, groups: Mapping[str, tuple[float, float]]) -> Iterator[str]:
    """Say who has how much of the leads by the model, person by person and group by group."""
    people = {str(who): share for who, share in shares.items()}
    if people:
        yield f"Of the leads by the model (and of those by turns) had: {_shared(people)}."
    if groups:
        yield f"By group: {_shared(groups)}."


def _shared(shares: Mapping[str, tuple[float, float]]) -> str:
    told = (f"{who} {model:.0%} ({turns:.0%})" for who, (model, turns) in shares.items())
    return ", ".join(told)


def _compared(found: Comparison) -> str:
    return (
        f"By the model {found.model_rate:.1%} of {found.model:,} were won, by turns "
        f"{found.control_rate:.1%} of {found.control:,}: {_points(found.difference)}, however "
        f"often one looks {_points(found.always)}; {_OUTCOMES[found.outcome]}."
    )


def _points(interval: Interval) -> str:
    """+2.1 points (-0.4 to +4.6)."""
    at, low, high = (100 * each for each in (interval.at, interval.low, interval.high))
    return f"{at:+.1f} points ({low:+.1f} to {high:+.1f})"


def _percent(interval: Interval) -> str:
    return f"{interval.at:.1%} ({interval.low:.1%} to {interval.high:.1%})"


def fare_json(fare: Fare) -> dict[str, Any]:
    """Return it; an interval without an end is null there."""
    found: dict[str, Any] = _finite(asdict(fare))
    return found


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, float) and value - value != 0:
        return None
    return value
