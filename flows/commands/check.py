"""`firsttouch check`: is the configuration sound?"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain, groupby
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from config.configuration import Configuration
from config.examine import Examination, examine
from config.load import load
from config.remark import Place, Remark
from flows.evidence import gather
from flows.exits import CONFIGURATION, DONE, note
from flows.modelling.pools import governed, governed_lines
from flows.plurals import count_of
from flows.wiring import config_folder
from leads.errors import ConfigError
from routing.lint.findings import Code, Severity
from routing.lint.wording import example

_MISTAKE = re.compile(r"([^:]+\.ya?ml):(\d+): (?:([\w.\[\]-]+): )?(.*)")
_PLACES = 4
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def run(
    config: Path | None, store: str | None, *, online: bool, verbose: bool, as_json: bool
) -> None:
    """
    Load and look closely; exit 2 when a finding is an error.

    Raises ConfigError, StoreError, and ConnectorError for a CRM that cannot be asked.
    """
    folder = config_folder(config)
    configuration = _loaded(folder, as_json=as_json)
    found = examine(configuration, gather(configuration, store, online=online))
    by_model = governed(configuration.policy, store)
    if as_json:
        pools = {pool: asdict(by) for pool, by in by_model.items()}
        summary = {**_summary(configuration, found), "best_match": pools}
        print(json.dumps(summary, ensure_ascii=False))
    else:
        _print(folder, configuration, found, verbose=verbose)
        for line in governed_lines(by_model):
            print(line)
    is_broken = any(remark.severity is Severity.ERROR for remark in found.remarks)
    raise SystemExit(CONFIGURATION if is_broken else DONE)


def _loaded(folder: Path, *, as_json: bool) -> Configuration:
    try:
        return load(folder)
    except ConfigError as error:
        if as_json:
            print(json.dumps({"findings": [_mistake(line) for line in error.problems]}))
        elif not any(line.startswith(str(folder)) for line in error.problems):
            note(f"{folder} does not load: {count_of(len(error.problems), 'mistake')}")
        raise


def _mistake(line: str) -> dict[str, object]:
    """Take a problem apart: `rules.yaml:9: rules[1].when: unknown field`."""
    parts = _MISTAKE.fullmatch(line)
    file, number, key, message = parts.groups() if parts else ("", "0", "", line)
    remark = Remark(
        code=Code.DOES_NOT_LOAD,
        severity=Severity.ERROR,
        place=Place(file, int(number)),
        key=key or "",
        message=message,
    )
    return remark.as_json()


def _summary(configuration: Configuration, found: Examination) -> dict[str, object]:
    policy = configuration.policy
    return {
        "policy": policy.hash,
        "rules": len(policy.rules),
        "pools": len(policy.pools),
        "owners": len(policy.owners),
        "sources": list(configuration.sources),
        "warnings": [str(remark) for remark in found.remarks],
        "findings": [remark.as_json() for remark in found.remarks],
        "ignored": found.ignored,
    }


def _print(
    folder: Path, configuration: Configuration, found: Examination, *, verbose: bool
) -> None:
    console = Console(highlight=False)
    policy = configuration.policy
    console.print(
        f"{folder}: {count_of(len(policy.rules), 'rule')}, {count_of(len(policy.pools), 'pool')}, "
        f"{count_of(len(policy.owners), 'owner')}, sources: "
        f"{', '.join(configuration.sources) or 'none'}. "
        f"Policy {policy.hash}.",
        soft_wrap=True,
    )
    unseen = [remark for remark in found.remarks if remark.code is Code.NOT_LOOKED_AT]
    told = [remark for remark in found.remarks if remark not in unseen]
    for severity, remarks in groupby(told, key=lambda remark: remark.severity):
        _print_group(console, severity, list(remarks), verbose=verbose)
    console.print(f"\n{_total(told, found.ignored)}")
    for remark in unseen:
        console.print(escape(remark.message.capitalize()) + ".", soft_wrap=True)


def _print_group(
    console: Console, severity: Severity, remarks: list[Remark], *, verbose: bool
) -> None:
    for code, alike in _by_code(remarks):
        is_short = len(alike) > 1 and severity is Severity.NOTE and not verbose
        lines = [_in_short(alike)] if is_short else chain.from_iterable(map(_lines, alike))
        console.print(f"\n[{_COLOURS[severity]}]{severity}[/] {code}")
        for line in lines:
            console.print(escape(line), soft_wrap=True)


def _by_code(remarks: list[Remark]) -> Iterator[tuple[Code, list[Remark]]]:
    """Put the remarks of a kind together; file and line keep their order among them."""
    for code, alike in groupby(sorted(remarks, key=lambda r: r.code), key=lambda r: r.code):
        yield code, list(alike)


def _in_short(alike: list[Remark]) -> str:
    places = list(dict.fromkeys(map(_place, alike)))
    more = ", ..." if len(places) > _PLACES else ""
    where = ", ".join(places[:_PLACES])
    return f"  {len(alike)} of them ({where}{more}; --verbose tells each): {alike[0].message}"


def _place(remark: Remark) -> str:
    return str(remark.place) or remark.key


def _lines(remark: Remark) -> Iterator[str]:
    yield f"  {_place(remark)}: {remark.message}"
    if remark.example:
        lead = {field: text for field, text in remark.example.items() if field != "goes to"}
        taker = remark.example.get("goes to")
        yield f"      for example: {example(lead)}{f' goes to {taker}' if taker else ''}"
    if remark.remedy:
        yield f"      to do: {remark.remedy}"


def _total(told: list[Remark], ignored: int) -> str:
    counts = Counter(remark.severity for remark in told)
    counted = [_counted(counts[severity], severity) for severity in Severity if counts[severity]]
    said = ", ".join(counted) or "Nothing to complain of"
    left_out = f" {ignored} left out (lint.ignore)." if ignored else ""
    return f"{said}.{left_out}" + (" What each means: docs/check.md." if counted else "")


def _counted(count: int, severity: Severity) -> str:
    return f"{count} {severity}" + ("s" if count > 1 else "")
