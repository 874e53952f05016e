"""The shape of notifications: which channels there are, and who is told by which."""

from typing import Annotated

from pydantic import AfterValidator, Field

from config.model_base import Duration, Name, Names, Strict, Text, stated


def _variable(text: str) -> str:
    if not (text.isascii() and text.replace("_", "").isalnum() and text.upper() == text):
        raise ValueError(
            "not the name of an environment variable, such as FIRSTTOUCH_SLACK_URL: the address "
            "itself holds a token, and has no place in a file"
        )
    return text


Variable = Annotated[str, Field(max_length=100), AfterValidator(_variable)]


class NotifyModel(Strict):
    """Who is told of a lead that is theirs now, and how."""

    channels: dict[Name, Variable] = stated(
        "Channels, and the environment variable that holds each one's Apprise address.",
        {"sales-slack": "FIRSTTOUCH_SLACK_URL"},
        default_factory=dict,
    )
    owners: dict[Name, Names] = stated(
        "Channels of one owner.", {"ana": ["sales-slack"]}, default_factory=dict
    )
    pools: dict[Name, Names] = stated(
        "Channels of a team: of owners without their own.",
        {"smb": ["sales-slack"]},
        default_factory=dict,
    )
    everyone: Names = stated("Channels of everybody else.", ["sales-slack"], default=())
    alerts: Names | None = stated(
        "Channels that are told when something goes wrong; everybody else's unless stated.",
        ["ops-mail"],
        default=None,
    )
    reports: Names = stated(
        "Channels that get the weekly report in short, and the daily one when something is wrong.",
        ["sales-slack"],
        default=(),
    )
    crm_task: bool = stated(
        "One task in the CRM for each assignment.",
        True,  # noqa: FBT003  (an example)
        default=False,
    )
    younger_than: Duration = stated(
        "Nobody is told of a lead that was older when it was assigned.",
        "1d",
        default="1d",
        validate_default=True,
    )
    record_url: dict[Name, Text] = stated(
        "Where a record of a CRM is looked at; {id} is the record's.",
        {"salesforce": "https://acme.lightning.force.com/{id}"},
        default_factory=dict,
    )
