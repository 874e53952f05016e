"""`firsttouch review`: a changed policy's first assignments, before they are written."""

import json
from collections.abc import Mapping, Sequence
from getpass import getuser
from pathlib import Path

from rich.table import Table

from config.load import load
from config.problems import suggestion
from flows.answers import Answer, Answered, answer_all, write_answered
from flows.exits import DONE_WITH_FAILURES, note
from flows.plurals import count_of
from flows.stored import find_one
from flows.tick import new_run
from flows.which_store import read_store
from flows.wide_console import wide_console
from flows.wiring import Wiring, config_folder, open_wiring, utc_now
from leads.errors import ConfigError
from leads.keys import LeadKey, OwnerId
from routing.policy import Owner
from store.review_rows import Proposal, ReviewCount, ReviewState


def list_waiting(config: Path | None, store: str | None, *, as_json: bool) -> None:
    """Print what waits for a person, the nearest deadline first, and how earlier ones fared."""
    owners = load(config_folder(config)).policy.owners
    with read_store(store) as opened:
        now = utc_now()
        waiting, counts = opened.proposals(now), opened.review_counts(now)
    if as_json:
        print(json.dumps({"waiting": [*map(_json, waiting)], "policies": [*map(_count, counts)]}))
        return
    if waiting:
        wide_console().print(_table(waiting, owners))
        first = f"{waiting[0].review.deadline:%Y-%m-%d %H:%M} UTC"
        what = count_of(len(waiting), "assignment")
        print(f"{what} to look at; from {first} on the rules' own decisions are written.")
    else:
        print("Nothing waits for a review.")
    for count in counts:
        print(_fared(count))


def approve(
    leads: Sequence[str], config: Path | None, store: str | None, *, by: str | None, every: bool
) -> None:
    """Let what the rules decided be written now; of all, those held back stay so."""
    if bool(leads) == every:
        raise ConfigError(["review approve: name leads, or say --all; one of the two"])
    with open_wiring(config, store, may_make=False) as wiring:
        keys = _all_waiting(wiring) if every else _keys(wiring, leads)
        answers = [Answer(lead=key, state=ReviewState.APPROVED) for key in keys]
        _answer(wiring, answers, by)


def change(
    lead: str, to: str, reason: str, config: Path | None, store: str | None, *, by: str | None
) -> None:
    """Give one to another owner. Raises ConfigError where the configuration has no such owner."""
    with open_wiring(config, store, may_make=False) as wiring:
        owners = wiring.configuration.policy.owners
        if OwnerId(to) not in owners:
            raise ConfigError([f"--to: owner {to!r} is not configured{suggestion(to, owners)}"])
        (key,) = _keys(wiring, [lead])
        changed = Answer(lead=key, state=ReviewState.CHANGED, to=OwnerId(to), reason=reason)
        _answer(wiring, [changed], by)


def hold(
    leads: Sequence[str],
    reason: str,
    config: Path | None,
    store: str | None,
    *,
    by: str | None,
) -> None:
    """Keep some back from `approve --all`, until somebody says more or the deadline comes."""
    with open_wiring(config, store, may_make=False) as wiring:
        held = [
            Answer(lead=key, state=ReviewState.HELD, reason=reason) for key in _keys(wiring, leads)
        ]
        _answer(wiring, held, by)


def _keys(wiring: Wiring, leads: Sequence[str]) -> list[LeadKey]:
    return list(dict.fromkeys(find_one(wiring.store, lead).key for lead in leads))


def _all_waiting(wiring: Wiring) -> list[LeadKey]:
    waiting = wiring.store.proposals(wiring.now())
    return [p.review.lead for p in waiting if p.review.state is ReviewState.WAITING]


def _answer(wiring: Wiring, answers: Sequence[Answer], by: str | None) -> None:
    """Record the answers, write what is due, and say what came of each; exit 1 when one failed."""
    run = new_run()
    wiring.store.start_run(run, "review", wiring.now())
    done = answer_all(wiring, answers, by or getuser(), run)
    for error in write_answered(wiring, done, run):
        note(f"{error}; the next sync writes it")
    wiring.store.end_run(run, wiring.now())
    owners = wiring.configuration.policy.owners
    for each in done:
        if each.problem:
            note(f"{each.lead}: {each.problem}")
        else:
            print(_said(each, owners))
    if not done:
        print("Nothing waits for a review.")
    if any(each.problem for each in done):
        raise SystemExit(DONE_WITH_FAILURES)


def _said(each: Answered, owners: Mapping[OwnerId, Owner]) -> str:
    known = owners.get(each.owner) if each.owner else None
    name = known.name if known else each.owner
    match each.state:
        case ReviewState.APPROVED:
            return f"{each.lead}: approved, {name} has it."
        case ReviewState.CHANGED:
            return f"{each.lead}: {name} has it instead."
        case ReviewState.HELD | ReviewState.WAITING | ReviewState.LEFT | ReviewState.OUTDATED:
            return f"{each.lead}: held back; at its deadline it goes to {name} all the same."


def _table(waiting: Sequence[Proposal], owners: Mapping[OwnerId, Owner]) -> Table:
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    for name in ("lead", "until (UTC)", "owner"):
        table.add_column(name, no_wrap=True)
    for name in ("company", "why"):
        table.add_column(name)
    for each in waiting:
        owner = each.decision.owner
        held = f" (held back by {each.review.by})" if each.review.state is ReviewState.HELD else ""
        table.add_row(
            str(each.review.lead),
            f"{each.review.deadline:%m-%d %H:%M}",
            owners[owner].name if owner in owners else owner,
            each.read.company or "",
            f"{each.decision.reason}{held}",
        )
    return table


def _json(each: Proposal) -> dict[str, object]:
    return {
        "lead": str(each.review.lead),
        "owner": each.decision.owner,
        "rule": each.decision.rule,
        "reason": each.decision.reason,
        "company": each.read.company,
        "country": each.read.country,
        "duplicate_of": str(each.duplicate_of) if each.duplicate_of else None,
        "policy": each.review.policy,
        "state": each.review.state.value,
        "held_by": each.review.by,
        "deadline": each.review.deadline.isoformat(),
    }


def _count(count: ReviewCount) -> dict[str, object]:
    return {
        "policy": count.policy,
        "waiting": count.waiting,
        "approved": count.approved,
        "changed": count.changed,
        "left_to_the_rules": count.left,
        "decided_by_a_later_policy": count.outdated,
        "agreement": agreement(count),
    }


def agreement(count: ReviewCount) -> float | None:
    """Return the share of those answered with which the person agreed; None: nobody answered."""
    answered = count.approved + count.changed
    return count.approved / answered if answered else None


def _fared(count: ReviewCount) -> str:
    share = agreement(count)
    agreed = "" if share is None else f" ({share:.0%} agreed with)"
    later = f", {count.outdated} decided again by a later policy" if count.outdated else ""
    return (
        f"Policy {count.policy}: {count.waiting} waiting, {count.approved} approved, "
        f"{count.changed} changed{agreed}, {count.left} left to the rules{later}."
    )
