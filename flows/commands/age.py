"""`firsttouch age`: remind and re-assign what is due now."""

import json
from pathlib import Path

from flows.aging import Aged, age
from flows.aging_steps import Did, Step
from flows.exits import code_for, complain, distinct, note
from flows.in_force import Stance
from flows.notices import tell_pending
from flows.plurals import count_of
from flows.tick import new_run
from flows.wiring import Wiring, open_wiring
from routing.policy import Policy


def run(config: Path | None, store: str | None, *, as_json: bool) -> None:
    """Act once on every clock that is due; exit 1 when some CRM could not be asked, 3 when all."""
    with open_wiring(config, store, stance=Stance.PUTS, may_make=False) as wiring:
        if wiring.changed:
            note(wiring.changed)
        aged = age_once(wiring)
        policy = wiring.configuration.policy
    if as_json:
        print(json.dumps(_json(aged)))
    else:
        for text in (*(line(each, policy) for each in aged.steps), summary(aged)):
            print(text)
    problems = distinct(aged.problems)
    for problem in problems:
        complain(problem)
    raise SystemExit(code_for(problems, any_done=len(problems) < len(wiring.crms)))


def age_once(wiring: Wiring) -> Aged:
    """Do it as a run of its own, and tell whoever is to be told."""
    number = new_run()
    wiring.store.start_run(number, "aging", wiring.now())
    aged = age(wiring, number)
    aged.problems += tell_pending(wiring)
    error = "; ".join(map(str, distinct(aged.problems)))
    wiring.store.end_run(number, wiring.now(), error=error)
    return aged


def line(step: Step, policy: Policy) -> str:
    """Return one sentence on one lead: nothing in it is personal to the lead."""
    return f"{step.lead}: {sentence(step, policy)}"


def sentence(step: Step, policy: Policy) -> str:
    """Return it without the lead."""
    had = policy.name_of(step.owner)
    off = f" {had} gets no new leads for a day." if step.paused else ""
    match step.did:
        case Did.REMINDED:
            return f"{had} is reminded.{off}"
        case Did.MOVED:
            return (
                f"{had} → {policy.name_of(step.now_with)}. {step.why}{off}"  # it says who was late
            )
        case Did.HELD:
            return f"{had} was not in touch in time; {step.why}.{off}"
        case Did.COLD:
            return f"{had} did not follow up in time: {step.why}."
        case Did.LEFT:
            return f"{had} was not in touch in time, and keeps it: {step.why}.{off}"


def summary(aged: Aged) -> str:
    """Return what it came to in a line."""
    if aged.skipped:
        return f"Nothing was done: {aged.skipped}."
    counts = {did: sum(each.did is did for each in aged.steps) for did in Did}
    told = [
        f"{count_of(counts[Did.REMINDED], 'reminder')}",
        f"{count_of(counts[Did.MOVED], 'lead')} given to somebody else",
    ]
    if counts[Did.HELD]:
        told.append(f"{counts[Did.HELD]} held by a pool")
    if counts[Did.LEFT]:
        told.append(f"{counts[Did.LEFT]} late and left where they are")
    if counts[Did.COLD]:
        told.append(f"{counts[Did.COLD]} not followed up")
    if aged.kept:
        told.append(f"{aged.kept} kept by who was in touch meanwhile")
    return f"{', '.join(told)}."


def _json(aged: Aged) -> dict[str, object]:
    return {
        "skipped": aged.skipped,
        "kept": aged.kept,
        "steps": [
            {
                "lead": str(each.lead),
                "owner": each.owner,
                "did": each.did.value,
                "now_with": each.now_with,
                "why": each.why,
                "paused": each.paused,
            }
            for each in aged.steps
        ],
    }
