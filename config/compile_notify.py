"""Notifications, with every name they use checked."""

from config.configuration import Notify
from config.draft import Draft
from config.problems import KeyPath, suggestion
from leads.keys import OwnerId


def notify(draft: Draft) -> Notify | None:
    """Answer who is told how; None where the section is left out."""
    model = draft.parts.notify
    if model is None:
        return None
    for owner, channels in model.owners.items():
        draft.is_known(draft.owners, owner, ("notify", "owners", owner))
        _check_channels(draft, channels, ("notify", "owners", owner))
    for pool, channels in model.pools.items():
        draft.is_known(draft.pools, pool, ("notify", "pools", pool))
        _check_channels(draft, channels, ("notify", "pools", pool))
    _check_channels(draft, model.everyone, ("notify", "everyone"))
    _check_channels(draft, model.alerts or (), ("notify", "alerts"))
    _check_channels(draft, model.reports, ("notify", "reports"))
    for crm, template in model.record_url.items():
        path = ("notify", "record_url", crm)
        draft.is_known(draft.sources, crm, path)
        if "{id}" not in template or not template.startswith(("https://", "http://")):
            draft.problems.add(path, "write an address with {id} where the record's id belongs")
    return Notify(
        channels=model.channels,
        owners={OwnerId(owner): names for owner, names in model.owners.items()},
        pools=model.pools,
        everyone=model.everyone,
        alerts=model.everyone if model.alerts is None else model.alerts,
        reports=model.reports,
        crm_task=model.crm_task,
        younger_than=model.younger_than,
        record_url=model.record_url,
    )


def _check_channels(draft: Draft, names: tuple[str, ...], path: KeyPath) -> None:
    known = draft.parts.notify.channels if draft.parts.notify else {}
    for at, name in enumerate(names):
        if name not in known:
            draft.problems.add((*path, at), f"unknown channel{suggestion(name, known)}")
