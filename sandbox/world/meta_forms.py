"""The lead forms of two pages, in five languages, with the question keys their makers left."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.world.work import size_answers

# Ids as seen: a page whose id fits into a number, as webhooks may send it, and a long form id.
NORTH, SOUTH = "123123123123", "233370042098765"
PAGES: tuple[Mapping[str, Any], ...] = (
    {"id": NORTH, "name": "Northlight Software"},
    {"id": SOUTH, "name": "Northlight Iberia y Latinoamérica"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`asks` names what a prospect answers with; empty for a question nobody can foresee."""

    key: str
    type: str
    label: str
    asks: str
    options: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {"key": self.key, "label": self.label, "type": self.type}
        if self.options:
            told["options"] = [{"key": option, "value": option} for option in self.options]
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadForm:
    """`countries` may be answering; `disclaimers` are the keys of its check boxes."""

    id: str
    page_id: str
    name: str
    locale: str
    campaigns: tuple[str, ...]
    countries: frozenset[str]
    questions: tuple[Question, ...]
    disclaimers: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        return self.locale[:2]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "page_id": self.page_id,
            "name": self.name,
            "locale": self.locale,
            "questions": [question.as_json() for question in self.questions],
        }


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _questions(table: str, language: str) -> tuple[Question, ...]:
    """Read one question a line: key | TYPE | label | asks."""
    questions = []
    for line in table.strip().splitlines():
        key, kind, label, asks = (part.strip() for part in line.split("|"))
        options = size_answers(language) if asks == "size" else ()
        questions.append(Question(key=key, type=kind, label=label, asks=asks, options=options))
    return tuple(questions)


_ENTERPRISE = _questions(
    """
full_name                         | FULL_NAME         | Full name                       | full_name
work_email                        | WORK_EMAIL        | Work email                      | email
work_phone_number                 | WORK_PHONE_NUMBER | Work phone number               | phone
company_name                      | COMPANY_NAME      | Company name                    | company
job_title                         | JOB_TITLE         | Job title                       | job_title
country                           | COUNTRY           | Country                         | country
how_many_employees?               | CUSTOM            | How many employees?             | size
what_is_your_budget?              | CUSTOM            | What is your budget?            | budget
which_product?                    | CUSTOM            | Which product?                  | product
""",
    "en",
)
_TRIAL = _questions(
    """
FULL_NAME            | FULL_NAME | Full name            | full_name
EMAIL                | EMAIL     | Email                | email
PHONE                | PHONE     | Phone number         | phone
COUNTRY              | COUNTRY   | Country              | country
post_code            | POST_CODE | Post code            | postal_code
website_or_instagram | WEBSITE   | Website or Instagram | website
""",
    "en",
)
_INSURANCE = _questions(
    """
full_name    | FULL_NAME    | Full name     | full_name
email        | EMAIL        | Email         | email
phone_number | PHONE        | Phone number  | phone
company_name | COMPANY_NAME | Company name  | company
state        | STATE        | State         | region
zip_code     | ZIP          | Zip code      | postal_code
country      | COUNTRY      | Country       | country
what_type_of_insurance_are_you_looking_for? | CUSTOM | What type of insurance are you looking for? | insurance
""",  # noqa: E501 - one question a line is what makes the table readable
    "en",
)
_SPAIN = _questions(
    """
nombre_completo                 | FULL_NAME    | Nombre completo                 | full_name
correo_electrónico              | EMAIL        | Correo electrónico              | email
¿cuál_es_tu_número_teléfono?    | PHONE        | ¿Cuál es tu número teléfono?    | phone
empresa                         | COMPANY_NAME | Empresa                         | company
provincia                       | PROVINCE     | Provincia                       | region
país                            | COUNTRY      | País                            | country
¿cuántos_empleados_tiene_tu_empresa?_ | CUSTOM | ¿Cuántos empleados tiene tu empresa?  | size
""",
    "es",
)
_LATAM = _questions(
    """
nombre_completo                        | FULL_NAME       | Nombre completo              | full_name
número_de_whatsapp                     | WHATSAPP_NUMBER | Número de WhatsApp           | phone
email                                  | EMAIL           | Email                        | email
país                                   | COUNTRY         | País                         | country
¿cuántas propiedades tienes?*          | CUSTOM          | ¿Cuántas propiedades tienes? | count
¿cuál_es_la_licenciatura_de_interés?_  | CUSTOM | ¿Cuál es la licenciatura de interés?  | degree
""",
    "es",
)
_BRAZIL = _questions(
    """
nome_completo               | FULL_NAME    | Nome completo               | full_name
e-mail                      | EMAIL        | E-mail                      | email
telefone                    | PHONE        | Telefone                    | phone
nome_da_empresa             | COMPANY_NAME | Nome da empresa             | company
cidade                      | CITY         | Cidade                      | city
país                        | COUNTRY      | País                        | country
quantos_funcionários_tem_a_empresa?_ | CUSTOM | Quantos funcionários tem a empresa? | size
""",
    "pt",
)
_FRANCE = _questions(
    """
prénom                       | FIRST_NAME   | Prénom                       | first_name
nom_de_famille               | LAST_NAME    | Nom de famille               | last_name
e-mail                       | EMAIL        | E-mail                       | email
numéro_de_téléphone          | PHONE        | Numéro de téléphone          | phone
nom_de_l’entreprise          | COMPANY_NAME | Nom de l’entreprise          | company
code_postal                  | POST_CODE    | Code postal                  | postal_code
pays                         | COUNTRY      | Pays                         | country
effectif_de_l’entreprise_:_  | CUSTOM       | Effectif de l’entreprise :   | size
""",  # noqa: RUF001 - French typography, as typed
    "fr",
)
_GERMANY = _questions(
    """
vorname                   | FIRST_NAME   | Vorname                   | first_name
nachname                  | LAST_NAME    | Nachname                  | last_name
e-mail-adresse            | EMAIL        | E-Mail-Adresse            | email
telefonnummer             | PHONE        | Telefonnummer             | phone
name_des_unternehmens     | COMPANY_NAME | Name des Unternehmens     | company
berufsbezeichnung         | JOB_TITLE    | Berufsbezeichnung         | job_title
plz                       | ZIP          | PLZ                       | postal_code
land                      | COUNTRY      | Land                      | country
wie_viele_beschäftigte?   | CUSTOM       | Wie viele Beschäftigte?   | size
""",
    "de",
)

