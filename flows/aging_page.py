"""A page in Prefect of what an aging run did: who was late, and who has each lead now."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from config.configuration import Configuration
from flows.aging import Aged
from flows.aging_steps import Did, Step
from flows.commands.age import sentence
from flows.exits import distinct
from flows.messages import crm_link
from flows.page_pieces import bullets, cell, lead_link
from routing.policy import Policy

_LATE = (Did.MOVED, Did.HELD, Did.LEFT)


def aging_page(aged: Aged, configuration: Configuration) -> str:
    """
    Return the page of a run that did something: a line for each lead, with a link to its record.

    What it came to in a line is above it already, as the artifact's description.
    """
    policy = configuration.policy
    moved = [each for each in aged.steps if each.moves]
    others = [each for each in aged.steps if not each.moves]
    parts = [
        *_late(aged.steps, policy),
        *_listed("Given to somebody else", (_moved(each, configuration) for each in moved)),
        *_listed("Where they were", (_other(each, configuration) for each in others)),
        *_listed("Not done", map(str, distinct(aged.problems))),
    ]
    return "\n\n".join(parts) + "\n"


def _late(steps: Sequence[Step], policy: Policy) -> Iterator[str]:
    """Say who was late, and of how many leads: whoever was so most often first."""
    counts = Counter(policy.name_of(each.owner) for each in steps if each.did in _LATE)
    if counts:
        most_first = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        yield f"**Late**: {cell(', '.join(f'{who} {n:,}' for who, n in most_first))}"


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    if told := bullets(lines):
        yield f"## {title}"
        yield told


def _moved(step: Step, configuration: Configuration) -> str:
    policy = configuration.policy
    had, has = policy.name_of(step.owner), policy.name_of(step.now_with)
    off = f" {had} gets no new leads for a day." if step.paused else ""
    return f"{_link(step, configuration)}: {had} → **{has}**. {step.why}{off}"


def _other(step: Step, configuration: Configuration) -> str:
    return f"{_link(step, configuration)}: {sentence(step, configuration.policy)}"


def _link(step: Step, configuration: Configuration) -> str:
    to = crm_link(step.crm, step.record_id, configuration) if step.record_id else ""
    return lead_link(str(step.lead), to)
