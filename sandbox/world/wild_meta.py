"""Wild values that come out of Meta lead forms."""

from typing import Any

from sandbox.world.meta_forms import ADS, BY_NAME
from sandbox.world.record import Standing
from sandbox.world.set_piece import SetPiece, wild

_SIZES = (
    "51-200 employees / De 51 a 200 empleados / 501-1,000 employees / 501-1000 employés / "
    "10,001+ employees"
)
_INSURANCE_KEY = "what_type_of_insurance_are_you_looking_for?"
_INSURANCE_LISTED = f"{{'column_id':'{_INSURANCE_KEY}','string_value':'Condo'}}"
_DEGREE_KEY = "¿cuál_es_la_licenciatura_de_interés?_"
_COUNT_KEY = "¿cuántas propiedades tienes?*"
_SPANISH_SIZE_KEY = "¿cuántos_empleados_tiene_tu_empresa?_"
_PORTUGUESE_SIZE_KEY = "quantos_funcionários_tem_a_empresa?_"
_COUNTRIES = "India / United Kingdom"
_UPPER = "FULL_NAME / EMAIL / PHONE"
_DUMMY_PHONE = "<test lead: dummy data for phone_number>"
_DUMMY_NAME = "<test lead: dummy data for full_name>"


def _filled(form_name: str, answers: dict[str, str], **extra: Any) -> dict[str, Any]:
    form = BY_NAME[form_name]
    ads = [ad["id"] for ad in ADS if ad["campaign_name"] == form.campaigns[0]]
    return {
        "form_id": form.id,
        "field_data": [{"name": key, "values": [answer]} for key, answer in answers.items()],
        "ad_id": ads[0],
        "organic": False,
        "extra": {"platform": "fb", **extra},
    }


