"""What must hold at the end of the day, asked of the vendors and of the ledger."""

from datetime import datetime
from itertools import pairwise

from flows.plurals import count_of
from flows.watching.quality import KIND as QUALITY
from store.alert_rows import Alert
from tests.day.events import BROKEN, ILL, NOON_RULE
from tests.day.play import Played
from tests.e2e import soak_witness as witness
from tests.e2e.witness import open_in_the_crms, owners_written


def judge(played: Played) -> list[str]:
    """Return a line for each thing that holds. Raises AssertionError for what does not."""
    scene = played.scene
    found = [_owned(played), _once(played), _capped(played), _ledger(played)]
    if scene.ill_since:
        found.append(_ill(played, scene.ill_since))
    if scene.rule_since:
        found.append(_rule(played, scene.rule_since))
    if scene.broken_since:
        found.append(_form(played, scene.broken_since))
    if scene.killed is not None:
        assert scene.killed, "nothing was written before the sync was killed"
        found.append(f"a sync was killed after {count_of(scene.killed, 'write')}: none came twice")
    return found


def _owned(played: Played) -> str:
    town = played.scene.desk.town
    ownerless = witness.ownerless(town)
    assert ownerless == [], ownerless
    return f"{sum(1 for _ in witness.all_that_waited(town))} leads: each has an owner"


def _once(played: Played) -> str:
    town = played.scene.desk.town
    again = {
        record: owners
        for record, owners in owners_written(town).items()
        if any(before == after for before, after in pairwise(owners))
    }
    assert again == {}, witness.story(town, again)
    assert witness.created_twice(town) == []
    assert witness.created_out_of_nothing(town) == []
    assert witness.people_overruled(town) == []
    return "no owner was written twice, no contact made twice, no person's choice overruled"


def _capped(played: Played) -> str:
    desk = played.scene.desk
    owners = desk.wiring.configuration.policy.owners.values()
    people = [(owner, owner.max_open) for owner in owners if owner.max_open]
    fullest = 0.0
    for owner, cap in people:
        has = open_in_the_crms(desk.town, owner.crm)
        assert has <= cap, f"{owner.id} has {has} of {cap} open leads"
        fullest = max(fullest, has / cap)
    return f"nobody of {len(people)} is over a cap: the fullest is at {fullest:.0%}"


def _ledger(played: Played) -> str:
    desk = played.scene.desk
    for run in desk.store.last_runs(100_000):
        wrong = {s: e for s, e in desk.store.ledger(run.id).items() if not e.balanced}
        assert wrong == {}, wrong
    return f"{len(desk.runs)} runs: the counts of each add up"


def _ill(played: Played, since: datetime) -> str:
    desk = played.scene.desk
    ill = next(o for o in desk.wiring.configuration.policy.owners.values() if o.name == ILL)
    decided = [each.decision for each in desk.store.decisions_since(since)]
    given = [str(each.lead) for each in decided if each.owner == ill.id and each.decided_at > since]
    assert given == [], given
    return f"{ILL} was given nothing after {since:%H:%M}, by {len(decided)} decisions"


def _rule(played: Played, since: datetime) -> str:
    desk = played.scene.desk
    by_it = [
        each.decision
        for each in desk.store.decisions_since(played.begin)
        if each.decision.rule == NOON_RULE
    ]
    assert by_it, "no lead met the rule of noon"
    assert min(each.decided_at for each in by_it) >= since
    return f"the rule of noon decided {len(by_it)} leads, the first after {since:%H:%M}"


def _form(played: Played, since: datetime) -> str:
    told = [alert for alert in played.scene.desk.alerts if BROKEN in alert.cause.text]
    assert told, "nobody was told of the broken form"
    assert {alert.cause.kind for alert in told} == {QUALITY}
    opened = min(alert.opened_at for alert in told)
    minutes = (opened - since).total_seconds() / 60
    return f"the broken form was told of after {minutes:.0f} minutes, by {_count(told)}"


def _count(told: list[Alert]) -> str:
    causes = {alert.id for alert in told}
    assert len(causes) == 1, "one alert a cause, not one a lead"
    return "one alert"
