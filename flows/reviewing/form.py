"""The form in Prefect's pages by which a person answers many first assignments at once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from prefect.input import RunInput
from pydantic import BaseModel, Field, JsonValue, create_model

from flows.answers import Answer
from flows.messages import crm_link, shortened
from flows.page_pieces import cell, in_cell, lead_link, lines_of
from flows.wiring import Wiring
from leads.keys import LeadKey, OwnerId
from store.review_rows import Proposal, ReviewState

AT_ONCE = 50
"""Leads of one form: more than a person reads at a time."""


class Change(BaseModel):
    """One lead that somebody else is to have."""

    lead: str = Field(title="Lead")
    owner: str = Field(title="Owner", description="Who has it instead, by their id.")
    reason: str = Field(title="Reason", description="Why; it is kept, and told in explain.")


class ReviewForm(RunInput):
    """What a person answers; the form says above what becomes of what is left out."""

    approve_the_rest: bool = Field(
        default=True,
        title="Approve the rest",
        description="Write now what is proposed above, but for what is named below.",
    )
    hold: list[str] = Field(
        default_factory=list,
        title="Hold back",
        description=(
            "Leads not to be approved yet: with no answer until their time they go as said above."
        ),
    )
    changes: list[Change] = Field(
        default_factory=list,
        title="Change the owner",
        description="Leads that somebody else is to have: for each the owner and why.",
    )
    your_name: str = Field(
        default="", title="Your name", description="Kept with the answers; it is not checked."
    )


def form(wiring: Wiring, waiting: Sequence[Proposal]) -> type[ReviewForm]:
    """Make the form for these leads: its choices are their keys and the owners' ids."""
    leads: list[JsonValue] = [str(each.review.lead) for each in waiting]
    owners: list[JsonValue] = [str(owner) for owner in wiring.configuration.policy.owners]
    held = [str(each.review.lead) for each in waiting if _is_held(each)]
    change = create_model(
        "Change",
        __base__=Change,
        lead=(str, _again(Change, "lead", {"enum": leads})),
        owner=(str, _again(Change, "owner", {"enum": owners})),
    )
    offered: JsonValue = {"type": "string", "enum": leads}
    made = create_model(
        "ReviewForm",
        __base__=ReviewForm,
        hold=(list[str], _again(ReviewForm, "hold", {"items": offered}, held)),
        changes=(list[change], _again(ReviewForm, "changes", {}, [])),  # type: ignore[valid-type]
    )
    made._description = "\n".join(_told(wiring, waiting))  # noqa: SLF001 - Prefect's own way to it
    return made


def _again(of: type[BaseModel], name: str, offers: dict[str, JsonValue], default: Any = ...) -> Any:
    """Return a field as it is declared, with what it offers and its default."""
    declared = of.model_fields[name]
    return Field(
        default,
        title=declared.title,
        description=declared.description,
        json_schema_extra=offers,
    )


def _is_held(each: Proposal) -> bool:
    return each.review.state is ReviewState.HELD


def answers(filled: ReviewForm, leads: Sequence[LeadKey]) -> list[Answer]:
    """
    Return what a person said to each lead of the form.

    Raises ValueError naming a lead that is not one of the form's, whose checks can be switched off,
    or to which two things are said.
    """
    named = {str(key): key for key in leads}
    mentioned = [*filled.hold, *(change.lead for change in filled.changes)]
    unknown = sorted({lead for lead in mentioned if lead not in named})
    if unknown:
        raise ValueError(f"not of this form: {', '.join(unknown)}")
    if unclear := list(_unclear(filled)):
        raise ValueError(f"nothing was taken: {'; '.join(unclear)}")
    said = {
        named[each.lead]: Answer(
            lead=named[each.lead],
            state=ReviewState.CHANGED,
            to=OwnerId(each.owner),
            reason=each.reason,
        )
        for each in filled.changes
    }
    for lead in filled.hold:
        said.setdefault(named[lead], Answer(lead=named[lead], state=ReviewState.HELD))
    if filled.approve_the_rest:
        for key in leads:
            said.setdefault(key, Answer(lead=key, state=ReviewState.APPROVED))
    return list(said.values())


def _unclear(filled: ReviewForm) -> Iterator[str]:
    """Tell of each lead to which two things are said; none of them would be right to take."""
    changed = Counter(change.lead for change in filled.changes)
    for lead in sorted(lead for lead, times in changed.items() if times > 1):
        yield f"{lead} is named {changed[lead]} times under Change the owner; name it once"
    # What was held back before stands in the form by itself: a change is the newer word on it.
    kept = type(filled).model_fields["hold"].get_default(call_default_factory=True)
    for lead in sorted(changed.keys() & set(filled.hold) - set(kept)):
        yield f"{lead} is both held back and given to another owner; leave one of them out"


def table(wiring: Wiring, waiting: Sequence[Proposal]) -> list[dict[str, object]]:
    """Return the proposals as rows: nobody's name but owners', and a link to the record."""
    return [
        {
            "lead": in_cell(*_linked(wiring, each)),
            # One column: with two the reason beside it would be cut off.
            f"owner, until ({_zone(wiring)})": (
                f"{cell(_owner(wiring, each))}<br>{_until(wiring, each)}"
            ),
            "why": lines_of(each.decision.reason),
        }
        for each in waiting
    ]


def _told(wiring: Wiring, waiting: Sequence[Proposal]) -> Iterator[str]:
    """Yield the same as a list: the form is narrow, and a table in it is cut off at its right."""
    yield (
        "The first assignments of a changed policy, or of a new version of the model. Nobody has "
        "these leads yet. What nobody answers until the time beside it goes to the owner beside "
        f"it; where that is the model's best match, by turns. Times are those of {_zone(wiring)}.\n"
    )
    for each in waiting:
        goes = f"{lead_link(*_linked(wiring, each))} → **{_owner(wiring, each)}**"
        held = ", held back" if _is_held(each) else ""
        yield f"- {goes}, until {_until(wiring, each)}{held}: {cell(shortened(each.decision))}"


def _owner(wiring: Wiring, each: Proposal) -> str:
    owner = each.decision.owner
    return f"{wiring.configuration.policy.name_of(owner)} ({owner})"


def _linked(wiring: Wiring, each: Proposal) -> tuple[str, str]:
    """Return the lead's key, and where its record is, if there is one yet."""
    key = each.review.lead
    is_there = key.source in wiring.crms
    link = crm_link(key.source, key.source_id, wiring.configuration) if is_there else ""
    return str(key), link


def _until(wiring: Wiring, each: Proposal) -> str:
    return f"{each.review.deadline.astimezone(ZoneInfo(_zone(wiring))):%m-%d %H:%M}"


def _zone(wiring: Wiring) -> str:
    return wiring.configuration.policy.timezone
