"""LinkedIn's answers in canonical words, whatever the language of the form and of its maker."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.linkedin_ads import cursor, mapping
from connectors.linkedin_ads.failures import seconds_to_midnight
from connectors.linkedin_ads.wire import Listing
from connectors.malformed import is_malformed
from leads.errors import ContractError
from leads.keys import LeadKey
from leads.lead import Headcount, Lead
from leads.normalise.build import lead_from
from leads.normalise.moments import read_moment
from leads.normalise.vocabulary import Vocabulary
from leads.record import Cursor


def question(number: int, text: str, predefined: str = "", **more: Any) -> dict[str, Any]:
    told = {
        "questionId": number,
        "name": "Adresse électronique professionnelle",  # the maker's language; never to be used
        "question": {"localized": {"es_ES": text}},
        "questionDetails": {"textQuestionDetails": {"maxResponseLength": 300}},
        **more,
    }
    return {**told, "predefinedField": predefined} if predefined else told


def choice(number: int, text: str, *options: str) -> dict[str, Any]:
    listed = [{"id": n, "text": {"localized": {"es_ES": o}}} for n, o in enumerate(options)]
    details = {"multipleChoiceQuestionDetails": {"options": listed}}
    return question(number, text, questionDetails=details)


def form(*questions: dict[str, Any], **hidden: str) -> dict[str, Any]:
    return {
        "id": 7234246,
        "name": "Demo",
        "creationLocale": {"country": "ES", "language": "es"},
        "hiddenFields": [{"name": name, "value": value} for name, value in hidden.items()],
        "content": {"questions": list(questions), "legalInfo": {"privacyPolicyUrl": "x"}},
    }


def answer(number: int, given: str | list[int]) -> dict[str, Any]:
    typed: dict[str, Any] = {"textQuestionAnswer": {"answer": given}}
    chosen: dict[str, Any] = {"multipleChoiceAnswer": {"options": given}}
    return {"questionId": number, "answerDetails": typed if isinstance(given, str) else chosen}


def lead(*answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "249592fc-d272-44ba-a7db-c2bdce579507-6",
        "submittedAt": 1689894599288,
        "testLead": False,
        "leadType": "SPONSORED",
        "versionedLeadGenFormUrn": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:7234246,1)",
        "formResponse": {"answers": list(answers), "consentResponses": more.pop("consents", [])},
        **more,
    }


def read(raw: dict[str, Any], its_form: dict[str, Any], **fields: str) -> Lead:
    record = mapping.raw_record(raw, its_form)
    text = mapping.to_text(record.body, fields)
    return lead_from(LeadKey("linkedin_ads", record.source_id), text, Vocabulary(required_any=()))


def test_the_published_lead_reads_as_its_form_says():
    """The vendor's own sample, with addresses of ours."""
    asked = form(
        question(107234246, "Nombre", "FIRST_NAME"),
        question(207234246, "Apellidos", "LAST_NAME"),
        question(307234246, "Correo electrónico", "EMAIL"),
        question(407234246, "Cargo", "JOB_TITLE"),
        question(507234246, "Función", "JOB_FUNCTION"),
        question(607234246, "Correo electrónico del trabajo", "WORK_EMAIL"),
        choice(707234246, "Cuál es tu color favorito", "Rojo", "Azul"),
        question(807234246, "¿Dónde creciste?"),
        hidden_field="abc678",
        campo_escondido="def789",
    )
    found = read(
        lead(
            answer(307234246, "kevin@example.com"),
            answer(607234246, "kevin@acme.example"),
            answer(707234246, [0]),
            answer(807234246, "Mexico"),
            answer(107234246, "Kevin"),
            answer(207234246, "Johonson"),
            answer(407234246, "Senior Engineer"),
            answer(507234246, "Ingeniería"),
            consents=[{"accepted": True, "consentId": 0}],
            leadMetadata={"sponsoredLeadMetadata": {"campaign": "urn:li:sponsoredCampaign:198"}},
        ),
        asked,
    )
    assert (found.first_name, found.last_name) == ("Kevin", "Johonson")
    assert (found.email, found.job_title) == ("kevin@example.com", "Senior Engineer")
    assert (found.consent, found.language, found.campaign) == (True, "es", "198")
    assert found.created_at == read_moment("1689894599288").value
    assert found.custom == {
        "job_function": "Ingeniería",
        "cuál_es_tu_color_favorito": "Rojo",
        "dónde_creciste": "Mexico",
        "hidden_field": "abc678",
        "campo_escondido": "def789",
    }


