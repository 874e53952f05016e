"""A town all of whose leads are older than the installation: what backfills are for."""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.backfilling.backfill import Asked
from sandbox.town import Town
from sandbox.world.roster import REPS, Seat
from store.store import Store
from tests.e2e.killed_sync import killed
from tests.e2e.town_case import quick_config
from tests.e2e.witness import ownerless

SOON = (datetime.now(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
BEGAN = SOON - timedelta(days=29)  # as old as the eldest
SPAN = ("--since", BEGAN.date().isoformat(), "--until", SOON.date().isoformat())
_LIVE = {"intake": {"created_after": SOON.isoformat()}}


def older_config(folder: Path) -> Path:
    """The example's configuration, going live tomorrow."""
    return quick_config(folder, salesforce=_LIVE, hubspot=_LIVE)


def asked_of(source: str) -> Asked:
    return Asked(source=source, since=BEGAN, until=SOON)


def seat_of(owner: str) -> Seat | None:
    return next((s for s in REPS if s.name.split()[0].lower() == owner), None)


def record_of(assignment: dict[str, Any]) -> str:
    return str(assignment["lead"]).partition(":")[2]


@dataclass(frozen=True, slots=True)
class Past:
    """A town, our configuration of it, and the command line."""

    town: Town
    config: Path
    folder: Path
    command: Callable[..., Any]

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/firsttouch.db"

    @property
    def environment(self) -> dict[str, str]:
        ours = {"FIRSTTOUCH_CONFIG": str(self.config), "FIRSTTOUCH_STORE": self.url}
        return {**self.town.environment, **ours}

    def run(self, *words: str) -> Any:
        return self.command(*words, environment=self.environment)

    def ownerless(self, source: str) -> list[str]:
        """What nobody owns, but for records that cannot be contacted: they are set aside."""
        return [key for key in ownerless(self.town, source) if "-silent-" not in key]

    def plan(self, source: str = "salesforce", *more: str) -> dict[str, Any]:
        planned = self.run("backfill", "--source", source, *SPAN, "--json", *more)
        assert (planned.code, planned.err) == (0, "")
        found: dict[str, Any] = json.loads(planned.out)
        return found

    def apply(self, plan: dict[str, Any], *more: str) -> Any:
        return self.run("backfill", "--apply", plan["plan"], *more)

    def killed(self, step: str, number: int, words: Sequence[str]) -> None:
        """Run these words until they are killed; then let their leases be over."""
        killed(step, number, *words, environ=self.environment, folder=self.folder)
        self.let_leases_end()

    def let_leases_end(self) -> None:
        """As if some minutes had passed."""
        with closing(Store.open(self.url)) as opened, opened._db.engine.begin() as connection:
            leases = ("lease", "until"), ("delivery", "lease_until"), ("giving_back", "due_at")
            for table, column in leases:
                over = f"UPDATE {table} SET {column} = '2020-01-01 00:00:00'"
                connection.exec_driver_sql(f"{over} WHERE {column} IS NOT NULL")
            connection.exec_driver_sql("UPDATE delivery SET due_at = created_at")
