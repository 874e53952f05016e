"""Which input of a decision is not what it was, as far as what is kept can tell."""

from flows.stored import Replayed

_UNKNOWN = "the standing that is stored, the program, or its tables of time zones and holidays"


def what_changed(replayed: Replayed) -> str:
    """Say of a decision that comes out otherwise which input must be another one."""
    stored, policy = replayed.stored.policy, replayed.policy.hash
    if policy != stored:
        return f"the policy kept as {stored} is another one: it comes out as {policy}"
    fell = _fell_otherwise(replayed)
    if fell:
        return f"the lead (or how its fields are read) is another one: {fell}"
    return f"the rules fall as they did, so what changed is one of: {_UNKNOWN}"


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
