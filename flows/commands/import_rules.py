"""`firsttouch import`: routing rules of a CRM, from its files into this configuration."""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from shlex import quote

from config.importing.ground import Ground, survey
from config.importing.translation import FILE, Translation, translate
from config.load import from_texts
from connectors import registry
from connectors.hubspot.workflow_users import by_user
from connectors.hubspot.workflows import read_workflows
from connectors.rule_sheet import RuleSheet
from connectors.salesforce.assignment_rules import read_rules
from connectors.starting import starting_setup
from flows.exits import DONE, DONE_WITH_FAILURES, note
from flows.plurals import count_of
from flows.secret_blocks import revealed
from flows.wiring import utc_now
from leads.errors import ConfigError
from leads.normalise.country import read_country
from leads.record import CrmOwner

_HUBSPOT = "hubspot"
_BLANK = b"\xef\xbb\xbf \t\r\n"


def run(
    files: Sequence[Path], into: Path, *, country: str | None = None, online: bool, as_json: bool
) -> None:
    """
    Write one file into the folder, or nothing; exit 1 when some rule could not be translated.

    With `online` HubSpot is asked who the users are that a workflow names. Raises ConnectorError.
    """
    ground = survey(into)
    target = into / FILE
    if target.exists():
        raise ConfigError([f"{target} is there already: keep it under another name, or delete it"])
    contents = [(path, _content(path)) for path in files]
    users = _users(ground) if online and any(_is_hubspots(*each) for each in contents) else None
    sheets = [_sheet(path, text, ground, users) for path, text in contents]
    found = translate(sheets, ground, country and _code(country))
    written = {**found.changed, FILE: found.text}
    from_texts({**ground.files, **written})
    for name, text in written.items():
        _write(into / name, text)
    _tell(found, target, as_json=as_json)
    raise SystemExit(DONE_WITH_FAILURES if found.refused else DONE)


def _code(country: str) -> str:
    known = read_country(country)
    if known.value is None or known.flaw is not None:
        hint = f"; did you mean {known.value}?" if known.value else ", such as US"
        raise ConfigError([f"--country {country}: write the ISO 3166-1 code{hint}"])
    return known.value


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read ({error.strerror})"]) from None


def _is_hubspots(path: Path, content: bytes) -> bool:
    return path.suffix == ".json" or content.lstrip(_BLANK).startswith((b"{", b"["))


def _users(ground: Ground) -> dict[str, CrmOwner]:
    setup = starting_setup(_HUBSPOT, utc_now())
    connection = ground.connection(_HUBSPOT)
    with closing(registry.build(_HUBSPOT, setup, connection, revealed(os.environ))) as crm:
        assert isinstance(crm, registry.Crm)
        return by_user(crm.owners())


def _sheet(
    path: Path, content: bytes, ground: Ground, users: Mapping[str, CrmOwner] | None
) -> RuleSheet:
    if _is_hubspots(path, content):
        return read_workflows(content, path.name, ground.fields(_HUBSPOT), users)
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
    folder = quote(str(target.parent))
    return [line for line in lines if line] + [f"Next: firsttouch check --config {folder}"]


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
