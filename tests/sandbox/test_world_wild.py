"""Wild values: each one seen in public code stands somewhere in a fitting record."""

from datetime import UTC, datetime

import pytest

from sandbox.world.build import FEWEST, build_world
from sandbox.world.dirt import STAINS
from sandbox.world.record import Standing, WildValue, World

NOW = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)

# The values collected from public code and tests, as that collection writes them.
LISTED = (
    "p:+919279086530",
    "p:",
    "p:+91 79024 28024",
    "l:123",
    "<test lead: dummy data for phone_number>",
    "<test lead: dummy data for full_name>",
    "test@meta.com",
    "test@fb.com",
    "FULL_NAME / EMAIL / PHONE",
    "¿cuál_es_tu_número_teléfono?",
    "¿cuál_es_la_licenciatura_de_interés?_",
    "¿cuántas propiedades tienes?*",
    "nombre_completo / número_de_whatsapp",
    "1-305-555-0123",
    "3125550177",
    "0300-1234567",
    "0901234567",
    "0501234567",
    "67911112222",
    "Alex@Example.com / Ana@Example.com",
    "De 0 a 4 / Mais de 50",
    "$50–150K",  # noqa: RUF001 - the en dash is the point
    "@smiledental",
    (
        "51-200 employees / De 51 a 200 empleados / 501-1,000 employees / 501-1000 employés / "
        "10,001+ employees"
    ),
    "India / United Kingdom",
    "Ingeniería",
    "{'multipleChoiceAnswer':{'options':[0]}}",
    "'1' / ''",
    "{'column_id':'what_type_of_insurance_are_you_looking_for?','string_value':'Condo'}",
    "123123123123 (int) vs '233370042045345' (str)",
)
_SMALLEST = build_world(1, leads=FEWEST, now=NOW)


def test_every_listed_value_is_in_the_smallest_world():
    assert {wild.listed for wild in _SMALLEST.wild} == set(LISTED)


@pytest.mark.parametrize("alternatives", [v for v in LISTED if " / " in v and "'" not in v])
def test_every_one_of_several_alternatives_is_there(alternatives: str):
    placed = {wild.value for wild in _SMALLEST.wild if wild.listed == alternatives}
    assert placed == set(alternatives.split(" / "))


@pytest.mark.parametrize("wild", _SMALLEST.wild, ids=lambda w: f"{w.key}:{w.field}:{w.value}")
def test_a_wild_value_stands_where_the_table_says(wild: WildValue):
    record = _SMALLEST.find(wild.key)
    assert record in _SMALLEST.records[wild.source]
    if wild.field == "form_id":
        assert record.values["form_id"] == wild.value
        return
    if wild.field == "custom_disclaimer_responses":
        boxes = record.values["extra"][wild.field]
        assert wild.value in {box["is_checked"] for box in boxes}
        return
    if wild.source == "meta_ads":
        answers = {a["name"]: a["values"] for a in record.values["field_data"]}
        assert wild.value == wild.field or wild.value in answers[wild.field]
        assert wild.field in answers
        return
    if wild.source == "google_ads":
        answers = dict((*record.values["fields"], *record.values["custom"]))
        assert answers[wild.field] == wild.value
        return
    assert wild.value in record.values[wild.field]


def test_a_page_has_the_id_that_webhooks_send_as_a_number():
    assert "123123123123" in {page["id"] for page in _SMALLEST.meta.pages}


def test_test_leads_are_marked_as_such():
    tests = [r for r in _SMALLEST.meta.leads if r.standing is Standing.TEST]
    assert len(tests) == 2
    for record in tests:
        answers = str(record.values["field_data"])
        assert "<test lead: dummy data" in answers or "test@fb.com" in answers


def _has(world: World, text: str) -> bool:
    records = (*world.salesforce, *world.hubspot)
    return any(text in record.values.values() for record in records)


@pytest.mark.parametrize("seed", [1, 7, 42])
def test_every_misspelling_and_placeholder_is_in_the_smallest_world(seed: int):
    world = build_world(seed, leads=FEWEST, now=NOW)
    for stain in STAINS:
        assert _has(world, stain.text), stain
    named = {"technolgy", "Philipines", "GTXPro", "Untied States", "Select", "n/a"}
    assert named <= {stain.text for stain in STAINS}
    assert _has(build_world(seed, leads=200, now=NOW), "GTX Pro")
    assert _has(build_world(seed, leads=200, now=NOW), "[not provided]")


def test_employees_are_worded_as_each_vendor_has_them():
    world = build_world(7, leads=300, now=NOW)
    numbers = [
        r.values["NumberOfEmployees"] for r in world.salesforce if "NumberOfEmployees" in r.values
    ]
    texts = {r.values.get("numemployees") for r in world.hubspot}
    answers = str([r.values for r in world.meta.leads])
    assert all(isinstance(number, int) for number in numbers)
    assert {"5-25", "1000+"} <= texts
    for words in ("employees", "empleados", "funcionários", "employés", "Beschäftigte"):
        assert words in answers
