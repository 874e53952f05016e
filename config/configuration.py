"""A configuration that has been read: the policy, the sources, and the smaller settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from config.problems import KeyPath
from config.remark import Place, Remark
from connectors.setup import SourceSetup
from leads.keys import OwnerId
from leads.normalise.vocabulary import Vocabulary
from leads.retention import Retention
from routing.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Wait for a field of `until` to be filled, at most this long before routing."""

    until: tuple[str, ...]
    at_most: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Alarm when more than `malformed_share` of a field is unreadable, `against` earlier days."""

    required_any: tuple[str, ...] = ("email", "phone")
    malformed_share: float | None = None
    against: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """How many assignments of a new policy or model wait for a person."""

    first: int = 0


NO_LEAD = ("spam", "junk", "fake", "not a lead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """Reasons of a rep who hands a lead back that mean that it is none."""

    no_lead: tuple[str, ...] = NO_LEAD

    def is_no_lead(self, reason: str) -> bool:
        """Whatever the case; the whole of the reason."""
        said = " ".join(reason.split()).casefold()
        return any(said == each.casefold() for each in self.no_lead)


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What reports compare with."""

    response_time: timedelta = timedelta(minutes=5)
    aging_rate: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepSettings:
    """How many leads a run of the sweep routes; when the steward hears of what is set aside."""

    at_most: int = 200
    remind_after: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """
    Who is told of an assignment. `channels` maps names to the variables that hold their addresses.

    An owner's own channels, else those of the pool, else everyone's; `alerts` are told when
    something goes wrong, `reports` get those in short. `record_url` is a template
    with {id} for each CRM. A lead that was older than `younger_than` when assigned is no news.
    """

    channels: Mapping[str, str]
    owners: Mapping[OwnerId, tuple[str, ...]]
    pools: Mapping[str, tuple[str, ...]]
    everyone: tuple[str, ...]
    alerts: tuple[str, ...]
    reports: tuple[str, ...]
    crm_task: bool
    younger_than: timedelta
    record_url: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """
    Everything the YAML says. `document` is the merged YAML as JSON can hold it; load it again with
    `from_document`. Every `mirror_every`, accounts and people are read again from each CRM.
    `connections` has how to reach each source, and never a secret. `files` are the texts it was
    read from, by file name; none when it was read from a document. `places` is where each key
    stands, `ignored` which findings nobody wants to hear of, and `least_filled` the share of
    a source's leads below which no rule should need a field.
    """

    policy: Policy
    document: Mapping[str, Any]
    sources: Mapping[str, SourceSetup]
    connections: Mapping[str, Mapping[str, Any]]
    vocabulary: Vocabulary
    hold: Hold | None
    quality: Quality
    review: Review
    targets: Targets
    remarks: tuple[Remark, ...]
    notify: Notify | None = None
    returns: Returns = field(default_factory=Returns)
    retention: Retention = field(default_factory=Retention)
    sweep: SweepSettings = field(default_factory=SweepSettings)
    mirror_every: timedelta = timedelta(minutes=10)
    files: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    least_filled: float = 0.2
    places: Mapping[KeyPath, Place] = field(default_factory=dict, compare=False, repr=False)
