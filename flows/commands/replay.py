"""`firsttouch replay`: a stored decision, decided again from its stored inputs, compared."""

from pathlib import Path

from config.load import load
from flows.exits import DONE_WITH_FAILURES
from flows.stored import COMPARED, find_one, replay
from flows.wiring import open_store


def run(text: str, config: Path | None, store: str | None) -> None:
    """
    Say whether it comes out the same; exit 1 when it does not.

    By the policy of that day, or by the one in `config`.
    """
    by = load(config).policy if config else None
    with open_store(store) as opened:
        lead = find_one(opened, text)
        replayed = replay(opened, lead, by)
    if replayed is None:
        print(f"{lead.key} was not decided by a rule ({lead.state.value}): nothing to replay.")
        return
    if replayed.is_same:
        print(f"{lead.key}: the same decision, {replayed.again.owner}, from the stored inputs.")
        return
    for name in COMPARED:
        stored, again = getattr(replayed.stored, name), getattr(replayed.again, name)
        if stored != again:
            print(f"{lead.key}: {name} was {stored!r}, comes out as {again!r}")
    raise SystemExit(DONE_WITH_FAILURES)
