"""`firsttouch import`: routing rules of a CRM, from its files into this configuration."""

import json
from collections.abc import Sequence
from pathlib import Path

from config.importing.ground import Ground, survey
from config.importing.translation import FILE, Translation, translate
from config.load import from_texts
from connectors.hubspot.workflows import read_workflows
from connectors.rule_sheet import RuleSheet
from connectors.salesforce.assignment_rules import read_rules
from flows.exits import DONE, DONE_WITH_FAILURES, note
from flows.plurals import count_of
from leads.errors import ConfigError

_BLANK = b"\xef\xbb\xbf \t\r\n"


def run(files: Sequence[Path], into: Path, *, as_json: bool) -> None:
    """Write one file into the folder, or nothing; exit 1 when some rule could not be translated."""
    ground = survey(into)
    target = into / FILE
    if target.exists():
        raise ConfigError([f"{target} is there already: keep it under another name, or delete it"])
    found = translate([_read(path, ground) for path in files], ground)
    written = {**found.changed, FILE: found.text}
    from_texts({**ground.files, **written})
    for name, text in written.items():
        _write(into / name, text)
    _tell(found, target, as_json=as_json)
    raise SystemExit(DONE_WITH_FAILURES if found.refused else DONE)


def _read(path: Path, ground: Ground) -> RuleSheet:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read ({error.strerror})"]) from None
    if content.lstrip(_BLANK).startswith((b"{", b"[")):
        return read_workflows(content, path.name, ground.fields("hubspot"))
    return read_rules(content, path.name, ground.fields("salesforce"))


def _write(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise ConfigError([f"{target}: cannot be written ({error.strerror})"]) from None


def _tell(found: Translation, target: Path, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_json(found, target), ensure_ascii=False))
    else:
        for line in _lines(found, target):
            print(line)
    for each in found.refused:
        note(f"{each.place}: {each.rule} is not translated: {'; '.join(each.why)}")


def _lines(found: Translation, target: Path) -> list[str]:
    known = f"owners known already: {', '.join(found.matched)}" if found.matched else ""
    todo = ", ".join(found.to_complete)
    lines = [
        f"{target}: {count_of(found.rules, 'rule')}, {len(found.refused)} commented out",
        known,
        f"without an id in the CRM yet, so that they get no lead of it: {todo}" if todo else "",
        *found.notes,
    ]
    return [line for line in lines if line] + [f"Next: firsttouch check --config {target.parent}"]


def _json(found: Translation, target: Path) -> dict[str, object]:
    return {
        "file": str(target),
        "rules": found.rules,
        "untranslated": [
            {"place": each.place, "rule": each.rule, "why": list(each.why)}
            for each in found.refused
        ],
        "matched": list(found.matched),
        "to_complete": list(found.to_complete),
        "notes": list(found.notes),
    }
