"""The whole report: the three numbers first, and what stands behind them."""

from collections.abc import Iterator, Sequence

from reports.aging_rate import aging_section
from reports.beside import Beside
from reports.conversion import conversion_section
from reports.facts import Facts
from reports.model_trial import model_section
from reports.quality import quality_section
from reports.response import response_section
from reports.routing_health import routing_section
from reports.section import Report, Section
from reports.sharing import sharing_section
from reports.tables import Cell, as_rows


def build_report(
    facts: Facts,
    beside: Beside,
    *,
    title: str,
    notes: Sequence[str] = (),
    more: Sequence[Section] = (),
) -> Report:
    """Put it together; `more` sections stand behind the three numbers."""
    return Report(
        title=title,
        since=facts.since,
        until=facts.now,
        first_lead=facts.first_lead,
        zone=facts.zone,
        sections=(
            response_section(facts),
            conversion_section(facts),
            *model_section(facts),
            aging_section(facts, beside.loads, beside.follow_ups),
            *more,
            routing_section(facts, beside),
            sharing_section(beside.turns),
            quality_section(beside.fields, beside.drifts),
        ),
        notes=tuple(notes),
    )


_DIGEST = ("response", "conversion", "model", "aging", "baseline")


def digest(report: Report) -> list[str]:
    """Say it in a few lines: what is wrong first, then a sentence for each number."""
    told = [each for each in report.sections if each.key in _DIGEST]
    return [*_alarmed(report), *(f"{each.title}: {each.headline}" for each in told)]


def _alarmed(report: Report) -> Iterator[str]:
    for alarm in report.alarms:
        yield f"! {alarm.text}"
        yield from (f"  {why}" for why in alarm.why[:1])


def report_json(report: Report) -> dict[str, object]:
    """Return all of it for machines."""
    return {
        "since": report.since.isoformat(),
        "until": report.until.isoformat(),
        "first_lead": report.first_lead.isoformat() if report.first_lead else None,
        "timezone": report.zone,
        "alarms": [
            {"kind": each.kind, "text": each.text, "why": list(each.why)} for each in report.alarms
        ],
        "notes": list(report.notes),
        "sections": {each.key: _section(each) for each in report.sections},
    }


def _section(section: Section) -> dict[str, object]:
    figures: dict[str, Cell] = dict(section.figures)
    return {
        "headline": section.headline,
        "tone": section.tone.value,
        "said": list(section.said),
        "figures": figures,
        "tables": {each.name: as_rows(each) for each in section.tables},
    }
