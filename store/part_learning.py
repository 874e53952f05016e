"""Versions of the model, and the past they learn from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from store import models, past_leads
from store.model_rows import Agreement, ModelRow, ModelState, PastRow
from store.part import Part


class Learning(Part):
    """At most one version is in force; whoever decides asks for it at the desk."""

    def past_leads(self, since: datetime) -> list[PastRow]:
        """List leads decided since then, with who touched them first and what came of them."""
        return self._db.read(
            "reading what came of leads", lambda c: past_leads.past_leads(c, since)
        )

    def add_model(self, row: ModelRow) -> int:
        """Keep a version under the next number, which is answered; the row's own is not used."""
        return self._db.write_alone("keeping a model", lambda c: models.add(c, row))

    def models(self) -> list[ModelRow]:
        """List every version, the newest last."""
        return self._db.read("reading the models", models.all_versions)

    def model(self, version: int) -> ModelRow | None:
        return self._db.read("reading a model", lambda c: models.version(c, version))

    def model_in_force(self) -> ModelRow | None:
        return self._db.read("reading the model in force", models.in_force)

    def latest_model(self) -> ModelRow | None:
        """Answer the version whose state was set last."""
        return self._db.read("reading how the models stand", models.latest)

    def set_model_state(
        self, version: int, state: ModelState, *, by: str, why: str, now: datetime
    ) -> None:
        """Put a version in force, stop it or take it back. Raises StoreError for none of these."""
        self._db.write_alone(
            f"setting model version {version} {state.value}",
            lambda c: models.set_state(c, version, state, by=by, why=why, now=now),
        )

    def interrupted_model(self) -> ModelRow | None:
        """Answer the version after which none is in force until a person starts one."""
        return self._db.read("reading how the models stand", models.interrupted)

    def agreement(self, version: int, now: datetime, since: datetime | None = None) -> Agreement:
        """Count what people said to a version's proposals, made since then if stated."""
        return self._db.read(
            "counting reviews of a model", lambda c: models.agreement(c, version, now, since)
        )

    def set_prices(self, version: int, prices: Mapping[str, Any], now: datetime) -> None:
        self._db.write_alone(
            "pricing owners' time", lambda c: models.set_prices(c, version, prices, now)
        )
