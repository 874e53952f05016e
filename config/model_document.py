"""The shape of the whole document: every section that may stand at a file's left edge."""

from typing import Annotated

from pydantic import Field

from config.model_base import Name, Strict, Text, TimeZone, stated
from config.model_caps import DefaultsModel
from config.model_learning import ModelModel
from config.model_matching import MatchingModel
from config.model_notify import NotifyModel
from config.model_people import CalendarModel, OwnerModel, PoolModel
from config.model_rules import FallbackModel, RuleModel, SlaModel, When
from config.model_settings import (
    CurrencyModel,
    CustomType,
    HoldModel,
    LintModel,
    QualityModel,
    RetentionModel,
    ReturnsModel,
    ReviewModel,
    SweepModel,
    TargetsModel,
    WorkloadModel,
)
from config.model_sources import SourceModel

_Owners = Annotated[tuple[OwnerModel, ...], Field(strict=False, min_length=1)]
_Rules = Annotated[tuple[RuleModel, ...], Field(strict=False, min_length=1)]


class DocumentModel(Strict):
    """A Firsttouch configuration: all files of the directory together."""

    owners: _Owners = stated("Who can own leads.", [{"id": "ana", "name": "Ana Ruiz"}])
    defaults: DefaultsModel | None = stated(
        "What holds of every person who states nothing else.", {"caps": {"day": 8}}, default=None
    )
    pools: dict[Name, PoolModel] = stated("Who shares leads.", {"smb": {"members": ["ana"]}})
    rules: _Rules = stated(
        "First match wins, top to bottom.", [{"name": "Everybody", "assign": "smb"}]
    )
    fallback: FallbackModel = stated(
        "The end of every road: it takes what nobody else can.",
        {"assign": "inbound-desk", "sla": "standard"},
    )
    sla: dict[Name, SlaModel] = stated("How soon.", {"standard": {"first_touch": "24h"}})
    calendars: dict[Name, CalendarModel] = stated(
        "Working hours.", {"office": {"days": "mon-fri", "hours": ["09:00-17:00"]}}, default={}
    )
    territories: dict[Name, When] = stated(
        "Named places.", {"iberia": {"country": ["ES", "PT"]}}, default={}
    )
    segments: dict[Name, When] = stated(
        "Named kinds of lead: channel to segment, before any rule.",
        {"paid": {"channel": ["google_ads"]}},
        default={},
    )
    sources: dict[Name, SourceModel] = stated(
        "Where leads come from.", {"hubspot": {"intake": {"owners": [None]}}}, default={}
    )
    values: dict[Name, dict[str, Text]] = stated(
        "Their words to ours, per field.", {"industry": {"technolgy": "technology"}}, default={}
    )
    custom: dict[Name, CustomType] = stated(
        "Custom fields and their type.", {"budget": "number"}, default={}
    )
    currency: CurrencyModel | None = stated(
        "How amounts compare.", {"base": "EUR", "rates": {"USD": 0.92}}, default=None
    )
    workload: WorkloadModel | None = stated(
        "What counts against max_open.", {"opportunity": 0.5}, default=None
    )
    returns: ReturnsModel | None = stated(
        "Leads that their owner hands back.", {"at_most": 3, "no_lead": ["spam"]}, default=None
    )
    steward: Name | None = stated(
        "Who owns what cannot be routed; the fallback unless stated.", "inbound-desk", default=None
    )
    default_country: Name | None = stated(
        "The country of a record that names none (for phone numbers).", "ES", default=None
    )
    timezone: TimeZone | None = stated(
        "Where the days of conditions and rules begin, and owners work who state none; else UTC.",
        "Europe/Madrid",
        default=None,
    )
    quality: QualityModel | None = stated(
        "What makes a record usable.", {"required_any": ["email", "phone"]}, default=None
    )
    hold: HoldModel | None = stated(
        "Wait for a field.", {"until": ["employees"], "at_most": "2m"}, default=None
    )
    review: ReviewModel | None = stated(
        "Assignments a person looks at first.", {"first": 50}, default=None
    )
    matching: MatchingModel | None = stated(
        "Who is the same person, and which account a lead belongs to.",
        {"alike": 0.92, "free_mail": ["isp.example"]},
        default=None,
    )
    model: ModelModel | None = stated(
        "Who is likeliest to close, for pools with strategy: best_match.",
        {"min_months": 6, "control": 0.2},
        default=None,
    )
    notify: NotifyModel | None = stated(
        "Who is told of a new lead, and how.",
        {"channels": {"sales-slack": "FIRSTTOUCH_SLACK_URL"}, "everyone": ["sales-slack"]},
        default=None,
    )
    targets: TargetsModel | None = stated(
        "What reports compare with.", {"response_time": "5m", "aging_rate": 0.05}, default=None
    )
    sweep: SweepModel | None = stated(
        "The daily look for leads that nobody owns.", {"at_most": 200}, default=None
    )
    retention: RetentionModel | None = stated(
        "How long the store keeps what.", {"runs": "90d", "decisions": "730d"}, default=None
    )
    lint: LintModel | None = stated(
        "What `firsttouch check` says, and what not.", {"ignore": ["uncovered"]}, default=None
    )
