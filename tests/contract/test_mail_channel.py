"""What is told by e-mail, as it arrives at a mail server: to whom, and that it can be read."""

import pytest

from connectors.notify.channels import Channels
from leads.errors import TransientError
from leads.messages import Message
from tests.mail_room import mail_room

ALERT = (
    "data quality: meta_ads: phone is without its country code in 8 of the newest 8 numbers of "
    'form Spring & Co, against 0 of the 210 before. In the form of "999 999 999"'
)
MESSAGE = Message(
    title="Firsttouch: 1 to look at, 1 over",
    body=f"{ALERT}\n\nover: fallback: 12 of 20 → Núñez\nhttps://crm.example.com/551?a=1&b=2",
    email="ana@example.com",
)


@pytest.fixture
def room():
    with mail_room() as opened:
        yield opened


def tell(room, more=""):
    address = f"mailto://127.0.0.1:{room.port}?from=firsttouch@example.com&to={{email}}{more}"
    Channels({"mail": "MAIL"}, {"MAIL": address}).tell("mail", MESSAGE)


def test_a_mail_reaches_its_owner_as_text_whose_lines_wrap(room):
    tell(room)
    (mail,) = room.mails
    assert (mail["subject"], mail["to"]) == (MESSAGE.title, "ana@example.com")
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == MESSAGE.body.splitlines()


def test_who_asks_for_html_in_the_address_has_it(room):
    tell(room, "&format=html")
    (mail,) = room.mails
    assert mail.is_multipart()


def test_what_the_server_refuses_is_tried_again(room):
    room.refuse = True
    with pytest.raises(TransientError, match="not taken"):
        tell(room)
    assert room.mails == []
