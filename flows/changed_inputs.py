"""Which input of a decision is not what it was, as far as what is kept can tell."""

from flows.stored import Replayed
from store.inputs import Input
from store.program import program

_TABLES = "its tables of time zones and holidays"
_PROGRAM = f"the program, or {_TABLES}"
_EDITED = "or the stored decision was edited"
_UNKNOWN = f"the standing that is stored, {_PROGRAM}, {_EDITED}"
_NO_PRINTS = "(no fingerprint of its inputs was kept: it is older than those)"
_NAMES = {
    Input.LEAD: "the lead as it is stored",
    Input.STANDING: "the standing it saw (open leads, turns, who was away) or its clock",
}


def altered_inputs(replayed: Replayed) -> str:
    """Say which stored input is not what the decision was made from; "" where none is."""
    found = [_NAMES[each] for each in Input if each in (replayed.altered or ())]
    return f"inputs altered since the decision: {' and '.join(found)}" if found else ""


def what_changed(replayed: Replayed) -> str:
    """Say of a decision that comes out otherwise which input must be another one."""
    stored, policy = replayed.stored.policy, replayed.policy.hash
    if policy != stored:
        return f"the policy kept as {stored} is another one: it comes out as {policy}"
    fell = _fell_otherwise(replayed)
    if altered := altered_inputs(replayed):
        return f"{altered}; {fell}" if fell else altered
    if replayed.altered is not None:
        what = f" ({fell})" if fell else ""
        same, suspect = "lead, standing and policy are what they were", _suspect(replayed)
        return f"{same}, so what changed{what} is {suspect}, {_EDITED}"
    if fell:
        return f"the lead (or how its fields are read) is another one: {fell} {_NO_PRINTS}"
    return f"the rules fall as they did, so what changed is one of: {_UNKNOWN} {_NO_PRINTS}"


def _suspect(replayed: Replayed) -> str:
    """Name the two programs where they differ; the same one has tables that do not."""
    then, now = replayed.stored.program, program()
    if not then:
        return f"{_PROGRAM} (which version decided it was not kept)"
    if then != now:
        return f"the program (decided by {then}, replayed by {now}), or {_TABLES}"
    return f"not the program ({now} decided it), but perhaps {_TABLES}"


def _fell_otherwise(replayed: Replayed) -> str:
    """Name the first rule that falls otherwise, with what it looked at then and now."""
    now = {trial.rule: trial for trial in replayed.again.rules}
    for then in replayed.stored.rules:
        again = now.get(then.rule)
        if again is None or again == then:
            continue
        before, after = (
            "it matched" if each.matched else "; ".join(each.failed_on) for each in (then, again)
        )
        return f"rule {then.rule}: then {before}, now {after}"
    return ""
