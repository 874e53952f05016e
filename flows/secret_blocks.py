"""Secrets that Prefect keeps: a variable may name a Secret block in place of holding the value."""

from collections.abc import Callable, Mapping
from typing import Any

from leads.errors import ConfigError

PREFIX = "secret-block:"
WHOLE = "credentials-block:"
_CREDENTIALS = "_CREDENTIALS"
_SECRET = "secret"  # noqa: S105  (Prefect's name of the type)
_VALUE = "value"

Read = Callable[[str], str]
ReadWhole = Callable[[str, str], Mapping[str, str]]


class NoSecret(Exception):
    """Why a block's value cannot be had."""


def revealed(
    environ: Mapping[str, str], read: Read | None = None, read_whole: ReadWhole | None = None
) -> Mapping[str, str]:
    """
    Answer `environ` with what blocks hold in the place of their names.

    `secret-block:NAME` is one value; FIRSTTOUCH_HUBSPOT_CREDENTIALS=credentials-block:NAME is all
    that the block of that vendor has, where no variable says otherwise. Asks Prefect only where a
    block is named. Raises ConfigError naming each variable whose block cannot be read.
    """
    found, unread = _found(environ, read, read_whole)
    if unread:
        raise ConfigError([f"{key}: {why}" for key, why in unread.items()])
    return {**environ, **found} if found else environ


def revealed_in_part(
    environ: Mapping[str, str], read: Read | None = None, read_whole: ReadWhole | None = None
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Answer the same, blank where a block cannot be read, and by variable why it cannot."""
    found, unread = _found(environ, read, read_whole)
    return {**environ, **found, **dict.fromkeys(unread, "")}, unread


def _found(
    environ: Mapping[str, str], read: Read | None, read_whole: ReadWhole | None
) -> tuple[dict[str, str], dict[str, str]]:
    """Return what blocks hold, and why others cannot be read, by variable."""
    found: dict[str, str] = {}
    unread: dict[str, str] = {}
    for key, text in environ.items():
        kind = next((each for each in (PREFIX, WHOLE) if text.startswith(each)), None)
        if kind is None:
            continue
        name = text.removeprefix(kind).strip()
        try:
            if kind == PREFIX:
                found[key] = (read or from_prefect)(name)
            else:
                told = (read_whole or whole_from_prefect)(_slug_of(key), name)
                found |= {key: "", **_named(key, told, environ)}
        except NoSecret as error:
            what = "Secret" if kind == PREFIX else "credentials"
            unread[key] = f"Prefect's {what} block {name!r}: {error}"
    return found, unread


def _slug_of(key: str) -> str:
    """Return the block type that a variable such as FIRSTTOUCH_META_ADS_CREDENTIALS is of."""
    if not key.endswith(_CREDENTIALS):
        raise NoSecret("only variables such as FIRSTTOUCH_HUBSPOT_CREDENTIALS name such a block")
    return key.removesuffix(_CREDENTIALS).lower().replace("_", "-")


def _named(key: str, told: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    prefix = key.removesuffix(_CREDENTIALS)
    variables = {f"{prefix}_{field.upper()}": text for field, text in told.items()}
    return {name: text for name, text in variables.items() if not environ.get(name)}


def from_prefect(name: str) -> str:
    """Read a Secret block at PREFECT_API_URL. Raises NoSecret."""
    value = _read(name, _SECRET).get(_VALUE)
    if not isinstance(value, str) or not value.strip():
        raise NoSecret("it is empty, or no text: edit its value")
    return value


def whole_from_prefect(slug: str, name: str) -> Mapping[str, str]:
    """Read the filled fields of a vendor's block at PREFECT_API_URL. Raises NoSecret."""
    found = _read(name, slug)
    return {field: text for field, text in found.items() if isinstance(text, str) and text.strip()}


def _read(name: str, slug: str) -> Mapping[str, object]:
    # Seconds, which only who keeps secrets there should pay.
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL

    from flows.prefect_server.api import refused

    if not PREFECT_API_URL.value():
        raise NoSecret("PREFECT_API_URL is not set, so nobody can be asked for it")
    try:
        with get_client(sync_client=True) as client:
            return _data_of(client, name, slug)
    except httpx.HTTPError as error:
        raise NoSecret(refused("PREFECT_API_URL did not give it", error)) from None


def _data_of(client: Any, name: str, slug: str) -> Mapping[str, object]:
    from prefect.exceptions import ObjectNotFound

    try:
        found = client.read_block_document_by_name(name, slug, include_secrets=True)
    except ObjectNotFound:
        kinds = {each.slug: each.name for each in client.read_block_types()}
        told = f"make it under Blocks, of type {kinds.get(slug, slug)}"
        raise NoSecret(f"there is none of that name: {told}") from None
    data: Mapping[str, object] = found.data
    return data
