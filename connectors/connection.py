"""What all connections' settings share, and how they are read from file and environment."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from connectors.http import Patience
from leads.errors import ConfigError

Seconds = Annotated[float, Field(gt=0)]


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("not an address: it begins with https://, as in https://host.example.com")
    return text


class Connection(BaseModel):
    """How to reach one vendor. `base_url` replaces its own address (a sandbox, a proxy)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: Annotated[str, AfterValidator(_address)] | None = None
    connect_timeout: Seconds = 5.0
    read_timeout: Seconds = 30.0
    attempts: Annotated[int, Field(ge=1)] = 4
    first_pause: Seconds = 0.5

    @property
    def patience(self) -> Patience:
        return Patience(attempts=self.attempts, first_pause=self.first_pause)


C = TypeVar("C", bound=BaseModel)


def read_connection(
    kind: type[C],
    source: str,
    connection: Mapping[str, Any],
    environ: Mapping[str, str],
    secrets: Mapping[str, str],
) -> C:
    """
    Make `kind` of a source's connection. `secrets` maps its fields to variables of `environ`.

    Raises ConfigError that names each variable not set and each key that is wrong.
    """
    required = {n for n, f in kind.model_fields.items() if f.is_required()}
    found = {field: environ.get(variable, "") for field, variable in secrets.items()}
    missing = [v for field, v in secrets.items() if field in required and not found[field]]
    if missing:
        raise ConfigError([f"{source}: {v} is not set in the environment" for v in missing])
    from_environ = {field: text for field, text in found.items() if text}
    try:
        return kind.model_validate({**connection, **from_environ})
    except ValidationError as error:
        named = {f: v for f, v in secrets.items() if f in from_environ or f not in connection}
        problems = [_problem(source, each, named, from_environ) for each in error.errors()]
        raise ConfigError(problems) from None


def _problem(
    source: str, error: ErrorDetails, variables: Mapping[str, str], given: Mapping[str, str]
) -> str:
    """Name the variable where the value came from one: its reader has no such key in a file."""
    place, field = error["loc"], str((*error["loc"], "")[0])
    key = ".".join(["sources", source, "connection", *map(str, place)])
    # `input` is left out: it may be a secret.
    message = error["msg"].removeprefix("Value error, ")
    if field in given:
        return f"{source}: {variables[field]} in the environment: {message}"
    other = f" (or {variables[field]} in the environment)" if field in variables else ""
    return f"{key}{other}: {message}"
