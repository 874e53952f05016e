"""Meta's answers in canonical words, whatever the form calls its questions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.meta_ads import cursor, mapping
from connectors.meta_ads.cursor import Mark
from connectors.meta_ads.questions import field_of
from connectors.vendor_text import slug
from leads.errors import ContractError
from leads.keys import LeadKey
from leads.normalise.build import lead_from
from leads.normalise.vocabulary import Vocabulary
from leads.record import Cursor


def lead(*answers: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {
        "id": "l:123",
        "created_time": "2026-11-22T10:00:00+0000",
        "field_data": [{"name": name, "values": [value]} for name, value in answers],
        **more,
    }


def form(*questions: tuple[str, str]) -> dict[str, Any]:
    listed = [{"key": key, "type": kind, "label": key} for key, kind in questions]
    return {"id": "2001", "name": "Demo", "locale": "pt_BR", "questions": listed}


@pytest.mark.parametrize(
    ("name", "kind", "field"),
    [
        ("email", "EMAIL", "email"),
        ("e1", "EMAIL", "email"),
        ("EMAIL", "", "email"),
        ("FULL_NAME", "", "full_name"),
        ("PHONE", "", "phone"),
        ("nombre_completo", "", "full_name"),
        ("número_de_whatsapp", "CUSTOM", "whatsapp"),
        ("¿cuál_es_tu_número_teléfono?", "PHONE", "phone"),
        ("company_size", "CUSTOM", "employees"),
        ("zip_code", "ZIP", "postal_code"),
        (
            "¿cuál_es_la_licenciatura_de_interés?_",
            "CUSTOM",
            "custom.cuál_es_la_licenciatura_de_interés",
        ),
        ("¿cuántas propiedades tienes?*", "CUSTOM", "custom.cuántas_propiedades_tienes"),
    ],
)
def test_questions_become_fields(name: str, kind: str, field: str):
    assert field_of(name, kind, {}) == field


def test_the_configuration_goes_before_the_type():
    raw = mapping.raw_record(
        lead(("¿Qué producto te interesa?*", "GTX"), ("email", "a@example.com")),
        form(("¿Qué producto te interesa?", "CUSTOM"), ("email", "EMAIL")),
    )
    text = mapping.to_text(raw.body, {"product": "¿qué_producto_te_interesa?_"})
    assert text["product"] == "GTX"
    assert raw.source_id == "123"


@pytest.mark.parametrize("kind", ["ID_CPF", "ID_AR_DNI", "ID_MX_RFC", "DOB", "GENDER"])
def test_private_answers_are_dropped_before_anything_is_kept(kind: str):
    raw = mapping.raw_record(lead(("Documento ", "529.982.247-25")), form(("documento_", kind)))
    assert "529" not in repr(raw)


def test_a_lead_reads_whole():
    raw = mapping.raw_record(
        lead(
            ("full_name", "Ana Ruiz"),
            ("email", "ana@example.com"),
            ("quantos_funcionarios", "De 0 a 4"),
            campaign_id="9",
            campaign_name="ent-iberia",
            platform="ig",
            custom_disclaimer_responses=[{"checkbox_key": "a", "is_checked": ""}],
        ),
        form(("full_name", "FULL_NAME"), ("email", "EMAIL"), ("quantos_funcionarios", "CUSTOM")),
    )
    found = lead_from(LeadKey("meta_ads", "123"), mapping.to_text(raw.body, {}), Vocabulary())
    assert (found.first_name, found.last_name) == ("Ana", "Ruiz")
    assert (found.channel, found.campaign, found.form) == ("meta_ads", "ent-iberia", "Demo")
    assert found.employees is not None
    assert found.consent is False
    assert found.language == "pt"


def test_no_disclaimer_is_no_answer_about_consent():
    raw = mapping.raw_record(lead(("email", "ana@example.com")), {})
    text = mapping.to_text(raw.body, {})
    assert text["consent"] is None
    assert text["form"] is None


def test_of_two_answers_to_one_field_the_first_that_is_given_counts():
    body = lead(("phone_number", ""), ("telefono", "+34912345678"))
    assert mapping.to_text(mapping.raw_record(body, {}).body, {})["phone"] == "+34912345678"


@pytest.mark.parametrize("broken", [{}, {"created_time": None}, {"created_time": "yesterday"}])
def test_a_lead_without_a_readable_time_does_not_stop_the_form(broken: dict[str, Any]):
    assert mapping.created_at(broken) is None


@given(st.text(max_size=40))
def test_a_slug_is_stable(name: str):
    assert slug(slug(name)) == slug(name)
    assert not slug(name).startswith("_")


@given(
    st.dictionaries(
        st.text("0123456789", min_size=1, max_size=20),
        st.builds(
            Mark,
            at=st.integers(0, 2**33),
            count=st.integers(-1, 10**6),
            is_settled=st.booleans(),
            read_at=st.integers(0, 2**33),
        ),
        max_size=5,
    )
)
def test_a_cursor_comes_back_as_it_was_written(marks: dict[str, Mark]):
    assert cursor.read(cursor.write(marks)) == marks


@pytest.mark.parametrize("text", ["", "[]", "{", '{"1": {"when": 3}}', "2026-11-22"])
def test_another_connectors_cursor_is_refused(text: str):
    with pytest.raises(ContractError, match="cursor"):
        cursor.read(Cursor(text))
