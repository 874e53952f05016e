"""Caps as the policy has them: a flat list, each with its period, pool and segment."""

from collections.abc import Iterator, Mapping
from typing import Any

from config.draft import Draft
from config.model_caps import CapsModel, DefaultsModel, PeriodsModel, PoolCapsModel
from config.problems import KeyPath
from leads.keys import PoolName
from routing.policy import Cap, CapPer


def check_caps(draft: Draft, model: CapsModel | None, path: KeyPath) -> None:
    """Note every pool and segment that there is none of."""
    if model is None:
        return
    _check_segments(draft, model, path)
    for name, of_pool in model.pool.items():
        here = (*path, "pool", name)
        draft.is_known(draft.pools, name, here)
        _check_segments(draft, of_pool, here)


def caps(stated: CapsModel | None, default: CapsModel | None) -> tuple[Cap, ...]:
    """Give those stated, and of the default each that has none like it; a null lifts one."""
    models = [each for each in (default, stated) if each is not None]
    merged: dict[str, Any] = {}
    for each in models:
        merged = _over(merged, each.model_dump(exclude_unset=True))
    return tuple(_flat(CapsModel.model_validate(merged))) if merged else ()


def default_caps(document: Mapping[str, Any]) -> tuple[Cap, ...]:
    """Give those that a document which loads states for everybody."""
    defaults = DefaultsModel.model_validate(document.get("defaults") or {})
    return caps(None, defaults.caps)


def _over(under: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        key: _over(under[key], value)
        for key, value in above.items()
        if isinstance(value, Mapping) and isinstance(under.get(key), Mapping)
    }
    return {**under, **above, **both}


def _check_segments(draft: Draft, model: PoolCapsModel, path: KeyPath) -> None:
    for name in model.segment:
        draft.is_known(draft.segments, name, (*path, "segment", name))


def _flat(model: CapsModel) -> Iterator[Cap]:
    yield from _of_pool(model, None)
    for name, of_pool in model.pool.items():
        yield from _of_pool(of_pool, PoolName(name))


def _of_pool(model: PoolCapsModel, pool: PoolName | None) -> Iterator[Cap]:
    yield from _periods(model, pool, None)
    for name, of_segment in model.segment.items():
        yield from _periods(of_segment, pool, name)


def _periods(model: PeriodsModel, pool: PoolName | None, segment: str | None) -> Iterator[Cap]:
    for per, most in (
        (CapPer.HOUR, model.hour),
        (CapPer.DAY, model.day),
        (CapPer.WEEK, model.week),
    ):
        if most is not None:
            yield Cap(per=per, most=most, pool=pool, segment=segment)
