"""What `check` goes by beside the files: the store's latest leads, and whom the CRMs know."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from zoneinfo import ZoneInfo

from config.configuration import Configuration
from config.evidence import Evidence
from connectors import registry
from flows.flaw_words import has_country_of_another_field
from flows.which_store import expect_named, open_existing_store, read_store, store_url
from flows.wiring import build_source, shared_turns, utc_now
from leads.lead import Lead
from leads.record import CrmOwner
from routing.fields import SWITCHES, TEXTS, read_text
from routing.lead_clock import zones_of
from routing.lint.fields import FEWEST, Fill
from store.engine import in_words, is_there
from store.store import Store

_LATEST = 2_000
_NUMBERS = frozenset({"employees", "deal_value", "score"})
FIELDS = (TEXTS | SWITCHES | _NUMBERS) - {"is_test"}


def gather(configuration: Configuration, store: str | None, *, online: bool) -> Evidence:
    """
    Read the store, if there is one, and ask the CRMs when `online`.

    Raises StoreError for a store that is there and cannot be read, ConfigError and ConnectorError
    for a CRM that cannot be asked.
    """
    expect_named(store)
    asked = {crm: _ask(crm, configuration, store) for crm in _crms(configuration)} if online else {}
    url = store_url(store)
    if not is_there(url):
        none = f"there is no store yet{in_words(url)}; `firsttouch sync` fills it"
        text = f"how full the sources' fields are: {none}"
        return _evidence(configuration, asked, {}, (text,))
    # Whom the CRMs know is kept, where they were asked; else nothing is changed.
    with (open_existing_store if asked else read_store)(url) as opened:
        kept = {crm: tuple(_shown(opened, crm)) for crm in _crms(configuration)}
        for crm, owners in asked.items():
            opened.save_owners(crm, owners, utc_now())
        fills = {source: _fill(opened, source) for source in configuration.sources}
    known = {crm: owners for crm, owners in (kept | asked).items() if owners}
    return _evidence(configuration, known, fills, tuple(_too_few(fills)))


def _evidence(
    configuration: Configuration,
    owners: Mapping[str, tuple[CrmOwner, ...]],
    fills: Mapping[str, Fill],
    unseen: tuple[str, ...],
) -> Evidence:
    strangers = [crm for crm in _crms(configuration) if crm not in owners]
    if strangers:
        whom = " and ".join(strangers)
        unseen = (*unseen, f"whether {whom} know the owners: `firsttouch check --online` asks")
    today = utc_now().astimezone(ZoneInfo(configuration.policy.timezone)).date()
    return Evidence(today=today, owners=owners, fills=fills, unseen=unseen)


def _shown(store: Store, crm: str) -> Iterable[CrmOwner]:
    """Give whom the CRM has shown; one that was asked for in vain is kept without a name."""
    return (owner for owner in store.crm_owners(crm) if owner.name)


def _crms(configuration: Configuration) -> list[str]:
    return sorted(set(configuration.policy.crm_of.values()))


def _ask(crm: str, configuration: Configuration, store: str | None) -> tuple[CrmOwner, ...]:
    with (
        shared_turns(store_url(store)) as shared,
        closing(build_source(crm, configuration, shared=shared)) as connector,
    ):
        assert isinstance(connector, registry.Crm)
        return tuple(connector.owners())


def _fill(store: Store, source: str) -> Fill:
    leads = store.latest_leads(source, _LATEST)
    return Fill(
        leads=len(leads),
        filled=Counter(field for each in leads for field in has_fields(each)),
        placed=sum(bool(zones_of(each)) for each in leads),
        concluded=sum(map(has_country_of_another_field, leads)),
    )


def has_fields(lead: Lead) -> Iterable[str]:
    """Name the fields that a lead has."""
    custom = (f"custom.{name}" for name, value in lead.custom.items() if value)
    return (*(field for field in FIELDS if read_text(lead, field) is not None), *custom)


def _too_few(fills: Mapping[str, Fill]) -> Iterable[str]:
    few = [source for source, fill in fills.items() if fill.leads < FEWEST]
    if few:
        yield f"how full the fields of {', '.join(few)} are: fewer than {FEWEST} leads in the store"
