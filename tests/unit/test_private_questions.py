"""Answers that are never kept, from whatever source and however the question was worded."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.csv_file.connector import CsvFile
from connectors.google_ads import mapping as google
from connectors.inbound import Sent
from connectors.linkedin_ads import mapping as linkedin
from connectors.meta_ads import mapping as meta
from connectors.setup import Intake, SourceSetup
from connectors.webhook.connector import verify_webhook
from connectors.webhook.signature import SIGNATURE, TIMESTAMP, sign
from leads.normalise.private_questions import is_private_question
from leads.normalise.vocabulary import Vocabulary
from tests.unit.test_mapping_linkedin import answer, question
from tests.unit.test_mapping_linkedin import form as linkedin_form
from tests.unit.test_mapping_linkedin import lead as linkedin_lead
from tests.unit.test_mapping_meta import form as meta_form
from tests.unit.test_mapping_meta import lead as meta_lead

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SECRET_NUMBER = "52998224725"
ASKED = [
    *("DNI", "¿Cuál es tu DNI?", "cpf", "Qual é o seu CPF?*", "número_de_documento", "N° de RUT"),
    *(
        "Passport number",
        "National ID",
        "Social Security Number",
        "Carte d'identité",
        "NIE",
        "IBAN",
    ),
    *("Emirates ID", "Reisepass", "Codice fiscale", "RFC", "custom passport"),
    *("date_of_birth", "DOB", "Birthday", "When were you born?", "Fecha de nacimiento"),
    *("Data de nascimento", "Date de naissance", "Geburtsdatum", "Data di nascita", "birth_year"),
    *("GOVT_ID", "Govt. issued ID", "GOV_ID", "Gender", "¿Cuál es tu género?", "Geschlecht"),
    *("What is your gender?", "Sexo"),
    *("bank account", "card number", "idnumber", "driving licence", "dateofbirth", "nationalid"),
    *("id_card", "dniNumero", "dninumero", "numero_tarjeta", "NINO", "nino_number", "CNP"),
    *("IBAN code", "gender identity", "身份证", "您的身份证号码", "マイナンバー", "生年月日"),
    *("Дата рождения", "D N I", "BankAccount", "cardNumber", "national.id", "IDNumber"),
]
NOT_PRIVATE = [
    *("Which product interests you?", "email", "id", "Rut depth of the road?", "company", "budget"),
    *("¿Cuándo te viene bien?", "Wie nie zuvor?", "Pan or tilt?", "order id", "identity provider"),
    *("Which RFC do you implement?", "plan"),
    *("Do you sell gender reveal cakes?", "Which birthday gifts do you stock?", "Anniversary sale"),
    *("account manager", "card game", "company id", "ideas", "generation", "birthday event"),
    *("Do you need a bank account?", "loyalty card number", "number of cards", "What do B2B do?"),
    *("identity", "gender pay gap software", "number", "customer code", "生日礼物", "Niños"),
    *("panorama", "rutas", "sexta", "driving distance", "number of licences", "full name"),
    *("Date of the event", "Are you a government agency?", "Place of work", "Birthplace of jazz"),
]


INNOCENT_WORDS = [
    *("account", "manager", "game", "company", "ideas", "generation", "event", "budget", "plan"),
    *("product", "team", "size", "industry", "software", "project", "start", "interest", "city"),
    *("cards", "idea", "accounts", "drivers", "births", "banking", "agenda", "passing", "genders"),
]


@pytest.mark.parametrize("asked", ASKED)
def test_questions_for_documents(asked: str):
    assert is_private_question(asked)


@pytest.mark.parametrize("asked", NOT_PRIVATE)
def test_other_questions(asked: str):
    assert not is_private_question(asked)


@given(st.lists(st.sampled_from(INNOCENT_WORDS), min_size=1, max_size=5), st.sampled_from(" _-"))
def test_innocent_words_ask_for_nothing_private_in_whatever_order(words: list[str], between: str):
    assert not is_private_question(between.join(words))
    assert not is_private_question("".join(word.capitalize() for word in words))


def from_meta(asked: str, said: str = SECRET_NUMBER) -> Any:
    told = meta_lead(("email", "ana@example.com"), (asked, said), ("q9", said))
    known = meta_form(("email", "EMAIL"), (asked, "CUSTOM"), ("q9", "CUSTOM"))
    known["questions"][2]["label"] = asked
    return meta.raw_record(told, known)


def from_linkedin(asked: str, said: str = SECRET_NUMBER) -> Any:
    told = linkedin_lead(answer(1, "ana@example.com"), answer(2, said))
    return linkedin.raw_record(told, linkedin_form(question(1, "E", "EMAIL"), question(2, asked)))


def from_google(asked: str, said: str = SECRET_NUMBER) -> Any:
    columns = [("EMAIL", "ana@example.com"), (asked, said)]
    told = [{"column_id": name, "string_value": value} for name, value in columns]
    payload = {"lead_id": "1", "user_column_data": told}
    return google.webhook_record(payload, received_at=NOW, ids_agree=True)


def from_webhook(asked: str, said: str = SECRET_NUMBER) -> Any:
    lead = {"id": "1", "email": "ana@example.com", f"custom.{asked}": said}
    body, stamp = json.dumps(lead).encode(), str(int(NOW.timestamp()))
    sent = Sent(body=body, headers={SIGNATURE: sign("s", stamp, body), TIMESTAMP: stamp})
    (notice,) = verify_webhook(sent, secret="s", token="", now=NOW)  # type: ignore[misc]
    return notice


def from_csv(asked: str, folder: Path, said: str = SECRET_NUMBER) -> Any:
    file = folder / "leads.csv"
    file.write_text(f"id,email,custom.{asked}\n1,ana@example.com,{said}\n")
    setup = SourceSetup(name="csv_file", intake=Intake(object="leads"), vocabulary=Vocabulary())
    return list(CsvFile(file, setup, created_at=NOW).rows())


@pytest.mark.parametrize("asked", ASKED)
def test_no_source_keeps_the_answer(asked: str, tmp_path: Path):
    makers = (from_meta, from_linkedin, from_google, from_webhook)
    kept = [make(asked) for make in makers] + [from_csv(asked, tmp_path)]
    for each in kept:
        assert SECRET_NUMBER not in repr(each)
        assert "ana@example.com" in repr(each)


def test_another_question_s_answer_is_kept(tmp_path: Path):
    makers = (from_meta, from_linkedin, from_google, from_webhook)
    for each in [*(make("budget") for make in makers), from_csv("budget", tmp_path)]:
        assert SECRET_NUMBER in repr(each)


@pytest.mark.parametrize("said", ["4111 1111 1111 1111", "ES91 2100 0418 4502 0005 1332"])
def test_no_source_keeps_a_card_number_or_an_iban_whatever_was_asked(said: str, tmp_path: Path):
    makers = (from_meta, from_linkedin, from_google, from_webhook)
    for each in [*(make("budget", said) for make in makers), from_csv("budget", tmp_path, said)]:
        assert said not in repr(each)
        assert "ana@example.com" in repr(each)


def test_what_the_vendors_call_private_is_dropped_by_its_type():
    told = meta_lead(("email", "ana@example.com"), ("q1", SECRET_NUMBER))
    raw = meta.raw_record(told, meta_form(("email", "EMAIL"), ("q1", "ID_CPF")))
    assert SECRET_NUMBER not in repr(raw)
    of_linkedin = linkedin_form(question(1, "E", "EMAIL"), question(2, "?", "NATIONAL_ID"))
    told = linkedin_lead(answer(1, "ana@example.com"), answer(2, SECRET_NUMBER))
    assert SECRET_NUMBER not in repr(linkedin.raw_record(told, of_linkedin))
    assert SECRET_NUMBER not in repr(from_google("GOVERNMENT_ISSUED_ID_CPF_BR"))


@pytest.mark.parametrize("kind", ["GOVT_ID", "PASSPORT_NUMBER", "NATIONAL_IDENTITY", "BIRTH_DATE"])
def test_a_type_of_linkedins_that_we_do_not_know_is_read_by_its_words(kind: str):
    told = linkedin_lead(answer(1, "ana@example.com"), answer(2, SECRET_NUMBER))
    asked = linkedin_form(question(1, "E", "EMAIL"), question(2, "Ihre Angabe", kind))
    assert SECRET_NUMBER not in str(linkedin.raw_record(told, asked))