@pytest.mark.parametrize(
    ("size", "least", "most"),
    [
        ("51-200 employees", 51, 200),
        ("De 51 a 200 empleados", 51, 200),
        ("501-1,000 employees", 501, 1000),
        ("501-1000 employés", 501, 1000),
        ("10,001+ employees", 10001, None),
        ("1.001–5.000 Beschäftigte", 1001, 5000),  # noqa: RUF001  (as the form shows it)
    ],
)
def test_employees_are_read_from_the_text_shown(size: str, least: int, most: int | None):
    found = read(lead(answer(1, size)), form(question(1, "Tamaño", "COMPANY_SIZE")))
    assert found.employees == Headcount(least=least, most=most)


def test_several_options_and_one_nobody_knows_any_more():
    asked = form(choice(1, "Productos", "GTX Basic", "GTX Pro"))
    found = read(lead(answer(1, [1, 0, 9])), asked)
    assert found.custom == {"productos": "GTX Pro; GTX Basic; 9"}


def test_the_configuration_goes_before_what_linkedin_says():
    asked = form(
        choice(1, "¿Qué producto te interesa?", "GTX Basic", "GTX Pro"),
        question(2, "Función", "JOB_FUNCTION"),
        Producto="Analytics",
    )
    raw = lead(answer(1, [0]), answer(2, "Ventas"))
    fields = {"product": "¿qué_producto_te_interesa?", "custom.team": "JOB_FUNCTION"}
    text = mapping.to_text(mapping.raw_record(raw, asked).body, fields)
    assert (text["product"], text["custom.team"]) == ("GTX Basic", "Ventas")
    assert text["custom.producto"] == "Analytics"


def test_a_profile_field_goes_before_a_question_of_the_same_meaning():
    asked = form(question(1, "Email"), question(2, "Correo", "EMAIL"))
    found = read(lead(answer(1, "typed@example.com"), answer(2, "known@example.com")), asked)
    assert found.email == "known@example.com"


def test_an_answer_to_a_question_the_form_no_longer_has_is_kept():
    found = read(lead(answer(5, "a reply")), form(question(1, "Correo", "EMAIL")))
    assert found.custom == {"question_5": "a reply"}
    assert read(lead(answer(5, "a reply")), {}).form == "7234246"


def test_the_form_s_language_is_preferred_and_any_other_is_better_than_none():
    both = {"localized": {"en_US": "Budget", "es_ES": "Presupuesto anual"}}
    other = {"localized": {"en_US": "Yearly budget"}}
    for asked, name in ((both, "presupuesto_anual"), (other, "yearly_budget")):
        found = read(lead(answer(1, "50")), form(question(1, "", question=asked)))
        assert found.custom == {name: "50"}


@pytest.mark.parametrize(
    ("accepted", "consent"),
    [([], None), ([True], True), ([True, False], False), ([False], False)],
)
def test_consent_is_all_of_them(accepted: list[bool], consent: object):
    consents = [{"consentId": n, "accepted": given} for n, given in enumerate(accepted)]
    assert read(lead(consents=consents), form()).consent is consent


def test_the_campaign_is_its_name_then_utm_campaign_then_its_id():
    urn = "urn:li:sponsoredCampaign:198356826"
    named = {"sponsoredLeadMetadataInfo": {"campaign": {"id": urn, "name": "ent-2026"}}}
    nameless = {"sponsoredLeadMetadataInfo": {"campaign": {"id": urn}}}
    tagged, bare = form(utm_campaign="autumn"), form()
    assert read(lead(leadMetadataInfo=named), tagged).campaign == "ent-2026"
    assert read(lead(leadMetadataInfo=nameless), tagged).campaign == "autumn"
    assert read(lead(leadMetadataInfo=nameless), bare).campaign == "198356826"
    assert read(lead(), bare).campaign is None


