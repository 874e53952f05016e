"""The store: everything that must survive a crash, behind one class."""

from collections.abc import Callable
from typing import Self

from leads.errors import StoreError
from store.database import Database
from store.engine import expect_there, may_write
from store.migrate import expect_current, migrate, migrate_existing
from store.part_accounting import Accounting
from store.part_activity import Watching
from store.part_alerting import Alerting
from store.part_answering import Answering
from store.part_backfilling import Backfilling
from store.part_erasing import Erasing
from store.part_giving import Giving
from store.part_keeping import Keeping
from store.part_learning import Learning
from store.part_reading import Reading
from store.part_reporting import Reporting
from store.part_reviewing import Reviewing
from store.part_running import Running


class Store(
    Running,
    Reading,
    Giving,
    Reviewing,
    Backfilling,
    Answering,
    Alerting,
    Erasing,
    Accounting,
    Watching,
    Reporting,
    Learning,
    Keeping,
):
    """
    Every method is one transaction, safe from any thread or process. Raises StoreError only.

    Inside `with store.desk(...)` use the desk: another writing method would wait for it in vain.
    """

    @classmethod
    def open(cls, url: str) -> Self:
        """
        Open, creating or migrating what is there: `sqlite:///var/firsttouch.db` or
        `postgresql+psycopg://USER:PASSWORD@HOST/DATABASE`.
        """
        return cls._with(Database.at(url), migrate)

    @classmethod
    def open_existing(cls, url: str) -> Self:
        """Open, migrating what is there. Raises StoreError where there is nothing: makes none."""
        expect_there(url)
        return cls._with(Database.at(url), migrate_existing)

    @classmethod
    def open_to_read(cls, url: str) -> Self:
        """
        Do the same for whoever changes nothing: also a file that may only be read.

        What is written all the same raises StoreError.
        """
        expect_there(url)
        if may_write(url):
            return cls._with(Database.at(url), migrate_existing)
        return cls._with(Database.to_read(url), expect_current)

    @classmethod
    def _with(cls, database: Database, ready: Callable[[Database], object]) -> Self:
        try:
            ready(database)
        except StoreError:
            database.close()
            raise
        return cls(database)

    def close(self) -> None:
        self._db.close()
