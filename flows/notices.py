"""Telling people what is theirs now: after it stands in the CRM, and never in its way."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from config.configuration import Notify
from connectors.base import TaskWriter
from connectors.notify.channels import NAME as NOTIFY
from flows.messages import due_at, headline, is_no_lead, message_of
from flows.wiring import Wiring
from leads.decision import Decision
from leads.errors import (
    ConnectorError,
    ContractError,
    DeliveryError,
    FirsttouchError,
    RateLimited,
    TransientError,
)
from leads.keys import OwnerId, PoolName
from leads.lead import Lead
from leads.ownership import WriteStatus
from leads.tasks import CRM_TASK, RepTask
from store.running_rows import Notice

BUDGET_SECONDS = 20.0
_BATCH = 20
_LEASE_SECONDS = 120.0
_REST_SECONDS = 30.0
"""Of a channel that asks for fewer messages, and does not say when."""
_DONE = (WriteStatus.WRITTEN, WriteStatus.UNCHANGED)


def channels_for(wiring: Wiring, lead: Lead, decision: Decision) -> tuple[str, ...]:
    """Return by what channels the new owner is to be told: an owner's own, a team's, or all's."""
    notify = wiring.configuration.notify
    if notify is None or _is_old(lead, decision.decided_at, notify):
        return ()
    chosen = messages_to(wiring, decision.owner, decision.pool)
    asks_for_touch = notify.crm_task and not is_no_lead(decision)
    return (*chosen, CRM_TASK) if asks_for_touch else chosen


def messages_to(wiring: Wiring, owner: OwnerId, pool: PoolName | None = None) -> tuple[str, ...]:
    """Return the channels that reach an owner: their own, those of a team's pool, or all's."""
    notify = wiring.configuration.notify
    if notify is None:
        return ()
    own = notify.owners.get(owner)
    team = notify.pools.get(pool) if pool else None
    return own if own is not None else team if team is not None else notify.everyone


def tell_pending(wiring: Wiring, *, budget: float = BUDGET_SECONDS) -> list[FirsttouchError]:
    """
    Tell everybody who is due to be told; answer what was given up.

    At least once: a teller that dies leaves its claims to their lease, and what nobody knows to
    have been sent is sent again, marked as a repeat. Stops after `budget` seconds.
    """
    worker, until = uuid4().hex, time.monotonic() + budget
    problems: list[FirsttouchError] = []
    resting: dict[str, _Rest] = {}
    while time.monotonic() < until:
        notices = wiring.store.claim_notices(
            limit=_BATCH, worker=worker, lease_seconds=_LEASE_SECONDS, now=wiring.now()
        )
        if not notices:
            break
        for notice in notices:
            if rest := resting.get(notice.channel):
                wiring.store.put_off_notice(notice, rest.reason, rest.until)
            else:
                problems += _tell_one(wiring, notice, resting)
    return problems


@dataclass(frozen=True, slots=True)
class _Rest:
    """How long a channel asked to be left alone, and in what words."""

    until: datetime
    reason: str


def _tell_one(
    wiring: Wiring, notice: Notice, resting: dict[str, _Rest]
) -> Sequence[FirsttouchError]:
    try:
        _tell(wiring, notice)
    except ConnectorError as error:
        # The channel is named beside it wherever it is told.
        reason = error.problem if error.connector == NOTIFY else str(error)
        not_before = None
        if isinstance(error, RateLimited) and error.connector == NOTIFY:
            not_before = wiring.now() + timedelta(seconds=error.retry_after or _REST_SECONDS)
            resting[notice.channel] = _Rest(not_before, reason)
        if wiring.store.settle_notice(notice, wiring.now(), reason=reason, not_before=not_before):
            return ()
        problem = f"{notice.delivery.lead}: its owner could not be told by {notice.channel}"
        return (DeliveryError(f"{problem}; given up: {error}"),)
    wiring.store.settle_notice(notice, wiring.now())
    return ()


def _tell(wiring: Wiring, notice: Notice) -> None:
    owner = wiring.configuration.policy.owners.get(notice.receiver)
    if owner is None:
        raise ContractError(NOTIFY, notice.channel, "the owner is no longer configured")
    if notice.channel == CRM_TASK:
        _give_task(wiring, notice)
    else:
        wiring.notifier.tell(notice.channel, message_of(notice, owner, wiring.configuration))


def _give_task(wiring: Wiring, notice: Notice) -> None:
    delivery, crm = notice.delivery, wiring.crms.get(notice.delivery.crm)
    if not isinstance(crm, TaskWriter):
        raise ContractError(delivery.crm, "create task", "tasks cannot be created there")
    (outcome,) = crm.create_tasks([_task(wiring, notice)])
    if outcome.status is WriteStatus.RETRYABLE:
        raise TransientError(delivery.crm, "create task", outcome.reason)
    if outcome.status not in _DONE:
        raise ContractError(delivery.crm, "create task", outcome.reason)


def _task(wiring: Wiring, notice: Notice) -> RepTask:
    delivery = notice.delivery
    assert delivery.record_id is not None, "it was written, so that the CRM has a record"
    owner = wiring.configuration.policy.owners[delivery.owner]
    return RepTask(
        key=delivery.id,
        record_id=delivery.record_id,
        owner=delivery.crm_owner,
        subject=f"Be in touch: {headline(notice.lead)}" if notice.lead else "Be in touch",
        body=message_of(notice, owner, wiring.configuration).body,
        due=due_at(notice) or wiring.now(),
    )


def _is_old(lead: Lead, now: datetime, notify: Notify) -> bool:
    return now - lead.created_at > notify.younger_than
