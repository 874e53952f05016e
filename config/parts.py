"""A document taken apart: what of it has the right shape, even when other parts have not."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from config.model_caps import DefaultsModel
from config.model_document import DocumentModel
from config.model_learning import ModelModel
from config.model_matching import MatchingModel
from config.model_notify import NotifyModel
from config.model_people import CalendarModel, OwnerModel, PoolModel
from config.model_rules import FallbackModel, RuleModel, SlaModel
from config.model_settings import (
    CurrencyModel,
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
from config.problems import Problems
from config.translate import tell
from config.yaml_text import Plain

Model = TypeVar("Model", bound=BaseModel)
Document = Mapping[str, Plain]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """
    Lists keep the positions they have in the document.

    Where something is wrong, it is noted and left out, so that the rest can still be checked.
    """

    owners: Mapping[int, OwnerModel]
    defaults: DefaultsModel | None
    calendars: Mapping[str, CalendarModel]
    territories: Mapping[str, dict[str, Plain]]
    segments: Mapping[str, dict[str, Plain]]
    pools: Mapping[str, PoolModel]
    rules: Mapping[int, RuleModel]
    fallback: FallbackModel | None
    sla: Mapping[str, SlaModel]
    steward: str | None
    sources: Mapping[str, SourceModel]
    values: Mapping[str, dict[str, str]]
    custom: Mapping[str, str]
    default_country: str | None
    timezone: str | None
    currency: CurrencyModel | None
    workload: WorkloadModel | None
    returns: ReturnsModel | None
    quality: QualityModel | None
    hold: HoldModel | None
    review: ReviewModel | None
    targets: TargetsModel | None
    sweep: SweepModel | None
    retention: RetentionModel | None
    lint: LintModel | None
    notify: NotifyModel | None
    matching: MatchingModel | None
    model: ModelModel | None


def take_apart(document: Document, problems: Problems) -> Parts:
    """Validate the shape of every section, noting every problem."""
    try:
        whole = DocumentModel.model_validate(document)
    except ValidationError as error:
        tell(problems, DocumentModel, error.errors(include_url=False))
        return _salvaged(document)
    listed = {"owners": whole.owners, "rules": whole.rules}
    found = {part.name: getattr(whole, part.name) for part in fields(Parts)}
    return Parts(**(found | {name: dict(enumerate(items)) for name, items in listed.items()}))


def _salvaged(document: Document) -> Parts:
    return Parts(
        owners=_list_of(OwnerModel, document, "owners"),
        defaults=_one(DefaultsModel, document.get("defaults")),
        calendars=_map_of(CalendarModel, document, "calendars"),
        territories=_conditions(document, "territories"),
        segments=_conditions(document, "segments"),
        pools=_map_of(PoolModel, document, "pools"),
        rules=_list_of(RuleModel, document, "rules"),
        fallback=_one(FallbackModel, document.get("fallback")),
        sla=_map_of(SlaModel, document, "sla"),
        steward=_text(document, "steward"),
        sources=_map_of(SourceModel, document, "sources"),
        values={name: {} for name in _map(document, "values")},
        custom={name: str(kind) for name, kind in _map(document, "custom").items()},
        default_country=_text(document, "default_country"),
        timezone=_text(document, "timezone"),
        currency=_one(CurrencyModel, document.get("currency")),
        workload=_one(WorkloadModel, document.get("workload")),
        returns=_one(ReturnsModel, document.get("returns")),
        quality=_one(QualityModel, document.get("quality")),
        hold=_one(HoldModel, document.get("hold")),
        review=None,
        targets=None,
        sweep=None,
        retention=_one(RetentionModel, document.get("retention")),
        lint=None,
        notify=None,
        matching=_one(MatchingModel, document.get("matching")),
        model=_one(ModelModel, document.get("model")),
    )


def _list_of(model: type[Model], document: Document, section: str) -> dict[int, Model]:
    items = document.get(section)
    parts = enumerate(items) if isinstance(items, list) else ()
    return {at: part for at, raw in parts if (part := _one(model, raw)) is not None}


def _map_of(model: type[Model], document: Document, section: str) -> dict[str, Model]:
    parts = _map(document, section).items()
    return {name: part for name, raw in parts if (part := _one(model, raw)) is not None}


def _conditions(document: Document, section: str) -> dict[str, dict[str, Plain]]:
    parts = _map(document, section).items()
    return {name: raw for name, raw in parts if isinstance(raw, dict)}


def _map(document: Document, section: str) -> dict[str, Plain]:
    found = document.get(section)
    return found if isinstance(found, dict) else {}


def _text(document: Document, section: str) -> str | None:
    found = document.get(section)
    return found if isinstance(found, str) else None


def _one(model: type[Model], raw: Plain) -> Model | None:
    try:
        return None if raw is None else model.model_validate(raw)
    except ValidationError:
        return None
