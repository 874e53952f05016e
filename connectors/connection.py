"""What all connections' settings share, and how they are read from file and environment."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.http import Patience
from leads.errors import ConfigError

Seconds = Annotated[float, Field(gt=0)]


class Connection(BaseModel):
    """How to reach one vendor. `base_url` replaces its own address (a sandbox, a proxy)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str | None = None
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
    given = {**connection, **{field: text for field, text in found.items() if text}}
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        # `input` is left out: it may be a secret.
        raise ConfigError([_problem(source, e["loc"], e["msg"]) for e in error.errors()]) from None


def _problem(source: str, place: tuple[int | str, ...], message: str) -> str:
    return ".".join(["sources", source, "connection", *map(str, place)]) + f": {message}"
