"""Caps as the policy has them: a flat list, each with its period, pool and segment."""

from collections.abc import Iterator

from config.draft import Draft
from config.model_caps import CapsModel, PeriodsModel, PoolCapsModel
from config.problems import KeyPath
from leads.keys import PoolName
from routing.policy import Cap, CapPer


def caps(draft: Draft, model: CapsModel | None, path: KeyPath) -> tuple[Cap, ...]:
    if model is None:
        return ()
    found = [*_of_pool(draft, model, None, path)]
    for name, of_pool in model.pool.items():
        here = (*path, "pool", name)
        draft.is_known(draft.pools, name, here)
        found += _of_pool(draft, of_pool, PoolName(name), here)
    return tuple(found)


def _of_pool(
    draft: Draft, model: PoolCapsModel, pool: PoolName | None, path: KeyPath
) -> Iterator[Cap]:
    yield from _periods(model, pool, None)
    for name, of_segment in model.segment.items():
        draft.is_known(draft.segments, name, (*path, "segment", name))
        yield from _periods(of_segment, pool, name)


def _periods(model: PeriodsModel, pool: PoolName | None, segment: str | None) -> Iterator[Cap]:
    for per, most in (
        (CapPer.HOUR, model.hour),
        (CapPer.DAY, model.day),
        (CapPer.WEEK, model.week),
    ):
        if most is not None:
            yield Cap(per=per, most=most, pool=pool, segment=segment)
