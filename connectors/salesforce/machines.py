"""Which of the org's users are no people: what they do is nobody's touch."""

import threading
from collections.abc import Callable, Sequence

from connectors.salesforce import soql
from connectors.salesforce.client import Row, SalesforceClient
from connectors.salesforce.failures import NAME
from connectors.salesforce.key_prefixes import USER
from leads.errors import TransientError
from leads.keys import CrmOwnerId

_PEOPLE = ("Standard", "PowerPartner", "PowerCustomerSuccess", "CustomerSuccess")
_OPERATION = "read users that are no people"


class Machines:
    """
    Asks once: ourselves, users of the system's types, those that mean "nobody yet", and `named`.

    An integration has an ordinary licence, so only its name can tell: hence `named`.
    """

    def __init__(
        self,
        client: SalesforceClient,
        named: Sequence[str],
        unowned: Callable[[], frozenset[CrmOwnerId | None]],
    ) -> None:
        self._client, self._named, self._unowned = client, named, unowned
        self._ids: frozenset[str] | None = None
        self._us: str | None = None
        self._lock = threading.Lock()

    def doer(self, *users: str | None) -> CrmOwnerId | None:
        """Answer the first of `users` that is a person."""
        machines = self._known()
        for user in users:
            if user and user.startswith(USER) and user not in machines:
                return CrmOwnerId(user)
        return None

    def ourselves(self) -> str:
        """Answer the id of the user this program is logged in as; asks once."""
        if self._us is None:
            self._us = self._ask_who_we_are()
        return self._us

    def _ask_who_we_are(self) -> str:
        answer = self._client.ask("read who we are", lambda api: api.restful(""))
        identity = answer.get("identity") if isinstance(answer, dict) else None
        if not identity:
            raise TransientError(NAME, "read who we are", "the answer has no identity")
        return str(identity).rpartition("/")[2]

    def _known(self) -> frozenset[str]:
        with self._lock:
            if self._ids is None:
                ids = {row["Id"] for row in self._rows()} | {self.ourselves()}
                self._ids = frozenset(ids | {str(o) for o in self._unowned() if o})
            return self._ids

    def _rows(self) -> list[Row]:
        condition = f"UserType NOT IN {soql.quoted(_PEOPLE)}"
        if self._named:
            condition += f" OR Name IN {soql.quoted(self._named)}"
            condition += f" OR Username IN {soql.quoted(self._named)}"
        text = f"SELECT Id FROM User WHERE {condition}"  # noqa: S608  (quoted)
        return self._client.repeat_rows(_OPERATION, text)
