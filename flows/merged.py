"""Merges that no sync has read yet: a CRM is asked for them before somebody is erased."""

from collections.abc import Callable, Iterable
from contextlib import closing

from config.configuration import Configuration
from connectors.base import Merging
from flows.wiring import build_source
from leads.errors import ConfigError, ConnectorError
from leads.keys import LeadKey
from store.store import Store

_ROUNDS = 3
"""What was merged may have been merged on; more often nobody follows it."""


def learn_merges(
    store: Store, configuration: Configuration, known: Callable[[], Iterable[LeadKey]]
) -> list[str]:
    """
    Ask for each record that is `known` which one is left of it, and keep what was merged into that.

    Answers which sources could not be asked, and why. A CRM that tells of no merges is not asked.
    """
    asked: set[LeadKey] = set()
    problems: dict[str, str] = {}
    for _ in range(_ROUNDS):
        fresh = {key for key in known() if key.source in configuration.sources} - asked
        asked |= fresh
        for source in sorted({key.source for key in fresh} - problems.keys()):
            ids = sorted(key.source_id for key in fresh if key.source == source)
            if problem := _learn(store, configuration, source, ids):
                problems[source] = problem
    return [f"{source} could not be asked: {why}" for source, why in sorted(problems.items())]


def _learn(store: Store, configuration: Configuration, source: str, ids: list[str]) -> str:
    try:
        with closing(build_source(source, configuration)) as connector:
            if isinstance(connector, Merging):
                left = {raw.source_id: connector.merged_into(raw) for raw in connector.fetch(ids)}
                store.note_merged(source, left)
    except ConfigError as error:
        return "; ".join(error.problems)
    except ConnectorError as error:
        return str(error)
    return ""
