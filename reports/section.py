"""What a report is made of: sections with a sentence each, and alarms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reports.tables import Cell, Table


class Tone(StrEnum):
    """Whether a number is as it should be."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    PLAIN = "plain"  # nothing to compare with, or too little to say


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What is wrong, in a sentence; why, most likely; and what to do about it."""

    kind: str
    text: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing of ours (SVG), safe to put on a page as it stands; and what it shows."""

    title: str
    svg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """
    One number with its headline. `figure` is the number as it stands at the head of the page;
    `counts` says there what it is a number of, where the title does not.

    `figures` are for machines. Tables that are drilled into are folded on the page.
    """

    key: str
    title: str
    headline: str
    figure: str = ""
    counts: str = ""
    tone: Tone = Tone.PLAIN
    said: tuple[str, ...] = ()
    figures: Mapping[str, Cell] = field(default_factory=dict)
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """
    All that was found of a period; `notes` say what was left out, and why.

    `first_lead` is when the first was given, where nothing is known of the time before.
    """

    title: str
    since: datetime
    until: datetime
    zone: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()
    first_lead: datetime | None = None

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        return tuple(alarm for section in self.sections for alarm in section.alarms)
