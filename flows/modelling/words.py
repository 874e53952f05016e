"""A version of the model in sentences that a RevOps person reads."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flows.plurals import count_of
from routing.policy import Policy
from routing.wording import listed
from store.model_rows import ModelRow, ModelState

_STATES = {
    ModelState.REFUSED: "may not route",
    ModelState.TRAINED: "trained, not in force",
    ModelState.IN_FORCE: "in force",
    ModelState.REPLACED: "replaced",
    ModelState.ROLLED_BACK: "rolled back",
    ModelState.STOPPED: "stopped by itself",
}
_NAMED = 5


def state_said(state: ModelState) -> str:
    return _STATES[state]


def lines(row: ModelRow, policy: Policy) -> list[str]:
    """Say what a version learnt from what, how it stands and why."""
    when = f"{row.trained_at:%Y-%m-%d %H:%M} UTC"
    since = f"since {row.state_at:%Y-%m-%d %H:%M} UTC, by {row.state_by}"
    return [
        f"Version {row.version}, trained on {when}: {_STATES[row.state]} ({since}: {row.why}).",
        *learnt(row.report, policy),
        f"The past it learnt from has the fingerprint {row.fingerprint}.",
    ]


def learnt(report: Mapping[str, Any], policy: Policy) -> list[str]:
    """Say what was learnt, and the verdict."""
    return [*_past(report), report["verdict"], *_fields(report), *_owners(report, policy)]


def measured(report: Mapping[str, Any]) -> str:
    """Say how well it foretold the leads that came after those it learnt from."""
    losses = ", ".join(f"{shape} {loss:.4f}" for shape, loss in report["log_loss"].items())
    return (
        f"Learnt from {report['closed']:,} closed leads; on later ones, log-loss by shape: "
        f"{losses or 'too few'}; its shape is {report['shape']}, and it is off by "
        f"{report['calibration_error']:.1%} on average."
    )


def _past(report: Mapping[str, Any]) -> Iterator[str]:
    share = report["won"] / report["closed"]
    by = f" that closed by {report['as_of'][:10]}" if report["months"] else ", all without dates"
    yield (
        f"Learnt from {report['closed']:,} leads of {report['origin']}{by}: {share:.0%} were won."
    )
    if report["silent"]:
        yield _silent(report["silent"], is_loss=report["silence_is_loss"])
    if report["young"]:
        young = count_of(report["young"], "younger lead")
        yield f"{young} that may still close tell nothing yet, and are left out."


def _silent(count: int, *, is_loss: bool) -> str:
    if is_loss:
        return f"Of these, {count:,} count as lost: nothing was heard of them for the horizon."
    told = "losses are noted, so that tells who keeps the books, not who wins"
    return f"{count:,} open for longer than the horizon are left out: {told}."


def _fields(report: Mapping[str, Any]) -> Iterator[str]:
    looked, alike = report["features"] or ["nothing of the lead itself"], report.get("alike", [])
    by = report["segment"] if report["segment"] not in alike else ""
    segment = f"; owners may differ by {by}" if by else ""
    yield f"It looks at {', '.join(looked)}{segment}."
    if alike:
        amounts = " An amount counts with its currency only." if "deal_value" in alike else ""
        few = "too few leads of the past differ there, or have it at all."
        yield f"Not at {listed(alike)}: {few}{amounts}"
    for each in report["refused"]:
        yield f"Not at {each['field']}: {each['why']}."
    for each in report["proxies"]:
        yield (
            f"{each['field']} nearly tells {each['of']}, which is excluded ({each['share']:.0%} of "
            "the mistakes in guessing it are avoided): consider excluding it too."
        )


def _owners(report: Mapping[str, Any], policy: Policy) -> Iterator[str]:
    owners = report["owners"]
    if owners["left"]:
        n = count_of(len(owners["left"]), "owner")
        yield f"{n} of the past not configured any more: their leads teach what leads are like."
    if owners["thin"]:
        thin = _named(owners["thin"], policy)
        yield f"Few closed leads, so mostly taken for the usual owner: {thin}."
    if owners["new"]:
        yield f"New to it, so taken for the usual owner: {_named(owners['new'], policy)}."


def _named(ids: Sequence[str], policy: Policy) -> str:
    names = {str(owner.id): owner.name for owner in policy.owners.values()}
    told = [names.get(each, each) for each in ids[:_NAMED]]
    rest = len(ids) - len(told)
    return ", ".join(told) + (f" and {rest} more" if rest else "")


def as_json(row: ModelRow) -> dict[str, Any]:
    """Return all of a version but its coefficients."""
    return {
        "version": row.version,
        "trained_at": row.trained_at.isoformat(),
        "state": row.state.value,
        "state_at": row.state_at.isoformat(),
        "by": row.state_by,
        "why": row.why,
        "fingerprint": row.fingerprint,
        "priced_at": row.priced_at.isoformat(),
        "prices": dict(row.prices),
        "report": dict(row.report),
    }
