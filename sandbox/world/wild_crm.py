"""Wild values that Salesforce and HubSpot can hold."""

from typing import Any

from sandbox.world.roster import INTEGRATION_USER, WEB_LEADS
from sandbox.world.salesforce_leads import NOT_CONTACTED
from sandbox.world.set_piece import SetPiece, wild

_SIZES = (
    "51-200 employees / De 51 a 200 empleados / 501-1,000 employees / 501-1000 employés / "
    "10,001+ employees"
)
_CHOICE = "{'multipleChoiceAnswer':{'options':[0]}}"


def _lead(first: str, last: str, company: str, **fields: Any) -> dict[str, Any]:
    return {
        "FirstName": first,
        "LastName": last,
        "Company": company,
        "LeadSource": "Web",
        "Status": NOT_CONTACTED,
        "OwnerId": WEB_LEADS.salesforce,
        **fields,
    }


def _contact(first: str, last: str, company: str, **properties: str) -> dict[str, str]:
    return {
        "firstname": first,
        "lastname": last,
        "company": company,
        "lifecyclestage": "lead",
        "hs_analytics_source": "PAID_SEARCH",
        "hs_analytics_source_data_1": "brand-2026",
        **properties,
    }


_SALESFORCE = (
    wild(
        "wild-us-national",
        "salesforce",
        _lead(
            *("Wanda", "Pruett", "Harborview Dental LLC"),
            Email="wanda.pruett@harborview.example",
            Phone="1-305-555-0123",
            Country="US",
            State="FL",
        ),
        ("1-305-555-0123", "1-305-555-0123", "Phone", "phone", "+13055550123"),
    ),
    wild(
        "wild-no-region",
        "salesforce",
        _lead(
            *("Tilly", "Marchbank", "[not provided]"),
            Email="tilly.marchbank@example.org",
            Phone="1-305-555-0123",
        ),
        ("1-305-555-0123", "1-305-555-0123", "Phone", "phone", None),
    ),
    wild(
        "wild-pakistan",
        "salesforce",
        _lead(
            *("Sana", "Durrani", "Indus Textile Mills (Pvt.) Ltd."),
            Email="sana@indus-textile.example",
            Phone="0300-1234567",
            Country="Pakistan",
            City="Lahore",
        ),
        ("0300-1234567", "0300-1234567", "Phone", "phone", "+923001234567"),
    ),
    wild(
        "wild-emirates",
        "salesforce",
        _lead(
            *("Reem", "Al-Zarooni", "Palm Ridge Trading FZ-LLC"),
            Email="reem@palmridge.example",
            MobilePhone="0501234567",
            Country="United Arab Emirates",
            OwnerId=INTEGRATION_USER.salesforce,
        ),
        ("0501234567", "0501234567", "MobilePhone", "phone", "+971501234567"),
    ),
    wild(
        "wild-mixed-case",
        "salesforce",
        _lead(
            *("Alex", "Winterbourne", "Winterbourne Freight Inc."),
            Email="Alex@Example.com",
            Country="United States",
        ),
        (
            *("Alex@Example.com / Ana@Example.com", "Alex@Example.com"),
            *("Email", "email", "Alex@example.com"),
        ),
    ),
    wild(
        "wild-free-text",
        "salesforce",
        _lead(
            *("Greta", "Osterman", "Osterman Optik GmbH"),
            Email="greta@osterman-optik.example",
            Country="Germany",
            Description=f"From the Meta sheet: l:123. From the LinkedIn form: {_CHOICE}",
        ),
        ("l:123", "l:123", "Description", "", None),
        (_CHOICE, _CHOICE, "Description", "", None),
    ),
)
_HUBSPOT = (
    wild(
        "wild-ten-digits",
        "hubspot",
        _contact(
            *("Dwight", "Carmody", "Lakeshore Tooling Co."),
            email="dwight@lakeshore-tooling.example",
            phone="3125550177",
            country="United States",
            numemployees="51-200 employees",
        ),
        ("3125550177", "3125550177", "phone", "phone", "+13125550177"),
        (_SIZES, "51-200 employees", "numemployees", "employees", "51-200"),
    ),
    wild(
        "wild-thousands",
        "hubspot",
        _contact(
            *("Priscilla", "Vane", "Vane & Rowe LLP"),
            email="priscilla@vane-rowe.example",
            country="UK",
            numemployees="501-1,000 employees",
        ),
        (_SIZES, "501-1,000 employees", "numemployees", "employees", "501-1000"),
    ),
    wild(
        "wild-open-above",
        "hubspot",
        _contact(
            *("Conrad", "Ellsworth", "Ellsworth Global Inc."),
            email="conrad@ellsworth-global.example",
            country="Canada",
            numemployees="10,001+ employees",
        ),
        (_SIZES, "10,001+ employees", "numemployees", "employees", "10001-"),
    ),
    wild(
        "wild-french-size",
        "hubspot",
        _contact(
            *("Séverine", "Lamotte", "Lamotte Textiles SARL"),
            email="severine@lamotte-textiles.example",
            country="France",
            numemployees="501-1000 employés",
        ),
        (_SIZES, "501-1000 employés", "numemployees", "employees", "501-1000"),
    ),
    wild(
        "wild-job-function",
        "hubspot",
        _contact(
            *("Rocío", "Beltrán", "Talleres Beltrán S.L."),
            email="rocio@talleres-beltran.example",
            country="España",
            job_function="Ingeniería",
        ),
        ("Ingeniería", "Ingeniería", "job_function", "", "Ingeniería"),
    ),
)
WILD_CRM: tuple[SetPiece, ...] = (*_SALESFORCE, *_HUBSPOT)
