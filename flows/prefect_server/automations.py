"""Prefect's automations, as automations/*.yaml declares them: made once, kept up by name."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from prefect.blocks.notifications import SlackWebhook
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import BlockDocument
from prefect.events.schemas.automations import Automation, AutomationCore
from pydantic import SecretStr

from config.configuration import Configuration
from flows.checkout import CHECKOUT

FOLDER = CHECKOUT / "automations"
BLOCKS = "firsttouch-alerts"
"""So begin the names of blocks that people make in Prefect's pages, to be told."""
_CHANNEL = "firsttouch-channel-"
_TOLD = {"nobody": (), "blocks": (BLOCKS,), "everyone": (BLOCKS, _CHANNEL)}
_TO_EACH = "{email}"
_PAGE = 200

Declared = Mapping[str, Any]


def keep_automations(
    client: SyncPrefectClient, addresses: Mapping[str, str], folder: Path = FOLDER
) -> list[str]:
    """
    Make what `folder` declares, or bring it up to date; answer the names of what changed.

    `addresses` are Apprise's, by channel. A person's switching one off is left alone, and so is
    what else they made; one made twice is made one.
    """
    for channel, address in addresses.items():
        # Whatever Apprise reaches: this block hands what is no Slack address to it as it is.
        SlackWebhook(url=SecretStr(address)).save(f"{_CHANNEL}{channel}", overwrite=True)
    blocks = _blocks(client)
    declared = [yaml.safe_load(path.read_text()) for path in sorted(folder.glob("*.yaml"))]
    return [each["name"] for each in declared if _keep(client, each, _actions(each, blocks))]


def addresses_of(configuration: Configuration, environ: Mapping[str, str]) -> dict[str, str]:
    """Return where alerts are told; a channel that is each owner's own mail has no one address."""
    notify = configuration.notify
    named = {name: notify.channels[name] for name in notify.alerts} if notify else {}
    found = {name: environ.get(variable, "") for name, variable in named.items()}
    return {name: text for name, text in found.items() if text and _TO_EACH not in text}


def _blocks(client: SyncPrefectClient) -> list[BlockDocument]:
    found: list[BlockDocument] = []
    while page := client.read_block_documents(offset=len(found), limit=_PAGE):
        found += page
    return found


def _actions(declared: Declared, blocks: Sequence[BlockDocument]) -> list[dict[str, Any]]:
    """Return what it does; where nobody is to be told it is seen among the events all the same."""
    prefixes = _TOLD[declared["tell"]]
    told = [_tell(declared, each) for each in blocks if (each.name or "").startswith(prefixes)]
    return [*declared.get("actions", ()), *told] or [{"type": "do-nothing"}]


def _tell(declared: Declared, block: BlockDocument) -> dict[str, Any]:
    number = str(block.id)
    if block.block_type and block.block_type.slug == "webhook":
        return {"type": "call-webhook", "block_document_id": number, "payload": declared["body"]}
    return {
        "type": "send-notification",
        "block_document_id": number,
        "subject": declared["subject"],
        "body": declared["body"],
    }


def _keep(client: SyncPrefectClient, declared: Declared, actions: list[dict[str, Any]]) -> bool:
    """Tell whether something had to be written."""
    fields = {name: declared[name] for name in ("name", "description", "trigger")}
    wanted = AutomationCore.model_validate({**fields, "actions": actions})
    found = client.read_automations_by_name(wanted.name)
    if not found:
        client.create_automation(wanted)
        return True
    first, *others = found
    for each in others:
        client.delete_automation(each.id)
    wanted.enabled = all(each.enabled for each in found)
    if _same(first, wanted):
        return bool(others)
    client.update_automation(first.id, _without_owner(wanted))
    return True


def _same(first: Automation, wanted: AutomationCore) -> bool:
    return first.model_dump(exclude={"id", "owner_resource"}) == wanted.model_dump(
        exclude={"owner_resource"}
    )


def _without_owner(wanted: AutomationCore) -> AutomationCore:
    """The server refuses an update that names one, and the client sends whatever is set."""
    return AutomationCore.model_validate(wanted.model_dump(exclude={"owner_resource"}))
