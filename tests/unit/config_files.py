"""A small configuration to break, and directories to put files into."""

from dataclasses import dataclass, replace
from pathlib import Path

from config.configuration import Configuration
from config.load import load
from leads.errors import ConfigError

BASE = """\
owners:
  - {id: ana, name: Ana Ruiz, email: ana@example.com, timezone: Europe/Madrid, hours: office,
     skills: [enterprise, security], languages: [es], max_open: 30, weight: 2, backup: ben,
     crm: {salesforce: 005xx0000012345AAA, hubspot: "4471"},
     away: [{from: 2026-12-24, to: 2027-01-02}]}
  - {id: ben, name: Ben Okafor, crm: {salesforce: 005xx0000012346AAA, hubspot: "4472"}}
  - {id: desk, name: Inbound desk, kind: queue,
     crm: {salesforce: 00Gxx0000012345AAA, hubspot: "9001"}}
calendars:
  office: {days: mon-fri, hours: ["09:00-14:00", "15:00-18:00"], holidays: ES}
territories:
  iberia: {country: [ES, PT]}
segments:
  paid: {channel: google_ads}
pools:
  smb: {members: [ana, {owner: ben, weight: 3}], strategy: round_robin}
rules:
  - name: Iberian enterprise
    when: {territory: iberia, employees: {min: 200}}
    assign: smb
    sla: hot
    seen_within: 1h
  - {name: The rest, when: {country: {is: present}}, assign: [smb, ben]}
fallback: {assign: desk, sla: standard}
steward: desk
sla:
  hot: {first_touch: 15m, clock: business, remind_after: 10m, max_reassign: 2, then: {assign: desk}}
  standard: {first_touch: 24h}
sources:
  salesforce: {intake: {object: Lead, owners: ["queue:Web leads"], created_after: 2026-11-01}}
  meta_ads: {destination: salesforce, defaults: {company: "[not given]"}}
currency: {base: EUR, rates: {USD: 0.92}}
hold: {until: [employees], at_most: 2m}
values:
  industry: {technolgy: technology}
custom: {budget: number, plan: text}
"""


def put(directory: Path, **files: str | bytes) -> Path:
    """Write each file as NAME.yaml and answer the directory."""
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (directory / f"{name}.yaml").write_bytes(raw)
    return directory


def loaded(directory: Path, **changes: str) -> Configuration:
    """Load the base, with whole sections put in the place of its own."""
    return load(put(directory, base=with_sections(**changes)))


def with_sections(**changes: str) -> str:
    """Answer the base with these sections replaced, added, or (empty) left out."""
    sections: dict[str, str] = {}
    for line in BASE.splitlines(keepends=True):
        if not line.startswith(" "):
            name = line.partition(":")[0]
        sections[name] = sections.get(name, "") + line
    sections |= {name: f"{name}: {text}\n" if text else "" for name, text in changes.items()}
    return "".join(sections.values())


def swapped(old: str, new: str) -> str:
    """Answer the base with one stretch of text replaced."""
    assert BASE.count(old) == 1, f"{old!r} is {BASE.count(old)} times in the base"
    return BASE.replace(old, new)


def complaints(directory: Path) -> list[str]:
    """Answer the problems of a directory that must not load."""
    try:
        load(directory)
    except ConfigError as error:
        return error.problems
    raise AssertionError("it loaded")


@dataclass(frozen=True)
class Case:
    """One stretch of the base replaced by another, and what must be said about it."""

    old: str
    new: str
    expected: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.old[:30]} => {self.new[:40]}".replace("\n", " ")


def cases(table: str) -> list[Case]:
    r"""Read blocks of `OLD => NEW` (with \n and \t) and indented lines: what must be said."""
    found: list[Case] = []
    for line in table.strip("\n").splitlines():
        old, arrow, new = line.partition(" => ")
        if arrow:
            found.append(Case(_unescaped(old), _unescaped(new), ()))
        else:
            latest = found[-1]
            found[-1] = replace(latest, expected=(*latest.expected, line.strip()))
    return found


def agreed(found: str, expected: str) -> str:
    """Answer `expected` where `found` is that line or begins like it, else `found`."""
    start = expected.removesuffix("...")
    is_same = found == expected or (start != expected and found.startswith(start))
    return expected if is_same else found


def _unescaped(text: str) -> str:
    if text == "(nothing)":
        return ""
    return text.replace("\\n", "\n").replace("\\t", "\t")


def warned(configuration: Configuration) -> tuple[str, ...]:
    """What loading alone found, a line each."""
    return tuple(map(str, configuration.remarks))
