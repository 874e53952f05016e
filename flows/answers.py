"""A person's answers on first assignments: approved, held back, or given to somebody else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flows.deliver import deliver_pending
from flows.modelling.stopping import stop_if_disagreed
from flows.planned_writes import writes_for
from flows.recognise import keys_of
from flows.tick import is_paused
from flows.wiring import Wiring
from leads.decision import Choice, Standing
from leads.errors import ConnectorError
from leads.keys import LeadKey, OwnerId, RunId
from routing.policy import Policy
from store.desk import Desk
from store.review_rows import OPEN, Proposal, ReviewRow, ReviewState


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person says to one proposal; `to` and `reason` where it is CHANGED."""

    lead: LeadKey
    state: ReviewState
    to: OwnerId | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of one answer; a `problem` says why it changed nothing."""

    lead: LeadKey
    state: ReviewState
    owner: OwnerId | None = None
    problem: str = ""


def answer_all(wiring: Wiring, answers: Sequence[Answer], by: str, run: RunId) -> list[Answered]:
    """
    Take a person's answers, all at once; the first who answers a proposal has answered it.

    What is approved, or changed, is due now. A person's further records that wait go with the first
    one to whom that was given. A model that is changed too often is stopped.
    """
    now = wiring.now()
    with wiring.store.desk(now) as desk:
        office = _Office(wiring, desk, {p.review.lead: p for p in desk.proposals()}, by, run, now)
        # First those that are changed: their further records are not approved as they are.
        ordered = sorted(answers, key=lambda each: each.state is not ReviewState.CHANGED)
        done = [done for each in ordered for done in office.take(each)]
    stop_if_disagreed(wiring.store, wiring.configuration.policy, now)
    return done


def write_answered(wiring: Wiring, done: Sequence[Answered], run: RunId) -> list[ConnectorError]:
    """Write now what is due; answer why a CRM could not be asked: the next sync writes it."""
    due = {
        wiring.crm_of(each.lead.source)
        for each in done
        if not each.problem and each.state is not ReviewState.HELD
    }
    errors: list[ConnectorError] = []
    for crm in sorted(due & wiring.crms.keys()):
        if is_paused(wiring, crm):
            continue
        try:
            deliver_pending(wiring, crm, run)
        except ConnectorError as error:
            errors.append(error)
    return errors


@dataclass(frozen=True, slots=True)
class _Office:
    wiring: Wiring
    desk: Desk
    waiting: dict[LeadKey, Proposal]
    by: str
    run: RunId
    now: datetime

    def take(self, answer: Answer) -> Iterator[Answered]:
        found = self.waiting.get(answer.lead)
        problem = self._too_late(answer.lead) if found is None else self._wrong(answer, found)
        if problem or found is None:
            # Nobody need be told that an approval came after the same person's change.
            if problem:
                yield Answered(lead=answer.lead, state=answer.state, problem=problem)
            return
        if answer.state is not ReviewState.CHANGED or answer.to is None:
            self._note(found.review, answer)
            yield Answered(lead=answer.lead, state=answer.state, owner=found.decision.owner)
            return
        yield self._change(found, answer.to, answer.reason)
        for other in [p for p in self.waiting.values() if p.duplicate_of == answer.lead]:
            if other.decision.owner != answer.to and _can_have(self._policy, other, answer.to):
                yield self._change(other, answer.to, f"the same person as {answer.lead}")

    @property
    def _policy(self) -> Policy:
        return self.wiring.configuration.policy

    def _note(self, row: ReviewRow, answer: Answer) -> None:
        self.desk.answer(
            replace(
                row,
                state=answer.state,
                answered_at=self.now,
                by=self.by,
                chosen=answer.to,
                reason=answer.reason,
            )
        )
        if answer.state not in OPEN:
            del self.waiting[row.lead]

    def _change(self, found: Proposal, to: OwnerId, reason: str) -> Answered:
        lead, made, policy = found.review.lead, found.decision, self._policy
        changed = Answer(lead=lead, state=ReviewState.CHANGED, to=to, reason=reason)
        self._note(found.review, changed)
        choice = Choice(
            owner=to,
            by=self.by,
            reason=reason.strip().rstrip("."),
            instead_of=made.owner,
            sla=made.sla if made.sla in policy.slas else policy.fallback_sla,
            since=made.decided_at,
        )
        account = made.saw.account if made.saw else None
        said = Standing(open_leads={}, rotation={}, away={}, choice=choice, account=account)
        again = self.wiring.engine.decide(found.read, said, self.now)
        self.desk.record_decision(
            again,
            keys_of(found.read, policy),
            writes_for(self.wiring, found.read, again),
            read=found.read,
            duplicate_of=found.duplicate_of,
            run=self.run,
        )
        return Answered(lead=lead, state=ReviewState.CHANGED, owner=to)

    def _too_late(self, lead: LeadKey) -> str:
        """Say who was first; nothing where it was changed by this very answer."""
        asked = self.desk.reviews_of(lead)
        if not asked:
            return "nobody was asked to look at it"
        last = asked[-1]
        if last.state in OPEN:
            return f"too late: since {_clock(last.deadline)} the decision of the rules stands"
        if last.answered_at == self.now and last.by == self.by:
            return ""
        at = f" at {_clock(last.answered_at)}" if last.answered_at else ""
        given = f": it went to {last.chosen}" if last.chosen else ""
        return f"{last.by} {last.state.value} it{at}{given}"

    def _wrong(self, answer: Answer, found: Proposal) -> str:
        if answer.state is not ReviewState.CHANGED:
            return ""
        if answer.to is None or not answer.reason.strip():
            return "another owner needs a name and a reason"
        if answer.to == found.decision.owner:
            return f"{answer.to} has it by the rules already: approve it"
        if answer.to not in self._policy.owners:
            return f"there is no owner {answer.to!r} in the configuration"
        if not _can_have(self._policy, found, answer.to):
            crm = self._policy.crm_of.get(answer.lead.source)
            return f"{answer.to} has no id in {crm}, where this lead is owned"
        return ""


def _can_have(policy: Policy, found: Proposal, owner: OwnerId) -> bool:
    return policy.crm_of.get(found.review.lead.source) in policy.owners[owner].crm


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
