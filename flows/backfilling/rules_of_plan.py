"""The rules that a backfill's plan is decided by: those in force, or an earlier version's."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from config.load import from_document
from flows.wiring import Wiring
from leads.errors import ConfigError
from routing.engine import Engine
from routing.policy import Policy
from store.backfill_rows import BackfillRow


def rules_of(wiring: Wiring, number: int) -> Policy:
    """Return the rules of a version of the configuration. Raises ConfigError."""
    for version in wiring.store.versions():
        if version.number == number:
            return from_document(version.document).policy
    listed = "`firsttouch policy list` has them all"
    raise ConfigError([f"backfill: there is no version {number} of the policy: {listed}"])


def strangers(wiring: Wiring, number: int, sources: Sequence[str]) -> Iterator[str]:
    """Yield what keeps these sources' leads from being decided by that version."""
    known = rules_of(wiring, number).crm_of
    for source in sources:
        if known.get(source) != wiring.crm_of(source):
            yield f"version {number} of the policy has no {source}, or another CRM for its leads"


def by_its_rules(wiring: Wiring, row: BackfillRow) -> Wiring:
    """Return the wiring that decides as the plan is to be decided; all else is as it is now."""
    if row.policy_version is None:
        return wiring
    policy = rules_of(wiring, row.policy_version)
    configuration = replace(wiring.configuration, policy=policy)
    return replace(wiring, configuration=configuration, engine=Engine(policy))


def by_words(row: BackfillRow) -> str:
    """Say by which version, where it is not simply the one in force."""
    return f", by version {row.policy_version} of the policy" if row.policy_version else ""
