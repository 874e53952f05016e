"""Secrets that Prefect keeps: a variable may name a Secret block in place of holding the value."""

from collections.abc import Callable, Mapping

from leads.errors import ConfigError

PREFIX = "secret-block:"

Read = Callable[[str], str]


class NoSecret(Exception):
    """Why a block's value cannot be had."""


def revealed(environ: Mapping[str, str], read: Read | None = None) -> Mapping[str, str]:
    """
    Answer `environ` with what the blocks hold in the place of their names; `secret-block:NAME`.

    Asks Prefect only where a block is named. Raises ConfigError naming each variable whose block
    cannot be read.
    """
    named = {key: text for key, text in environ.items() if text.startswith(PREFIX)}
    if not named:
        return environ
    found: dict[str, str] = {}
    problems: list[str] = []
    for key, text in named.items():
        name = text.removeprefix(PREFIX).strip()
        try:
            found[key] = (read or from_prefect)(name)
        except NoSecret as error:
            problems.append(f"{key}: Prefect's Secret block {name!r}: {error}")
    if problems:
        raise ConfigError(problems)
    return {**environ, **found}


def from_prefect(name: str) -> str:
    """Read a Secret block at PREFECT_API_URL. Raises NoSecret."""
    # Seconds, which only who keeps secrets there should pay.
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound
    from prefect.settings import PREFECT_API_URL

    if not PREFECT_API_URL.value():
        raise NoSecret("PREFECT_API_URL is not set, so nobody can be asked for it")
    try:
        with get_client(sync_client=True) as client:
            block = client.read_block_document_by_name(name, "secret", include_secrets=True)
    except ObjectNotFound:
        raise NoSecret("there is none of that name: make it under Blocks, of type Secret") from None
    except httpx.HTTPError as error:
        problem = f"PREFECT_API_URL did not give it ({type(error).__name__}): does its server run?"
        raise NoSecret(problem) from None
    value = block.data.get("value")
    if not isinstance(value, str) or not value.strip():
        raise NoSecret("it is empty, or no text: edit its value")
    return value
