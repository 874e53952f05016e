"""A model's proposals that nobody answered in time: taken back, and given by turns."""

from dataclasses import replace

from flows.decide import decide_all
from flows.wiring import Wiring
from leads.keys import RunId
from store.desk import Desk
from store.review_rows import ReviewState

UNANSWERED = "nobody answered the model's proposal in time"


def leave_to_rules(wiring: Wiring, run: RunId) -> int:
    """
    Decide again without the model what nobody answered; answer how many, further records too.

    If no sync comes in time to do so, what the model proposed is written when it is due: no lead
    waits for longer than that, whatever happens to the reviewer or to us.
    """
    if wiring.configuration.policy.model is None:
        return 0
    return wiring.store.at_desk(wiring.now(), lambda desk: _leave(wiring, desk, run))


def _leave(wiring: Wiring, desk: Desk, run: RunId) -> int:
    left = desk.unanswered()
    for each in left:
        answered = replace(
            each.review,
            state=ReviewState.LEFT,
            answered_at=wiring.now(),
            by="the rules",
            reason=UNANSWERED,
        )
        desk.answer(answered)
    waiting = [desk.waits_again(each.review.lead) for each in left]
    if waiting:
        decide_all(wiring, desk, waiting, run, by_turns=UNANSWERED)
    return len(waiting)
