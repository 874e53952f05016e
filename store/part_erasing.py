"""The right to erasure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from leads.erasure import Erasure, Subject
from leads.keys import LeadKey
from store import erasing, merges, person_search
from store.part import Part
from store.schema import metadata


class Erasing(Part):
    """Who is erased, and who was."""

    def erase(
        self, subject: Subject, *, asked_by: str, now: datetime, is_rehearsal: bool = False
    ) -> Erasure:
        """
        Erase a person everywhere, at once; a rehearsal does and undoes it.

        Safe to repeat: `before` says when it was done first. `asked_by` must name nobody.
        """
        with self._db.alone("erasing a person") as connection:
            done = erasing.erase(connection, subject, asked_by, now)
            if is_rehearsal:
                connection.rollback()
        return done

    def note_merged(self, crm: str, merged: Mapping[str, Iterable[str]]) -> None:
        """Keep, by what is left of them, which records were merged."""
        self._db.write_alone(
            f"noting what was merged in {crm}", lambda c: merges.save(c, crm, merged)
        )

    def overwrite_erased(self) -> bool:
        """Let the database's files forget what was deleted; False: somebody reads them, later."""
        return self._db.overwrite_deleted("overwriting what was erased", metadata.tables)

    def leads_by_phone(self, phone: str) -> list[LeadKey]:
        """Whoever has this number (E.164), each by one key: colleagues may share one."""
        return self._db.read(
            "looking for a number", lambda c: person_search.leads_by_phone(c, phone)
        )
