"""Names of people."""

import pytest

from leads.keys import LeadKey
from leads.normalise.build import lead_from
from leads.normalise.person_name import PersonName, read_name, split_name
from leads.normalise.reading import UNREADABLE
from leads.normalise.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("full", "first", "last"),
    [
        ("Ana Ruiz", "Ana", "Ruiz"),
        ("Ruiz, Ana", "Ana", "Ruiz"),
        ("Ana", None, "Ana"),
        ("ana de la cruz", "Ana", "de la Cruz"),
        ("María del Carmen Ruiz", "María del Carmen", "Ruiz"),
        ("JOSÉ DE SAN MARTÍN", "José", "de San Martín"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Mohammed Al Maktoum", "Mohammed", "Al Maktoum"),
        ("Van Morrison", "Van", "Morrison"),
        ("Al Gore", "Al", "Gore"),
        ("de Vries", None, "de Vries"),
        ("van der Berg, Jan", "Jan", "van der Berg"),
        ("Dr. Ana Ruiz, PhD", "Ana", "Ruiz"),
        ("Mr. Smith", None, "Smith"),
        ("Ana Ruiz MBA", "Ana", "Ruiz"),
        ("Jack Ma", "Jack", "Ma"),
        ("Smith, John, MD", "John", "Smith"),
        ("Martin Luther King Jr.", "Martin Luther", "King Jr"),
        ("King, Martin Luther, Jr.", "Martin Luther", "King Jr"),
        ("John Smith III", "John", "Smith III"),
        ("田中太郎", None, "田中太郎"),
        ("김 민수", "김", "민수"),
    ],
)
def test_a_full_name_is_taken_apart(full, first, last):
    name = read_name(full).value
    assert name
    assert split_name(name) == PersonName(first=first, last=last)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ANA RUIZ", "Ana Ruiz"),
        ("ana ruiz", "Ana Ruiz"),
        ("PATRICK O'BRIEN-MCDONALD", "Patrick O'Brien-McDonald"),
        ("ANA-MARIA VAN DER BERG", "Ana-Maria van der Berg"),
        ("JT SMITH", "JT Smith"),
        ("İSMAİL KAYA", "İsmail Kaya"),
        ("DeShawn McKay", "DeShawn McKay"),
        ("🎉 Ana Ruiz 🎉", "Ana Ruiz"),
        ("Ana\u200b Ruiz", "Ana Ruiz"),
        ("田中太郎", "田中太郎"),
        ("ßa", "Ssa"),
    ],
)
def test_case_is_mended_only_where_there_was_none(typed, kept):
    assert read_name(typed).value == kept


@pytest.mark.parametrize("text", ["12345", "ana@example.com", "https://example.com", "🎉", "()"])
def test_what_is_no_name_is_blank(text):
    assert read_name(text) == UNREADABLE


@pytest.mark.parametrize(
    ("first", "last", "full", "name"),
    [
        ("Ana", "Ruiz", "Somebody Else", ("Ana", "Ruiz")),
        ("Ana", "", "Ana Ruiz", ("Ana", "Ruiz")),
        ("", "Ruiz", "Ana Ruiz", ("Ana", "Ruiz")),
        ("Ana", "", "Ana", ("Ana", None)),
        ("Ana", "n/a", "", ("Ana", None)),
        ("", "", "", (None, None)),
        ("NA", "Na", "", ("Na", "Na")),
    ],
)
def test_the_full_name_fills_what_the_two_fields_lack(first, last, full, name):
    text = {
        "created_at": "1740000000",
        "email": "ana@example.com",
        "first_name": first,
        "last_name": last,
        "full_name": full,
    }
    lead = lead_from(LeadKey("hubspot", "1"), text, Vocabulary())
    assert (lead.first_name, lead.last_name) == name
