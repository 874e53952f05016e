"""What every part of the store stands on."""

from store.database import Database


class Part:
    """Questions and orders to one database that have to do with each other."""

    def __init__(self, database: Database) -> None:
        self._db = database
