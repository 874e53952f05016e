"""Bodies of strangers: what is read, what is refused, and that a refusal repeats nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.inbound import Refusal, hmac_sha256, is_plain_id, is_same
from connectors.inbound_json import DEEPEST, Unreadable, read_json
from connectors.linkedin_ads import webhook as linkedin
from connectors.meta_ads import webhook as meta
from connectors.webhook.shape import Leads, read_shape

FINITE = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def nested(levels: int, end: str = "") -> bytes:
    return ("[" * levels + end + "]" * levels).encode()


@given(JSON)
def test_whatever_json_can_say_is_read_as_it_is(told):
    assert read_json(json.dumps(told).encode()) == told


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"\xff{}", "UTF-8"),
        ("{}".encode("utf-16"), "UTF-8"),
        (b'{"secret@example.com": 1, "secret@example.com": 2}', "one key twice"),
        (b'[{"a": {"b": 1, "b": 1}}]', "one key twice"),
        (b'{"score": NaN}', "number"),
        (b"[-Infinity]", "number"),
        (b"1e999", "number"),
        (b"9" * 5_000, "not JSON"),
        (nested(DEEPEST + 1), "deeper"),
        (nested(400, "{}"), "deeper"),
        (nested(100_000), "deeper"),
        (b'{"a":' * 100_000, "deeper"),
    ],
)
def test_what_is_refused_and_why(body, problem):
    with pytest.raises(Unreadable, match=problem) as refused:
        read_json(body)
    assert "secret" not in str(refused.value)


def test_as_deep_as_is_allowed():
    assert read_json(nested(DEEPEST)) == json.loads(nested(DEEPEST))


@given(st.text(), st.text())
def test_only_the_same_is_the_same_and_nothing_is_never(one, other):
    assert is_same(one, other) == (one == other != "")


def test_no_secret_opens_nothing():
    """Where an empty one was passed on, whoever signs with nothing would be let in."""
    body = b"{}"
    forged = hmac_sha256("", body)
    assert isinstance(meta.verify_webhook(body, f"sha256={forged}", ""), Refusal)
    asked = {"hub.mode": "subscribe", "hub.challenge": "7", "hub.verify_token": ""}
    assert isinstance(meta.answer_challenge(asked, ""), Refusal)
    signed = hmac_sha256("", b"hmacsha256=" + body)
    assert isinstance(linkedin.verify_notification(body, signed, ""), Refusal)
    code = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
    assert isinstance(linkedin.answer_challenge(code, ""), Refusal)


@pytest.mark.parametrize(
    "record_id",
    [
        "",
        "  ",
        "x" * 201,
        "a\nb",
        "\x1b[2J",
        "a\x00",
        "\ud800",
        "\u202etxt.exe",
        "\x9b31m",
        None,
        1,
    ],
)
def test_ids_that_could_not_be_shown(record_id):
    assert not is_plain_id(record_id)


@pytest.mark.parametrize("record_id", ["7", "00Qxx0000012345AAA", "form 7/ñ", "<b>", "a'b"])
def test_ids_that_can(record_id):
    assert is_plain_id(record_id)


@pytest.mark.parametrize(
    ("lead", "field"),
    [
        ({"id": "\x1b]0;gone\x07"}, "id"),
        ({"id": "ana@example.com"}, "id"),
        ({"id": 1, "custom.\x1b[31m": "x"}, "custom.\x1b[31m"),
        ({"id": 1, f"custom.{'x' * 200}": "x"}, f"custom.{'x' * 53}..."),
    ],
)
def test_ids_and_names_that_are_not_taken(lead, field):
    shape = read_shape(json.dumps(lead).encode())
    assert isinstance(shape, Refusal)
    assert [error.field for error in shape.errors] == [field]


def test_what_a_person_writes_is_theirs():
    """Values are not refused: a lead is a lead, whatever is in its name."""
    lead = {"id": 1, "first_name": "=1+1\x1b[31m", "custom.note": "\ud800"}
    assert isinstance(read_shape(json.dumps(lead).encode()), Leads)
