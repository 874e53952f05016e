"""The vendors' credentials as blocks in Prefect: filled in, read where named, tried out."""

import asyncio

import pytest
from prefect.client.orchestration import get_client
from pydantic import SecretStr

from flows.checkout import CHECKOUT
from flows.prefect_server.blocks import BLOCKS, HubSpotBlock, offer_blocks
from flows.secret_blocks import revealed
from leads.errors import ConfigError
from sandbox.hubspot.app import TOKEN
from sandbox.town import Town
from tests.e2e.town_case import quick_config
from tests.forgotten_sockets import prefect_forgets_to_close

pytestmark = pytest.mark.timeout(400)
VARIABLE = "FIRSTTOUCH_HUBSPOT_CREDENTIALS"


def test_each_field_is_a_variable_that_the_docs_name():
    docs = "\n".join(path.read_text() for path in (CHECKOUT / "docs").glob("*.md"))
    code = "\n".join(path.read_text() for path in (CHECKOUT / "connectors").rglob("*.py"))
    for block in BLOCKS:
        fields = [name for name in block.model_fields if not name.startswith("_")]
        filled = block.model_validate({name: SecretStr("x") for name in fields})
        assert len(filled.variables()) == len(fields)
        prefix = f"FIRSTTOUCH_{block.vendor.upper()}_"
        for variable in filled.variables():
            by_code = prefix in code and variable.removeprefix(prefix).lower() in code
            assert variable in docs or (variable in code or by_code), variable
        assert all(each.description for each in block.model_fields.values())
        assert f"{prefix}CREDENTIALS=credentials-block:" in block.get_code_example()
        # Beside the form the page shows seven short lines of it, and cuts off the rest.
        assert len(block._description or "") <= 180


def test_the_page_hides_what_is_typed_and_says_how_to_try_it_out():
    """A field that may also be null is shown as it is typed, below a choice of the two."""
    for block in BLOCKS:
        shown = block.model_json_schema()["properties"]
        assert {(each["type"], each["format"]) for each in shown.values()} == {
            ("string", "password")
        }
        assert str(block._documentation_url).startswith("https://")
        example = block.get_code_example()
        assert ".test_connection()" in example
        fence, code, end = example.partition("\n")[0], example, "```"
        assert (fence, code.endswith(f"\n{end}")) == ("```python", True), "else none is shown"
        compile(code.removeprefix(fence).removesuffix(end), "example", "exec")


async def _inside(environ):
    return revealed(environ)


def test_a_block_is_kept_secret_and_read_where_it_is_named(prefect):
    with prefect_forgets_to_close():
        offer_blocks()
        with get_client(sync_client=True) as client:
            types = {each.slug for each in client.read_block_types()}
            assert {block._block_type_slug for block in BLOCKS} <= types
            HubSpotBlock(token=SecretStr("planted-secret")).save("portal", overwrite=True)
            shown = client.read_block_document_by_name(
                "portal", "firsttouch-hubspot", include_secrets=False
            )
            assert "planted-secret" not in shown.model_dump_json()
        named = {VARIABLE: "credentials-block:portal"}
        found = asyncio.run(_inside(named))
        assert found == {VARIABLE: "", "FIRSTTOUCH_HUBSPOT_TOKEN": "planted-secret"}
        stated = {**named, "FIRSTTOUCH_HUBSPOT_TOKEN": "its own"}
        assert asyncio.run(_inside(stated))["FIRSTTOUCH_HUBSPOT_TOKEN"] == "its own"
        nowhere = (
            "'gone': there is none of that name: make it under Blocks, of type Firsttouch HubSpot"
        )
        with pytest.raises(ConfigError, match=nowhere):
            asyncio.run(_inside({VARIABLE: "credentials-block:gone"}))


def test_a_connection_is_tried_out(tmp_path, monkeypatch):
    monkeypatch.setenv("FIRSTTOUCH_CONFIG", str(quick_config(tmp_path / "config")))
    with Town.open(seed=21, leads=60) as town:
        told = HubSpotBlock(token=SecretStr(TOKEN)).test_connection(town.environment)
        assert told.startswith("hubspot: ")
        with pytest.raises(ConfigError, match="login: ") as caught:
            HubSpotBlock(token=SecretStr("planted-wrong")).test_connection(town.environment)
    assert "planted-wrong" not in str(caught.value)