FORMS = (
    LeadForm(
        id="233370042045345",
        page_id=NORTH,
        name="Enterprise security 2026",
        locale="en_US",
        campaigns=("ent-security-2026", "ent-platform-emea"),
        countries=_codes("US CA GB IE SE NO DK FI NL IT PL JP IN AU SG PH AE ZA"),
        questions=_ENTERPRISE,
        disclaimers=("optional_1", "optional_2"),
    ),
    LeadForm(
        id="870010000000002",
        page_id=NORTH,
        name="Free trial Q4",
        locale="en_GB",
        campaigns=("smb-trial-q4",),
        countries=_codes("US CA GB IE SE NO DK FI NL IN AU SG PH AE ZA"),
        questions=_TRIAL,
    ),
    LeadForm(
        id="870010000000003",
        page_id=NORTH,
        name="Insurance offices",
        locale="en_US",
        campaigns=("vertical-insurance",),
        countries=frozenset({"US"}),
        questions=_INSURANCE,
        disclaimers=("terms",),
    ),
    LeadForm(
        id="870010000000004",
        page_id=SOUTH,
        name="Demo España",
        locale="es_ES",
        campaigns=("ent-iberia-2026", "smb-trial-q4"),
        countries=frozenset({"ES"}),
        questions=_SPAIN,
    ),
    LeadForm(
        id="870010000000005",
        page_id=SOUTH,
        name="Latinoamérica",
        locale="es_LA",
        campaigns=("latam-growth-q4",),
        countries=_codes("MX AR CO CL"),
        questions=_LATAM,
    ),
    LeadForm(
        id="870010000000006",
        page_id=SOUTH,
        name="Demonstração",
        locale="pt_BR",
        campaigns=("latam-growth-q4", "ent-brasil-2026"),
        countries=_codes("BR PT"),
        questions=_BRAZIL,
    ),
    LeadForm(
        id="870010000000007",
        page_id=NORTH,
        name="Démonstration",
        locale="fr_FR",
        campaigns=("ent-france-2026",),
        countries=_codes("FR CH"),
        questions=_FRANCE,
        disclaimers=("rgpd",),
    ),
    LeadForm(
        id="870010000000008",
        page_id=NORTH,
        name="Vorführung",
        locale="de_DE",
        campaigns=("ent-dach-2026", "smb-trial-q4"),
        countries=_codes("DE AT CH"),
        questions=_GERMANY,
        disclaimers=("dsgvo",),
    ),
)
BY_NAME = {form.name: form for form in FORMS}

CAMPAIGNS = tuple(dict.fromkeys(name for form in FORMS for name in form.campaigns))
ADS: tuple[Mapping[str, Any], ...] = tuple(
    {
        "id": f"12021000000{n:04}",
        "name": f"{campaign} {picture}",
        "adset_id": f"12022000000{n // 2:04}",
        "adset_name": f"{campaign} lookalike",
        "campaign_id": f"12023000000{n // 2:04}",
        "campaign_name": campaign,
    }
    for n, (campaign, picture) in enumerate(
        (campaign, picture) for campaign in CAMPAIGNS for picture in ("video", "carousel")
    )
)
