"""An app in two HubSpot portals signs what both send: only ours is obeyed."""

import json
from datetime import timedelta

import pytest

from connectors.hubspot import webhook as hubspot
from connectors.hubspot.portal import OwnPortal
from connectors.inbound import Notice, Unread
from leads.errors import TransientError
from tests.unit.test_fuzz_webhooks import NOW, SECRET, URL

OURS, THEIRS = 44004400, 55005500
OTHER = Unread(
    problem="an event of another portal, which is not obeyed", about=f"portalId {THEIRS}"
)


def event(deed, number, portal=None, **more):
    named = {} if portal is None else {"portalId": portal}
    told = {"subscriptionType": f"contact.{deed}", "objectId": number, "eventId": 7}
    return {**told, **named, **more}


def judged(*events, portal=str(OURS), kind="contacts"):
    body, stamp = json.dumps(events).encode(), str(int(NOW.timestamp() * 1000))
    return hubspot.verify_webhook(
        method="POST",
        uri=URL,
        body=body,
        timestamp=stamp,
        signature=hubspot.sign("POST", URL, body, stamp, SECRET),
        secret=SECRET,
        now=NOW,
        kind=kind,
        portal=portal,
    )


@pytest.mark.parametrize("named", [OURS, str(OURS), None])
def test_ours_is_obeyed(named):
    told = judged(event("creation", 1, named), event("privacyDeletion", 2, named))
    assert told == (Notice(source="hubspot", ids=("1",), erased=("2",), erases_person=True),)


@pytest.mark.parametrize("deed", ["creation", "propertyChange", "merge", "privacyDeletion"])
def test_another_portals_is_not_and_is_told_once_and_alike(deed):
    told = judged(event(deed, 1, THEIRS), event(deed, 2, THEIRS, eventId=8))
    assert told == (Notice(source="hubspot", unread=(OTHER,)),)


def test_ours_beside_it_is():
    told = judged(event("privacyDeletion", 1, THEIRS), event("privacyDeletion", 2, OURS))
    assert told == (Notice(source="hubspot", erased=("2",), erases_person=True, unread=(OTHER,)),)


@pytest.mark.parametrize("portal", ["ana@example.com", "", None, [OURS], {"id": OURS}])
def test_a_portal_that_is_none_of_ours_is_not_repeated(portal):
    (notice,) = judged({**event("privacyDeletion", 1), "portalId": portal})
    assert not notice.is_usable
    assert [each.about for each in notice.unread] == [""]


def test_of_what_another_portal_has_beside_contacts_nothing_is_said():
    company = {"subscriptionType": "company.creation", "objectId": 1, "portalId": THEIRS}
    assert judged(company) == ()
    assert judged(event("privacyDeletion", 1, THEIRS), kind="leads") == ()


def test_while_ours_is_not_known_an_order_waits_for_a_person_and_records_are_read():
    told = judged(event("creation", 1, OURS), event("privacyDeletion", 2, OURS), portal=None)
    (notice,) = told
    assert (notice.ids, notice.erased) == (("1",), ())
    (order,) = notice.unread
    assert order.erases
    assert order.told() == (
        "privacyDeletion, and HubSpot could not be asked which portal is ours "
        f"(objectId 2, portalId {OURS}, eventId 7)"
    )


def test_an_order_that_waits_is_not_read_back_in():
    asked = event("propertyChange", 2, OURS), event("privacyDeletion", 2, OURS)
    (notice,) = judged(*asked, portal=None)
    assert not notice.is_usable


class Account:
    """HubSpot, which may not answer."""

    def __init__(self, *answers):
        self.answers, self.asked, self.at = list(answers), 0, NOW
        self.portal = OwnPortal(None, self._account, lambda: self.at)

    def _account(self):
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def learnt(self, seconds=0):
        self.at += timedelta(seconds=seconds)
        self.portal.learn()
        return self.portal.number


def test_it_is_asked_once():
    account = Account({"portalId": OURS})
    assert [account.learnt(), account.learnt(3600)] == [str(OURS)] * 2
    assert account.asked == 1


@pytest.mark.parametrize("silence", [{}, {"portalId": None}, TransientError("hubspot", "x", "y")])
def test_who_does_not_answer_is_left_alone_for_a_minute(silence):
    account = Account(silence, {"portalId": OURS})
    assert [account.learnt(), account.learnt(59)] == [None, None]
    assert account.asked == 1
    assert account.learnt(1) == str(OURS)


def test_a_configured_one_is_not_asked_for():
    portal = OwnPortal(OURS, lambda: {"portalId": THEIRS}, lambda: NOW)
    portal.learn()
    assert portal.number == str(OURS)
