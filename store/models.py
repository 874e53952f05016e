"""Versions of the model: kept, put in force one at a time, priced again."""

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection, Row, and_, func, insert, select, update

from leads.decision import Arm
from leads.errors import StoreError
from store.model_rows import Agreement, ModelRow, ModelState
from store.review_rows import OPEN, ReviewState
from store.schema import decision, model, review

_OPEN = [state.value for state in OPEN]


def add(connection: Connection, row: ModelRow) -> int:
    """Keep a version, with the next number; one in force takes the place of the one that was."""
    latest: int | None = connection.execute(select(func.max(model.c.version))).scalar_one()
    number = (latest or 0) + 1
    if row.state is ModelState.IN_FORCE:
        _replace(connection, number, row.state_by, row.state_at)
    connection.execute(
        insert(model).values(
            version=number,
            trained_at=row.trained_at,
            state=row.state.value,
            state_at=row.state_at,
            state_by=row.state_by,
            why=row.why,
            recipe=row.recipe,
            likelihood=row.likelihood,
            prices=row.prices,
            priced_at=row.priced_at,
            fingerprint=row.fingerprint,
            report=row.report,
        )
    )
    return number


def all_versions(connection: Connection) -> list[ModelRow]:
    """List them, the newest last."""
    return [_row(each) for each in connection.execute(select(model).order_by(model.c.version))]


def version(connection: Connection, number: int) -> ModelRow | None:
    found = connection.execute(select(model).where(model.c.version == number)).one_or_none()
    return _row(found) if found else None


def in_force(connection: Connection) -> ModelRow | None:
    wanted = select(model).where(model.c.state == ModelState.IN_FORCE.value)
    found = connection.execute(wanted.order_by(model.c.version.desc()).limit(1)).one_or_none()
    return _row(found) if found else None


def latest(connection: Connection) -> ModelRow | None:
    """Answer whose state was set last."""
    wanted = select(model).order_by(model.c.state_at.desc(), model.c.version.desc()).limit(1)
    found = connection.execute(wanted).one_or_none()
    return _row(found) if found else None


def interrupted(connection: Connection) -> ModelRow | None:
    """Answer the version after which a person must start one: stopped or taken back last."""
    if in_force(connection) is not None:
        return None
    ended = model.c.state.in_([ModelState.STOPPED.value, ModelState.ROLLED_BACK.value])
    wanted = select(model).where(ended).order_by(model.c.state_at.desc(), model.c.version.desc())
    found = connection.execute(wanted.limit(1)).one_or_none()
    return _row(found) if found else None


def set_state(
    connection: Connection, number: int, state: ModelState, *, by: str, why: str, now: datetime
) -> None:
    """Say how a version stands; put in force, it replaces the one that was. Raises StoreError."""
    if version(connection, number) is None:
        raise StoreError(f"model version {number}: there is none of that number")
    if state is ModelState.IN_FORCE:
        _replace(connection, number, by, now)
    connection.execute(
        update(model)
        .where(model.c.version == number)
        .values(state=state.value, state_at=now, state_by=by, why=why)
    )


def set_prices(connection: Connection, number: int, prices: object, now: datetime) -> None:
    changed = update(model).where(model.c.version == number).values(prices=prices, priced_at=now)
    connection.execute(changed)


def assigned_by(connection: Connection, number: int, *, at_most: int) -> int:
    """Count the leads that a version gave away first, up to a number; those by turns are not."""
    some = select(decision.c.id).where(
        decision.c.model == number,
        decision.c.attempt == 1,
        decision.c.arm != Arm.CONTROL.value,
    )
    return len(connection.execute(some.limit(at_most)).all())


def agreement(
    connection: Connection, number: int, now: datetime, since: datetime | None
) -> Agreement:
    """Count what people said to the proposals of a version, made since then if stated."""
    of_decision = and_(
        decision.c.source == review.c.source,
        decision.c.source_id == review.c.source_id,
        decision.c.attempt == review.c.attempt,
    )
    wanted = select(review.c.state, review.c.deadline).join(decision, of_decision)
    if since is not None:
        wanted = wanted.where(review.c.asked_at >= since)
    counts: Counter[str] = Counter()
    for state, deadline in connection.execute(wanted.where(decision.c.model == number)):
        is_left = state in _OPEN and deadline <= now
        counts[ReviewState.LEFT.value if is_left else state] += 1
    return Agreement(
        approved=counts[ReviewState.APPROVED.value],
        changed=counts[ReviewState.CHANGED.value],
        left=counts[ReviewState.LEFT.value],
    )


def _replace(connection: Connection, number: int, by: str, now: datetime) -> None:
    replaced = (
        update(model)
        .where(model.c.state == ModelState.IN_FORCE.value, model.c.version != number)
        .values(
            state=ModelState.REPLACED.value,
            state_at=now,
            state_by=by,
            why=f"version {number} took its place",
        )
    )
    connection.execute(replaced)


def _row(row: Row[tuple[object, ...]]) -> ModelRow:
    return ModelRow(
        version=row.version,
        trained_at=row.trained_at,
        state=ModelState(row.state),
        state_at=row.state_at,
        state_by=row.state_by,
        why=row.why,
        recipe=row.recipe,
        likelihood=row.likelihood,
        prices=row.prices,
        priced_at=row.priced_at,
        fingerprint=row.fingerprint,
        report=row.report,
    )