_WAITING = (
    wild(
        "wild-prefixed-phone",
        "meta_ads",
        _filled(
            "Enterprise security 2026",
            {
                "full_name": "Kiran Deshmukh",
                "work_email": "kiran@sahyadri-forge.example",
                "work_phone_number": "p:+919279086530",
                "company_name": "Sahyadri Forge Pvt. Ltd.",
                "country": "India",
                "how_many_employees?": "501-1,000 employees",
                "what_is_your_budget?": "$50–150K",  # noqa: RUF001 - the en dash is the point
            },
            custom_disclaimer_responses=[
                {"checkbox_key": "optional_1", "is_checked": "1"},
                {"checkbox_key": "optional_2", "is_checked": ""},
            ],
        ),
        ("p:+919279086530", "p:+919279086530", "work_phone_number", "phone", "+919279086530"),
        (_COUNTRIES, "India", "country", "country", "IN"),
        ("$50–150K", "$50–150K", "what_is_your_budget?", "", "$50–150K"),  # noqa: RUF001
        ("'1' / ''", "1", "custom_disclaimer_responses", "", None),
        ("'1' / ''", "", "custom_disclaimer_responses", "", None),
        (
            *("123123123123 (int) vs '233370042045345' (str)", "233370042045345"),
            *("form_id", "", "233370042045345"),
        ),
    ),
    wild(
        "wild-empty-phone",
        "meta_ads",
        _filled(
            "Enterprise security 2026",
            {
                "full_name": "Imelda Fairweather",
                "work_email": "imelda@fairweather-hotels.example",
                "work_phone_number": "p:",
                "company_name": "Fairweather Hotels Ltd",
                "country": "United Kingdom",
            },
        ),
        ("p:", "p:", "work_phone_number", "phone", None),
        (_COUNTRIES, "United Kingdom", "country", "country", "GB"),
    ),
    wild(
        "wild-spaced-phone",
        "meta_ads",
        _filled(
            "Enterprise security 2026",
            {
                "full_name": "Jyothi Panicker",
                "work_phone_number": "p:+91 79024 28024",
                "company_name": "Malabar Spices LLP",
            },
        ),
        ("p:+91 79024 28024", "p:+91 79024 28024", "work_phone_number", "phone", "+917902428024"),
    ),
    wild(
        "wild-upper-keys",
        "meta_ads",
        _filled(
            "Free trial Q4",
            {
                "FULL_NAME": "Ana Whitfield",
                "EMAIL": "Ana@Example.com",
                "PHONE": "020 7946 0011",
                "COUNTRY": "GB",
                "website_or_instagram": "@smiledental",
            },
        ),
        (_UPPER, "FULL_NAME", "FULL_NAME", "first_name", "Ana"),
        (_UPPER, "EMAIL", "EMAIL", "email", "Ana@example.com"),
        (_UPPER, "PHONE", "PHONE", "phone", "+442079460011"),
        (
            *("Alex@Example.com / Ana@Example.com", "Ana@Example.com"),
            *("EMAIL", "email", "Ana@example.com"),
        ),
        ("@smiledental", "@smiledental", "website_or_instagram", "website", None),
    ),
    wild(
        "wild-vietnam",
        "meta_ads",
        _filled(
            "Enterprise security 2026",
            {
                "full_name": "Thuy Duong Pham",
                "work_email": "thuy@songhong-steel.example",
                "work_phone_number": "0901234567",
                "country": "Vietnam",
            },
        ),
        ("0901234567", "0901234567", "work_phone_number", "phone", "+84901234567"),
    ),
    wild(
        "wild-spanish-keys",
        "meta_ads",
        _filled(
            "Demo España",
            {
                "nombre_completo": "Saturnino Belmonte",
                "correo_electrónico": "saturnino@aceites-belmonte.example",
                "¿cuál_es_tu_número_teléfono?": "600 000 917",
                "empresa": "Aceites Belmonte S.L.",
                "provincia": "Andalucía",
                "país": "España",
                _SPANISH_SIZE_KEY: "De 51 a 200 empleados",
            },
        ),
        (
            *("¿cuál_es_tu_número_teléfono?", "¿cuál_es_tu_número_teléfono?"),
            *("¿cuál_es_tu_número_teléfono?", "phone", "+34600000917"),
        ),
        (_SIZES, "De 51 a 200 empleados", _SPANISH_SIZE_KEY, "employees", "51-200"),
    ),
    wild(
        "wild-whatsapp",
        "meta_ads",
        _filled(
            "Latinoamérica",
            {
                "nombre_completo": "Eulalia Monterroso",
                "número_de_whatsapp": "55 5000 7391",
                "email": "eulalia@haciendas-monterroso.example",
                "país": "México",
                _COUNT_KEY: "3",
                _DEGREE_KEY: "Arquitectura",
            },
        ),
        (
            *("nombre_completo / número_de_whatsapp", "nombre_completo"),
            *("nombre_completo", "first_name", "Eulalia"),
        ),
        (
            *("nombre_completo / número_de_whatsapp", "número_de_whatsapp"),
            *("número_de_whatsapp", "phone", "+525550007391"),
        ),
        (_COUNT_KEY, _COUNT_KEY, _COUNT_KEY, "", "3"),
        (_DEGREE_KEY, _DEGREE_KEY, _DEGREE_KEY, "", "Arquitectura"),
    ),
    wild(
        "wild-brazil-phone",
        "meta_ads",
        _filled(
            "Demonstração",
            {
                "nome_completo": "Iracema Pantaneira",
                "telefone": "67911112222",
                "nome_da_empresa": "Pantanal Grãos Ltda",
                "país": "Brasil",
                _PORTUGUESE_SIZE_KEY: "De 0 a 4",
            },
        ),
        ("67911112222", "67911112222", "telefone", "phone", "+5567911112222"),
        ("De 0 a 4 / Mais de 50", "De 0 a 4", _PORTUGUESE_SIZE_KEY, "employees", "0-4"),
    ),
    wild(
        "wild-brazil-size",
        "meta_ads",
        _filled(
            "Demonstração",
            {
                "nome_completo": "Benedito Carvoeiro",
                "e-mail": "benedito@carvoeiro-moveis.example",
                "nome_da_empresa": "Carvoeiro Móveis ME",
                "país": "Brasil",
                _PORTUGUESE_SIZE_KEY: "Mais de 50",
            },
        ),
        ("De 0 a 4 / Mais de 50", "Mais de 50", _PORTUGUESE_SIZE_KEY, "employees", "51-"),
    ),
    wild(
        "wild-condo",
        "meta_ads",
        _filled(
            "Insurance offices",
            {
                "full_name": "Mabel Strickland",
                "email": "mabel@strickland-realty.example",
                "phone_number": "(305) 555-0164",
                "state": "Florida",
                "country": "US",
                _INSURANCE_KEY: "Condo",
            },
            custom_disclaimer_responses=[{"checkbox_key": "terms", "is_checked": ""}],
        ),
        (_INSURANCE_LISTED, "Condo", _INSURANCE_KEY, "", "Condo"),
        ("'1' / ''", "", "custom_disclaimer_responses", "consent", "false"),
    ),
)
_TESTS = (
    wild(
        "test-tool",
        "meta_ads",
        _filled(
            "Insurance offices",
            {
                "full_name": _DUMMY_NAME,
                "email": "test@meta.com",
                "phone_number": _DUMMY_PHONE,
                "state": "<test lead: dummy data for state>",
            },
        ),
        (_DUMMY_PHONE, _DUMMY_PHONE, "phone_number", "phone", None),
        (_DUMMY_NAME, _DUMMY_NAME, "full_name", "is_test", "true"),
        ("test@meta.com", "test@meta.com", "email", "is_test", "true"),
        standing=Standing.TEST,
    ),
    wild(
        "test-old-tool",
        "meta_ads",
        _filled(
            "Latinoamérica",
            {"nombre_completo": "Test", "email": "test@fb.com", "número_de_whatsapp": ""},
        ),
        ("test@fb.com", "test@fb.com", "email", "is_test", "true"),
        standing=Standing.TEST,
    ),
)
WILD_META: tuple[SetPiece, ...] = (*_WAITING, *_TESTS)
