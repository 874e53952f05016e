"""What may befall a process at one of its steps, and how it is mended before the next begins."""

import os
import resource
import signal
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, Engine, event

from store.schema import metadata
from tests.postgres import Machine, administrator


class Calamity(StrEnum):
    """All but the power cut and the clock leave the process alive, to see its work fail."""

    KILLED = "killed"
    DISK_FULL = "disk full"
    READ_ONLY = "read-only"
    DATABASE_GONE = "database gone"
    CLOCK_SET_BACK = "killed, then the clock set back one hour"

    @property
    def is_survived(self) -> bool:
        return self not in (Calamity.KILLED, Calamity.CLOCK_SET_BACK)

    @property
    def set_back(self) -> timedelta:
        """By how much our own clock goes wrong; the vendors' stay right."""
        return timedelta(hours=1 if self is Calamity.CLOCK_SET_BACK else 0)


OF = {
    "sqlite": (Calamity.DISK_FULL, Calamity.READ_ONLY, Calamity.CLOCK_SET_BACK),
    "postgresql": (
        Calamity.DISK_FULL,
        Calamity.DATABASE_GONE,
        Calamity.READ_ONLY,
        Calamity.CLOCK_SET_BACK,
    ),
}
"""Beside being killed."""

_FULL_DISK = """
CREATE TABLE full_disk (since TIMESTAMP DEFAULT now());
CREATE FUNCTION refuse_to_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM full_disk) THEN
    RAISE EXCEPTION USING ERRCODE = 'disk_full',
      MESSAGE = 'could not extend file "base/5/16384": No space left on device';
  END IF;
  RETURN NULL;
END $$
"""
_GROWS = """
CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON {} EXECUTE FUNCTION refuse_to_grow()
"""
_READ_ONLY = "default_transaction_read_only"


def prepare(url: str) -> None:
    """
    Make a PostgreSQL database able to be full.

    A disk of its own cannot be filled without the rights of root, and ours is everybody's. So its
    tables refuse to grow with the server's own error for it, raised by the server inside the
    statement, in the middle of the transaction, as by a real one; a disk that is full for the
    server's log of changes as well takes the server down, which is the calamity after this one.
    """
    if url.startswith("sqlite"):
        return
    with administrator(url) as command:
        command(_FULL_DISK)
        for table in metadata.sorted_tables:
            command(_GROWS.format(table.name))


def strike(calamity: Calamity, url: str, data: Path | None) -> None:
    """From here on, in this process; `data` is where a PostgreSQL server keeps its own."""
    match calamity:
        case Calamity.KILLED | Calamity.CLOCK_SET_BACK:
            os.kill(os.getpid(), signal.SIGKILL)
        case Calamity.DISK_FULL if not url.startswith("sqlite"):
            with administrator(url) as command:
                command("INSERT INTO full_disk DEFAULT VALUES")
        case Calamity.DISK_FULL:
            # No file grows or is written any more: what is left of a disk that others filled.
            resource.setrlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        case Calamity.READ_ONLY if url.startswith("sqlite"):
            event.listen(Engine, "engine_connect", _forbid_writing)
        case Calamity.READ_ONLY:
            _set_read_only(url, f"SET {_READ_ONLY} = on")
        case Calamity.DATABASE_GONE:
            assert data is not None
            Machine(data).stop()


def mend(calamity: Calamity, url: str, data: Path | None) -> None:
    """In the process that watches; what ended with the other one needs no mending."""
    if calamity is Calamity.DATABASE_GONE and data is not None:
        Machine(data).start()
    if calamity is Calamity.DISK_FULL and not url.startswith("sqlite"):
        with administrator(url) as command:
            command("DELETE FROM full_disk")
    if calamity is Calamity.READ_ONLY and not url.startswith("sqlite"):
        _set_read_only(url, f"RESET {_READ_ONLY}")


def _forbid_writing(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA query_only = ON")


def _set_read_only(url: str, how: str) -> None:
    """As when a server became the replica of another one."""
    with administrator(url) as command:
        command(f"ALTER SYSTEM {how}")
        command("SELECT pg_reload_conf()")
