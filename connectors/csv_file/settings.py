"""Which file a configured CSV source reads."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from connectors.connection import read_connection


class CsvSettings(BaseModel):
    """`path` is looked up from the folder the program is started in, unless it is absolute."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path

    @classmethod
    def from_environment(
        cls, name: str, connection: Mapping[str, Any], environ: Mapping[str, str]
    ) -> Self:
        """Raises ConfigError naming what is missing or wrong."""
        return read_connection(cls, name, connection, environ, {})
