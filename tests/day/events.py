"""What happens on this day besides leads: a rule, an illness, an outage, a form, a kill."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import yaml

from flows.plurals import count_of
from sandbox.faults import FaultKind
from tests.day.desk import Desk
from tests.day.reps import Reps

Event = Callable[["Scene"], str]
"""Makes something happen, and answers the sentence that tells it."""

NOON_RULE = "Nordics, from noon"
ILL = "Ben Okafor"
BROKEN = "Please choose your country"
ILLNESS = timedelta(days=3)
PATIENCE = 60.0


@dataclass(slots=True, kw_only=True)
class Scene:
    """
    What the events happen to, and since when what they did holds (None: it did not happen).

    `killed` is how many owners were written by the process that was killed.
    """

    desk: Desk
    reps: Reps
    ill_since: datetime | None = None
    rule_since: datetime | None = None
    broken_since: datetime | None = None
    form_is_broken: bool = False
    killed: int | None = None


def somebody_is_ill(scene: Scene) -> str:
    desk = scene.desk
    now = desk.wiring.now()
    owner = next(o for o in desk.wiring.configuration.policy.owners.values() if o.name == ILL)
    desk.store.set_away(owner.id, now + ILLNESS, now)
    scene.reps.ill.add(ILL)
    scene.ill_since = now
    return f"{ILL} calls in sick: `firsttouch away {owner.id}`. No file is edited."


def the_rules_change(scene: Scene) -> str:
    desk = scene.desk
    file = desk.config / "rules.yaml"
    document = yaml.safe_load(file.read_text())
    rule = {"name": NOON_RULE, "when": {"territory": "nordics"}, "seen_within": "20h"}
    document["rules"].insert(0, {**rule, "assign": ["dieter", "europe", "weekend-cover"]})
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    desk.reload()
    scene.rule_since = desk.wiring.now()
    return f'A rule is put first, "{NOON_RULE}"; the next sync decides by it.'


def the_crm_goes_down(scene: Scene) -> str:
    scene.desk.town.faults["hubspot"].set_share(FaultKind.SERVER_ERROR, 1.0)
    return "HubSpot answers 503 to everything."


def the_crm_is_back(scene: Scene) -> str:
    scene.desk.town.faults["hubspot"].clear()
    return "HubSpot answers again."


def a_sync_is_killed(scene: Scene) -> str:
    """Kill -9 a process of its own as soon as a vendor has carried out its first write."""
    desk = scene.desk
    before = _writes(desk)
    words = [sys.executable, "-m", "tests.day.victim", str(desk.folder)]
    words.append(desk.wiring.now().isoformat())
    with subprocess.Popen(words, env=dict(desk.wiring.environ)) as process:
        deadline = time.monotonic() + PATIENCE
        while _writes(desk) == before and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        process.kill()
    scene.killed = _writes(desk) - before
    written = f"{count_of(scene.killed, 'owner')} written so far"
    return f"The sync is killed (SIGKILL) in the middle: {written}."


def a_form_breaks(scene: Scene) -> str:
    scene.form_is_broken = True
    scene.broken_since = scene.desk.wiring.now()
    return f'A web form is changed: its leads now come with the country "{BROKEN}".'


def the_form_is_mended(scene: Scene) -> str:
    scene.form_is_broken = False
    return "The form is mended."


def break_it(scene: Scene, source: str, lead_id: str) -> None:
    """What the broken form does to a lead of Salesforce's as it arrives."""
    if scene.form_is_broken and source == "salesforce":
        changed = {"Country": BROKEN, "CountryCode": None, "State": None}
        org = scene.desk.town.vendors.salesforce
        known = org.leads[lead_id]
        org.person_updates(lead_id, {key: text for key, text in changed.items() if key in known})


def _writes(desk: Desk) -> int:
    return sum(len(e.ids) for e in desk.town.journal.entries(event="owner_written"))


DAY: tuple[tuple[float, Event], ...] = (
    (9.5, somebody_is_ill),
    (12.0, the_rules_change),
    (13.5, the_crm_goes_down),
    (14.0, the_crm_is_back),
    (14 + 4 / 60, a_sync_is_killed),
    (15.0, a_form_breaks),
    (16.0, the_form_is_mended),
)
"""By the clock of Madrid."""
