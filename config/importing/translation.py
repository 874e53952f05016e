"""Rules of another system as a file of this configuration, and what of them could not be said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from config.importing.conditions import ConditionWriter, When
from config.importing.field_patch import with_fields
from config.importing.ground import Ground
from config.importing.roster import Roster
from config.model_sources import CRMS
from config.yaml_flow import flow
from connectors.rule_sheet import (
    Comparison,
    Every,
    Opposite,
    RuleSheet,
    Some,
    StatedRule,
    Statement,
)
from leads.errors import ConfigError
from leads.normalise.text import clean

FILE = "imported-rules.yaml"
_LONGEST = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A rule that stands in the file as a comment, and why."""

    place: str
    rule: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """
    `text` is the file to write, `changed` those that were there and have fields added.

    `notes` are worth reading.
    """

    text: str
    changed: Mapping[str, str]
    rules: int
    refused: tuple[Refused, ...]
    matched: tuple[str, ...]
    to_complete: tuple[str, ...]
    notes: tuple[str, ...]


def translate(
    sheets: Sequence[RuleSheet], ground: Ground, country: str | None = None
) -> Translation:
    """
    Translate rules in their order. One that has a part we cannot say is commented out as a whole.

    `country` is where a region lies that no rule says a country of.
    Raises ConfigError when nothing is left and the configuration has no rules either.
    """
    several = len({sheet.crm for sheet in sheets}) > 1
    work = _Work(ground=ground, roster=Roster(ground), is_of_several=several, country=country)
    for sheet in sheets:
        work.add(sheet)
    if not (work.rules or ground.has("rules")):
        reasons = [f"{each.place}: {each.rule}: {'; '.join(each.why)}" for each in work.refused]
        nothing = "not one rule could be translated, so nothing is written"
        raise ConfigError([*work.notes, *reasons, nothing])
    return work.done()


