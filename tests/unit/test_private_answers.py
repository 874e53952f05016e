"""Numbers of payment cards and bank accounts, told from other numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.normalise.private_answers import is_private_answer

CARDS = [
    *("4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005"),
    *("3782 822463 10005", "6011000990139424", "2223003122003222", "4222222222222"),
    *(
        "my card is 4111 1111 1111 1111, thanks",
        "4111111111111111".translate({n: n + 0xFEE0 for n in range(0x30, 0x3A)}),
    ),
]
IBANS = [
    *("ES91 2100 0418 4502 0005 1332", "es9121000418450200051332", "NO93 8601 1117 947"),
    *("IBAN: DE89370400440532013000", "pay to GB82 WEST 1234 5698 7654 32 please"),
]
OTHERS = [
    *("4111111111111112", "ES91 2100 0418 4502 0005 1333", "52998224725", "120210000000000000"),
    *("+4915123456789", "0034600000000", "+34 600 000 000", "2026-11-22 10:00", "10,000-20,000"),
    *("https://shop.example/?order=4111111111111111", "x4111111111111111", "ZZ91 2100 0418 4502"),
]


@pytest.mark.parametrize("text", CARDS + IBANS)
def test_cards_and_accounts(text: str):
    assert is_private_answer(text)


@pytest.mark.parametrize("text", OTHERS)
def test_other_numbers(text: str):
    assert not is_private_answer(text)


def test_a_phone_without_its_plus_is_no_card():
    # Right by Luhn and of the length of the shortest cards.
    valid = [f"49151{rest:08}" for rest in range(23456000, 23456100)]
    assert not any(map(is_private_answer, valid))


@given(st.integers(0, 15), st.integers(1, 9))
def test_a_card_with_a_digit_that_is_wrong_is_a_number_as_any(at: int, by: int):
    digits = list("4111111111111111")
    digits[at] = str((int(digits[at]) + by) % 10)
    assert not is_private_answer("".join(digits))


@given(st.text())
def test_any_text_can_be_looked_at(text: str):
    assert is_private_answer(text) in {True, False}
