"""What a decision keeps of how it was made: the reason, who was looked at, the standing it saw."""

from collections.abc import Sequence
from itertools import chain, repeat

from leads.decision import Candidate, Standing
from routing.attempt import Attempt
from routing.eligibility import Ask, Schedules, bearing
from routing.failure import each_once
from routing.rulebook import Match
from routing.wording import duration

_NEAREST = 3


def reason_of(match: Match, attempts: Sequence[Attempt], ask: Ask) -> str:
    """Say who has it first: a CRM's field may cut the sentence short."""
    *failed, chosen = attempts
    last = chosen.clause
    waited = _waited(match, attempts, ask)
    if match.rule is None:
        return f"No rule matched ({_nearest(match)}), so {last}.{waited}"
    if not match.rule.assign:
        failed = [Attempt(clause="it assigns to nobody")]
    if not failed:
        return f"{match.rule.name} matched: {last}.{waited}"
    told_there = chosen.failure.problems if chosen.failure else ()
    before = each_once(((each.clause, each.failure) for each in failed), last, told_there)
    because = f", because {before}" if before else ""
    return f"{match.rule.name} matched: {last}{because}.{waited}"


def _waited(match: Match, attempts: Sequence[Attempt], ask: Ask) -> str:
    """Say how long a pool held it, as a sentence to follow another, unless that is told."""
    since, by = ask.standing.held_since, ask.standing.held_by
    if since is None or by is None or ask.now <= since:
        return ""
    is_same = match.rule is not None and match.rule.name == by.rule
    if is_same and any(attempt.tells_wait for attempt in attempts):
        return ""
    under = "" if is_same or by.rule is None else f", by rule {by.rule}"
    return f" Before, it waited {duration(ask.now - since)} in pool {by.pool}{under}."


def _nearest(match: Match) -> str:
    near = match.nearest[:_NEAREST]
    if not near:
        return "none was near: each failed on more than one condition"
    return "nearest: " + "; ".join(f"{trial.rule}, {trial.failed_on[0]}" for trial in near)


def told(attempts: Sequence[Attempt], ask: Ask) -> tuple[Candidate, ...]:
    """Tell what became of everybody looked at; of somebody tried twice, the last."""
    known = {c.owner: c for attempt in attempts for c in attempt.looked_at.tell(ask)}
    return tuple(known.values())


def seen_standing(
    ask: Ask, attempts: Sequence[Attempt], capped: Schedules, *, with_account: bool
) -> Standing:
    """Give the part of the standing that was looked at: enough to decide the same again."""
    away, open_leads, barred = ask.standing.away, ask.standing.open_leads, ask.standing.barred
    looked_at = attempts[0].looked_at.owners
    if len(attempts) > 1:
        looked_at = [*chain.from_iterable(attempt.looked_at.owners for attempt in attempts)]
    match, asks_model = None, False
    for each in attempts:
        with_account = with_account or each.by_account
        match, asks_model = match or each.match, asks_model or each.asks_model
    return Standing(
        open_leads=dict(zip(looked_at, map(open_leads.get, looked_at, repeat(0.0)), strict=False)),
        rotation={a.pool: a.tallies for a in attempts if a.pool is not None},
        away={owner: away[owner] for owner in looked_at if owner in away} if away else {},
        account=ask.standing.account if with_account else None,
        held_since=ask.standing.held_since,
        held_by=ask.standing.held_by,
        taker=ask.standing.taker,
        taken=(
            {who: bearing(capped[who], ask) for who in looked_at if who in capped} if capped else {}
        ),
        returned=ask.standing.returned,
        match=match,
        by_turns=ask.standing.by_turns if asks_model else "",
        barred={owner: barred[owner] for owner in looked_at if owner in barred} if barred else {},
    )
