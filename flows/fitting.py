"""Whether a configuration fits the make-believe vendors of the demo, told as a short list."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from connectors.findings import Severity
from flows.plurals import count_of
from flows.wiring import DEFAULT_CONFIG, Wiring, config_folder, open_wiring
from leads.errors import ConfigError
from routing.wording import listed

_NAMED = 5
_LONG = 200


def must_fit(config: Path | None, environ: Mapping[str, str]) -> None:
    """Raise ConfigError with what the sandbox vendors lack of what a configuration names."""
    folder = config_folder(config)
    if folder.resolve() == DEFAULT_CONFIG:
        return
    with (
        TemporaryDirectory() as scratch,
        open_wiring(config, f"sqlite:///{scratch}/fit.db", environ) as wiring,
    ):
        lacking = [line for name in wiring.configuration.sources for line in _lacking(wiring, name)]
    if lacking:
        remedy = "take the ids and fields of config/example, whose vendors these are"
        raise ConfigError(
            [
                f"{folder} does not fit the demo's make-believe vendors:",
                *(f"    {line}" for line in lacking),
                f"{remedy}; or leave out --config. Your own vendors: `firsttouch doctor`",
            ]
        )


def _lacking(wiring: Wiring, name: str) -> Iterator[str]:
    if name in wiring.unready:
        yield from wiring.unready[name].problems
        return
    for finding in wiring.sources[name].check():
        if finding.severity is Severity.ERROR:
            yield f"{name}: {_in_short(finding.text)}"
    if name in wiring.crms:
        yield from _owners(wiring, name)


def _owners(wiring: Wiring, crm: str) -> Iterator[str]:
    """Name those whose id the CRM has not, all in one line."""
    known = {owner.crm_id for owner in wiring.crms[crm].owners()}
    owners = wiring.configuration.policy.owners.values()
    strangers = [o.id for o in owners if crm in o.crm and o.crm[crm] not in known]
    if strangers:
        more = len(strangers) - _NAMED
        named = listed([*strangers[:_NAMED], *([f"{more} more"] if more > 0 else [])])
        yield f"{crm} does not know the id of {count_of(len(strangers), 'owner')}: {named}"


def _in_short(text: str) -> str:
    """Leave out a long list of what there would be to choose from."""
    return text if len(text) <= _LONG else text.partition(" (there are: ")[0]
