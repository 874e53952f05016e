"""`firsttouch explain --owner`: what somebody got, could have had, and where the rest went."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from config.load import load
from config.time_words import read_duration
from flows.stored import Replays
from flows.which_store import read_store
from flows.wiring import utc_now
from leads.errors import ConfigError
from leads.keys import OwnerId
from routing.owner_fate import LeadFate
from routing.owner_sentences import tell
from routing.owner_story import Made, OwnerStory, story_of
from routing.policy import Policy
from store.store import Store


def run(owner: str, since: str, config: Path | None, store: str | None, *, as_json: bool) -> None:
    """
    Print sentences, or one JSON object, on `owner` since an instant or for a time until now.

    Hours and names are those of the latest decision's policy, or of `config`. Raises ConfigError
    when nobody is called so.
    """
    until = utc_now()
    begin = _since(since, until)
    with read_store(store) as opened:
        made = _made(opened, begin - (until - begin), begin)
        policy = _policy(made, config)
    _require(owner, policy, made)
    story = story_of(OwnerId(owner), made, policy, begin, until)
    if as_json:
        print(json.dumps(_json(story, policy), ensure_ascii=False, indent=2))
        return
    for line in tell(story, policy):
        print(line)


def _since(text: str, now: datetime) -> datetime:
    """Read 7d as so long ago, or a date or instant."""
    try:
        return now - read_duration(text)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError([f"--since: {text!r} is no time; write 7d, 12h or 2026-11-16"]) from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if at >= now - timedelta(minutes=1):
        raise ConfigError([f"--since: {text} is not in the past"])
    return at


def _made(store: Store, first: datetime, begin: datetime) -> list[Made]:
    """Read the decisions from `first` on; from `begin` on with what became of each candidate."""
    replays, found = Replays(store), []
    for each in store.decisions_since(first):
        decision = each.decision
        if decision.decided_at >= begin and each.lead is not None and not each.is_void:
            decision = replays.with_candidates(each.lead, decision)
        policy = replays.engine(decision.policy).policy
        found.append(Made(decision=decision, is_void=each.is_void, policy=policy))
    return found


def _policy(made: list[Made], config: Path | None) -> Policy:
    if config is not None:
        return load(config).policy
    if not made:
        problem = "nothing was decided in that time, nor in as long a time before"
        raise ConfigError([f"{problem}: name an earlier --since, or the configuration by --config"])
    return made[-1].policy


def _require(owner: str, policy: Policy, made: list[Made]) -> None:
    if owner in policy.owners or any(each.decision.owner == owner for each in made):
        return
    known = ", ".join(sorted(policy.owners))
    raise ConfigError([f"--owner: nobody is called {owner!r}; there are: {known}"])


def _json(story: OwnerStory, policy: Policy) -> dict[str, Any]:
    return {
        "owner": story.owner,
        "since": story.since.isoformat(),
        "until": story.until.isoformat(),
        "got": story.total,
        "got_before": story.before,
        "by_method": dict(story.got),
        "decided": story.decided,
        "hours_at_work": round(story.at_work.total_seconds() / 3600, 2),
        "entitled": story.entitled,
        "charged": story.charged,
        "to_more_due": dict(story.passed_over),
        "skipped": dict(story.skipped),
        "elsewhere": dict(story.elsewhere),
        "gave_up": story.gave_up,
        "undone": story.undone,
        "missed": [_missed(each) for each in story.missed()],
        "sentences": tell(story, policy),
    }


def _missed(each: LeadFate) -> dict[str, Any]:
    return {
        "lead": str(each.lead),
        "decided_at": each.at.isoformat(),
        "owner": each.to,
        "why": each.fate.value,
        "reason": each.reason,
        "entitled": each.tally.entitled if each.tally else None,
        "assigned": each.tally.assigned if each.tally else None,
    }