@dataclass(slots=True, kw_only=True)
class _Work:
    ground: Ground
    roster: Roster
    is_of_several: bool
    country: str | None
    rules: int = 0
    refused: list[Refused] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)
    _lines: list[str] = field(default_factory=list)
    _custom: dict[str, str] = field(default_factory=dict)
    _unfilled: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, sheet: RuleSheet) -> None:
        kinds = {name: _kind(name, sheet) for name in sheet.custom}
        bare = {name.removeprefix("custom."): kind for name, kind in kinds.items()}
        self.notes |= dict.fromkeys(sheet.notes)
        for rule in sheet.rules:
            vocabulary = self.ground.vocabulary(bare)
            writer = ConditionWriter(vocabulary=vocabulary, country=self.country)
            when = writer.write(rule.when)
            problems = tuple(dict.fromkeys((*rule.problems, *writer.problems)))
            self.notes |= dict.fromkeys(rule.notes)
            if self.is_of_several:  # a CRM's rules have never been asked about another's leads
                when = {"source": sheet.crm, **when}
            if problems:
                self._refuse(rule, problems, when)
            else:
                self._keep(rule, when, sheet, kinds)

    def _refuse(self, rule: StatedRule, problems: tuple[str, ...], when: When) -> None:
        self.refused.append(Refused(place=rule.place, rule=rule.name, why=problems))
        to = ", ".join(each.name for each in rule.assign) or "nobody"
        partly = (
            f"what could be said of it: {flow(when)}" if when else "nothing of it could be said"
        )
        lines = [f"NOT TRANSLATED {rule.place}: {rule.name}, to {to}", *problems, partly]
        self._lines += [f"  # {clean(line, 2_000)}" for line in lines]
        self._lines += ["  # The leads it took go on to the rules below.", ""]

    def _keep(
        self, rule: StatedRule, when: When, sheet: RuleSheet, kinds: Mapping[str, str]
    ) -> None:
        self.rules += 1
        name = self._named(rule.name)
        target = self.roster.target(rule.assign, sheet.crm, name)
        self._lines += [f"  # {clean(rule.place)}", f"  - name: {flow(name)}"]
        self._lines += [f"    when: {flow(when)}"] if when else []
        self._lines += [f"    assign: {flow(target)}", ""]
        for each in rule.assign:
            if self.ground.means_nobody(each.name, sheet.crm):
                where = f"sources.{sheet.crm}.intake.owners"
                self.notes[f"{each.name} means nobody yet in {where}: decide which it is"] = None
        for custom in _customs(rule.when):
            self._need(custom, sheet, kinds[custom])

    def _need(self, custom: str, sheet: RuleSheet, kind: str) -> None:
        bare = custom.removeprefix("custom.")
        if bare not in self.ground.custom():
            self._custom[bare] = kind
        if custom not in self.ground.fields(sheet.crm):
            self._unfilled.setdefault(sheet.crm, {})[custom] = sheet.custom[custom]

    def _named(self, said: str) -> str:
        taken = self._names | self.ground.names("rules")
        base = clean(said, _LONGEST) or "Imported"
        name, number = base, 2
        while name in taken:
            name, number = f"{base} ({number})", number + 1
        self._names.add(name)
        return name

    def done(self) -> Translation:
        changed = self._state_fields()
        missing = list(self._missing())  # a fallback may add an owner: before owners are written
        owners, pools = list(self.roster.owner_lines()), list(self.roster.pool_lines())
        lines = [*_HEADER, *self._wanted_fields()]
        if self._custom:
            lines += ["custom:", *(f"  {flow(n)}: {k}" for n, k in self._custom.items()), ""]
        lines += ["owners:", *owners, ""] if owners else []
        lines += (
            ["pools:", *pools, ""] if pools else [] if self._has("pools") else ["pools: {}", ""]
        )
        lines += ["rules:", *self._lines] if self.rules else [line[2:] for line in self._lines]
        return Translation(
            text="\n".join([*lines, *missing]).rstrip("\n") + "\n",
            changed=changed,
            rules=self.rules,
            refused=tuple(self.refused),
            matched=tuple(sorted(self.roster.matched)),
            to_complete=tuple(self.roster.to_complete()),
            notes=(*self.notes, *self._todo(), *self._order()),
        )

    def _state_fields(self) -> dict[str, str]:
        """Add what a source that is there lacks; who is not there yet stays to be told of."""
        changed: dict[str, str] = {}
        for crm, fields in list(self._unfilled.items()):
            some = with_fields({**self.ground.files, **changed}, crm, fields)
            for name in some:
                self.notes[f"{name}: sources.{crm}.fields has {flow(dict(fields))} added"] = None
            if some:
                del self._unfilled[crm]
            changed |= some
        return changed

    def _has(self, section: str) -> bool:
        return section in self.ground.document

    def _missing(self) -> Iterator[str]:
        """Write what a configuration needs beside rules, where the folder has none of it."""
        slas = self.ground.document.get("sla")
        sla = next(iter(slas)) if isinstance(slas, dict) and slas else "standard"
        if not self.ground.has("fallback"):
            to = flow(self.roster.a_queue())
            yield f"fallback: {{assign: {to}, sla: {flow(sla)}}}  # a guess: who takes the rest?"
        if not self.ground.has("sla"):
            yield "sla:"
            yield f"  {flow(sla)}: {{first_touch: 24h}}  # a guess: how soon?"

    def _wanted_fields(self) -> Iterator[str]:
        for crm, fields in self._unfilled.items():
            yield f"# TODO sources.{crm}.fields: {flow(dict(fields))}"
            yield "# Until that is stated, these fields are blank: a rule that asks for a value"
            yield "# gets no lead, and one that asks for anything but a value gets them all."
            yield ""

    def _todo(self) -> Iterator[str]:
        if self.is_of_several:
            yield "each rule asks for leads of its own CRM; leads from elsewhere match none of them"
        elif self.rules and len(self.ground.names("sources") & set(CRMS)) > 1:
            yield "the rules take leads of every source; `source:` in a `when` keeps it to one"
        for crm, fields in self._unfilled.items():
            stated = f"state sources.{crm}.fields: {flow(dict(fields))}"
            yield f"{stated}; until then the rules take these fields for blank"

    def _order(self) -> Iterator[str]:
        """Tell which rules are tried before and after: files are merged by name."""
        others = self.ground.files_with("rules")
        for word in ("before", "after"):
            some = [name for name in others if (name < FILE) is (word == "before")]
            if some:
                yield f"{word} these rules come those of {', '.join(some)}: files go by their names"


_HEADER = (
    "# Written by `firsttouch import`: yours from now on. Rules are in their old order, and the",
    "# first match wins; what could not be translated stands as a comment where it was.",
    "",
)


def _kind(custom: str, sheet: RuleSheet) -> str:
    return "number" if custom in sheet.figures else "text"


def _customs(statement: Statement) -> Iterator[str]:
    match statement:
        case Every(parts=parts) | Some(parts=parts):
            for part in parts:
                yield from _customs(part)
        case Opposite(part=part):
            yield from _customs(part)
        case Comparison(field=name) if name.startswith("custom."):
            yield name
        case _:
            pass
