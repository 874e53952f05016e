"""The lead forms of two ad accounts and a company page, and the campaigns that lead to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NORTH, SOUTH = "urn:li:sponsoredAccount:512345678", "urn:li:sponsoredAccount:512345679"
COMPANY_PAGE = "urn:li:organization:11223344"
OWNERS: Mapping[str, str] = {
    NORTH: "Northlight Software",
    SOUTH: "Northlight Iberia y Latinoamérica",
    COMPANY_PAGE: "Northlight Software",
}
PRODUCTS = "GTX Basic|GTX Pro|Security Suite|Analytics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`asks` names what a prospect answers with. `name` is in the language of the form's maker."""

    text: str
    asks: str
    predefined: str = ""
    options: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        return self.predefined or self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedInForm:
    """`countries` may be answering; `consents` are the ids of its check boxes."""

    id: int
    owner: str
    name: str
    locale: str
    campaigns: tuple[str, ...]
    countries: frozenset[str]
    questions: tuple[Question, ...]
    hidden: Mapping[str, str]
    consents: tuple[int, ...] = ()

    @property
    def language(self) -> str:
        return self.locale[:2]

    def as_json(self) -> dict[str, Any]:
        """The arguments with which the sandbox's LinkedIn is given the form."""
        asked = (
            {"text": q.text, "asks": q.options or q.predefined, "name": q.name}
            for q in self.questions
        )
        return {
            "owner": self.owner,
            "form_id": self.id,
            "name": self.name,
            "locale": self.locale,
            "questions": tuple(asked),
            "hidden": self.hidden,
            "consents": self.consents,
        }


def _questions(table: str) -> tuple[Question, ...]:
    """Read one question a line: text; predefinedField or nothing; asks; maker's name; options."""
    rows = ([part.strip() for part in line.split(";")] for line in table.strip().splitlines())
    return tuple(
        Question(text=text, predefined=predefined, asks=asks, name=name, options=options)
        for text, predefined, asks, name, options in rows
    )


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BRIEF = _questions(
    f"""
First name                     ; FIRST_NAME   ; first_name ; First name   ;
Last name                      ; LAST_NAME    ; last_name  ; Last name    ;
Work email                     ; WORK_EMAIL   ; email      ; Work email   ;
Phone number                   ; PHONE_NUMBER ; phone      ; Phone number ;
Company name                   ; COMPANY_NAME ; company    ; Company name ;
Company size                   ; COMPANY_SIZE ; size       ; Company size ;
Job title                      ; JOB_TITLE    ; job_title  ; Job title    ;
Seniority                      ; SENIORITY    ; seniority  ; Seniority    ;
Country                        ; COUNTRY      ; country    ; Country      ;
Which product interests you?   ;              ; product    ;              ; {PRODUCTS}
"""
)
_DEMO = _questions(
    f"""
Nombre                         ; FIRST_NAME   ; first_name ; Förnamn           ;
Apellidos                      ; LAST_NAME    ; last_name  ; Efternamn         ;
Correo electrónico             ; EMAIL        ; email      ; E-postadress      ;
Número de teléfono             ; PHONE_NUMBER ; phone      ; Telefonnummer     ;
Nombre de la empresa           ; COMPANY_NAME ; company    ; Företagsnamn      ;
Tamaño de la empresa           ; COMPANY_SIZE ; size       ; Företagsstorlek   ;
Función                        ; JOB_FUNCTION ; function   ; Funktion          ;
País                           ; COUNTRY      ; country    ; Land              ;
¿Qué producto te interesa?     ;              ; product    ;                   ; {PRODUCTS}
¿Cuándo quieres empezar?       ;              ; when       ;                   ;
"""
)
_TRIAL = _questions(
    """
Vorname                        ; FIRST_NAME   ; first_name ; First name   ;
Nachname                       ; LAST_NAME    ; last_name  ; Last name    ;
E-Mail-Adresse                 ; EMAIL        ; email      ; Email        ;
Telefonnummer                  ; PHONE_NUMBER ; phone      ; Phone number ;
Unternehmen                    ; COMPANY_NAME ; company    ; Company name ;
Unternehmensgröße              ; COMPANY_SIZE ; size       ; Company size ;
Branche                        ; INDUSTRY     ; industry   ; Industry     ;
Land                           ; COUNTRY      ; country    ; Country      ;
"""
)
_CONTACT = _questions(
    """
First name                     ; FIRST_NAME   ; first_name ; firstName   ;
Last name                      ; LAST_NAME    ; last_name  ; lastName    ;
Email address                  ; EMAIL        ; email      ; email       ;
Phone number                   ; PHONE_NUMBER ; phone      ; phoneNumber ;
Country                        ; COUNTRY      ; country    ; country     ;
"""
)

FORMS = (
    LinkedInForm(
        id=7234101,
        owner=NORTH,
        name="Enterprise security brief",
        locale="en_US",
        campaigns=("ent-security-linkedin", "ent-platform-linkedin"),
        countries=_codes("US CA GB IE SE NO DK FI NL IT PL JP IN AU SG PH AE ZA FR"),
        questions=_BRIEF,
        hidden={"utm_source": "linkedin", "utm_medium": "paid"},
        consents=(0,),
    ),
    LinkedInForm(
        id=7234246,
        owner=SOUTH,
        name="Demostración",
        locale="es_ES",
        campaigns=("ent-iberia-linkedin", "latam-growth-linkedin"),
        countries=_codes("ES PT MX AR CO CL BR"),
        questions=_DEMO,
        hidden={"campo_escondido": "def789"},
        consents=(0, 1),
    ),
    LinkedInForm(
        id=7234303,
        owner=NORTH,
        name="Testphase",
        locale="de_DE",
        campaigns=("smb-trial-linkedin",),
        countries=_codes("DE AT CH"),
        questions=_TRIAL,
        hidden={},
        consents=(0,),
    ),
    LinkedInForm(
        id=6955637458260688897,
        owner=COMPANY_PAGE,
        name="Contact Northlight",
        locale="en_US",
        campaigns=(),
        countries=_codes("US GB IN"),
        questions=_CONTACT,
        hidden={"Entity name": "Northlight Software"},
    ),
)
CAMPAIGNS: Mapping[str, str] = {
    name: f"1983568{n:02}"
    for n, name in enumerate(dict.fromkeys(c for form in FORMS for c in form.campaigns), 20)
}