def test_a_company_page_is_not_a_paid_channel():
    paid, unpaid = read(lead(), form()), read(lead(leadType="COMPANY"), form())
    assert (paid.channel, paid.lead_source) == ("linkedin_ads", "LinkedIn Ads")
    assert (unpaid.channel, unpaid.lead_source) == ("linkedin", "LinkedIn")


@pytest.mark.parametrize("is_test", [True, False])
def test_a_test_lead_is_marked(is_test: object):
    assert read(lead(testLead=is_test), form()).is_test is is_test


def test_order_is_no_part_of_the_version_and_a_changed_answer_is():
    asked, one, two = form(), answer(1, "a"), answer(2, "b")
    versions = [mapping.raw_record(lead(*a), asked).version for a in ((one, two), (two, one))]
    assert versions[0] == versions[1]
    assert mapping.raw_record(lead(one, answer(2, "c")), asked).version != versions[0]


def test_legal_texts_and_the_member_s_id_are_not_kept():
    raw = mapping.raw_record(lead(submitter="urn:li:person:BcLKblgopR"), form())
    assert "BcLKblgopR" not in repr(raw.body)
    assert "privacyPolicyUrl" not in repr(raw.body)


def test_an_address_is_encoded_once_and_its_structure_not_at_all():
    listing = Listing(kind="sponsoredAccount", owner_id="1234567", lead_type="SPONSORED")
    query = listing.leads_query(1, 2)
    assert "owner=(sponsoredAccount:urn%3Ali%3AsponsoredAccount%3A1234567)" in query
    assert "submittedAtTimeRange=(start:1,end:2)" in query
    assert "%28" not in query
    assert "%25" not in query


def test_midnight_is_utc_s():
    at = read_moment("2026-11-22T23:30:00-05:00").value
    assert at is not None
    assert seconds_to_midnight(at) == 19.5 * 3600


@given(st.dictionaries(st.text(min_size=1), st.integers(0, 2**43), max_size=5))
def test_a_cursor_comes_back_as_it_was_written(marks: dict[str, int]):
    assert cursor.read(cursor.write(marks)) == marks


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": "1"}', '{"a": true}', "2026-11-22"])
def test_another_connectors_cursor_is_refused(text: str):
    with pytest.raises(ContractError, match="cursor"):
        cursor.read(Cursor(text))


@pytest.mark.parametrize(
    "broken",
    [
        None,
        "lead",
        {},
        {"id": ""},
        {"id": "a-6"},
        {"id": "a-6", "formResponse": []},
        {"id": "a-6", "formResponse": {"answers": ["x@example.com"]}},
        {"id": "a-6", "formResponse": {"answers": [{"answerDetails": ["x@example.com"]}]}},
        {"id": "a-6", "formResponse": {"consentResponses": [7]}},
        {"id": "a-6", "formResponse": {}, "leadMetadataInfo": ["x@example.com"]},
    ],
)
def test_a_lead_out_of_shape_is_set_aside_without_its_answers(broken: Any):
    raw = mapping.raw_record(broken, form(question(1, "Correo", "EMAIL")))
    assert is_malformed(raw)
    assert raw.source_id == ("a-6" if "a-6" in repr(broken) else "")
    assert "answers" not in raw.body


@pytest.mark.parametrize(
    "broken",
    [
        {"content": ["x"]},
        {"content": {"questions": ["x"]}},
        {"content": {"questions": [{"questionId": 1}]}, "hiddenFields": ["x"]},
    ],
)
def test_a_form_out_of_shape_costs_its_leads_no_page(broken: dict[str, Any]):
    lead = {"id": "a-6", "formResponse": {"answers": [{"questionId": 1}]}}
    assert is_malformed(mapping.raw_record(lead, broken))


def test_leads_without_an_id_are_not_taken_for_one():
    assert len({mapping.key_of(lead) for lead in (None, {}, {"submittedAt": 1}, "x")}) == 4
