"""The past as the store has it: what the CRMs told of the leads that we gave."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from leads.activity import OutcomeKind
from leads.keys import CrmOwnerId, OwnerId
from routing.learning.history import End, PastLead
from routing.model_settings import Goal, ModelSettings
from routing.policy import Money, Policy
from store.model_rows import PastRow, StoredEnd

_SUCCESS = {
    Goal.WON: frozenset({OutcomeKind.WON}),
    Goal.CONVERTED: frozenset({OutcomeKind.WON, OutcomeKind.CONVERTED}),
}


def past_of(rows: Sequence[PastRow], policy: Policy, settings: ModelSettings) -> list[PastLead]:
    """Give each lead to whoever touched it first, else to whom it was given last."""
    by_crm = {
        (crm, of): owner.id for owner in policy.owners.values() for crm, of in owner.crm.items()
    }
    return [
        PastLead(
            lead=row.lead,
            owner=_owner(row, by_crm),
            at=row.at,
            end=end_of(row.ends, policy.money, settings.goal),
        )
        for row in rows
    ]


def _owner(row: PastRow, by_crm: Mapping[tuple[str, CrmOwnerId], OwnerId]) -> OwnerId:
    if row.touched_by is None or row.crm is None:
        return row.owner
    known = by_crm.get((row.crm, row.touched_by))
    return known or row.touched_owner or row.owner


def end_of(ends: Sequence[StoredEnd], money: Money, goal: Goal) -> End | None:
    """Answer how a lead came out: a success, if anything of it was one; else lost, if it was."""
    won = [each for each in ends if each.kind in _SUCCESS[goal]]
    lost = [each for each in ends if each.kind is OutcomeKind.LOST]
    if won:
        value = max(_value(each, money) for each in ends)
        return End(won=True, at=min(each.at for each in won), value=value)
    return End(won=False, at=max(each.at for each in lost)) if lost else None


def _value(end: StoredEnd, money: Money) -> float:
    try:
        amount = Decimal(end.amount or "0")
    except InvalidOperation:
        return 0.0
    currency = (end.currency or money.base).upper()
    rate = Decimal(1) if currency == money.base else money.rates.get(currency, Decimal(0))
    return max(0.0, float(amount * rate))
