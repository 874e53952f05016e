"""Leads that come back to the desk: refused by a CRM, handed back, or asked back by a status."""

from dataclasses import replace

from leads.keys import LeadKey, OwnerId
from store import asking_back, holds, lookup, refusals, returns
from store.desk_gathering import Gathering
from store.return_rows import AskedBack, HandBack
from store.rows import RefusedLead, StoredLead, WaitingLead


class Returning(Gathering):
    """Lets a decided lead wait again."""

    def stored(self, lead: LeadKey) -> StoredLead:
        """Answer all that is kept on one lead, as nobody else can change it meanwhile."""
        self.flush()
        return lookup.stored_lead(self._connection, lead)

    def reopen_refused(self, crm: str, *, but: OwnerId, limit: int) -> list[RefusedLead]:
        """
        Let leads wait again whose latest decision `crm` refused, and answer them, oldest first.

        Those refused for `but` are left alone. What is answered must be decided before the end.
        """
        self.flush()
        found = refusals.refused_leads(self._connection, crm, but=but, limit=limit)
        keys = [each.lead.key for each in found]
        refusals.reopen(self._connection, keys)
        back = returns.backs(self._connection, keys)
        return [replace(each, back=back.get(each.lead.key)) for each in found]

    def take_back(self, back: HandBack, *, is_void: bool) -> WaitingLead:
        """
        Let a decided lead wait again, and answer it: it must be decided or held before the end.

        Whoever hands it back has one lead less; with `is_void` the turn is undone for everybody.
        """
        self.flush()
        returns.take_back(self._connection, back, self._now, is_void=is_void)
        (waiting,) = self._with_backs([holds.one_waiting(self._connection, back.lead)])
        return waiting

    def returns_of(self, lead: LeadKey) -> list[HandBack]:
        """List who gave this lead up, or was not in touch in time; the first one first."""
        self.flush()
        return returns.returns_of(self._connection, lead)

    def asked_back(self, crm: str, *, limit: int) -> list[AskedBack]:
        """List records that a status in the CRM hands back, and nobody has answered."""
        self.flush()
        return asking_back.unanswered(self._connection, crm, limit)

    def answer_asked_back(self, asked: AskedBack) -> None:
        """Do not look at it again before its status is another one."""
        asking_back.answer(self._connection, asked, self._now)
