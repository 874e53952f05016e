"""What must be true when all is over, whatever was killed in between; the vendors' word counts."""

from collections import Counter
from collections.abc import Collection, Iterator

from leads.keys import LeadKey
from sandbox.chat import Chat
from sandbox.hubspot.kinds import CONTACTS, TASKS
from sandbox.town import Town
from sandbox.world.record import Standing
from store.schema import decision, metadata
from store.store import Store
from tests.e2e.town_case import crm_records, is_in_the_intake, is_routed_once
from tests.e2e.witness import created_for, everything_ownerless, owners_written

_REPEAT = "(repeat)"


def violations(
    town: Town, store: Store, chat: Chat, *, erased: LeadKey, told: Collection[str]
) -> list[str]:
    """
    Say in words whatever is not as it must be; nothing, when all is.

    `told` are Meta's ids of leads that we answered a webhook for.
    """
    return [
        *(f"nobody owns {key}" for key in everything_ownerless(town)),
        *_owner_writes(town),
        *_creations(town, told),
        *_decisions(town, store, erased),
        *told_wrong(town, chat),
        *ledgers_wrong(store),
        *_still_named(store, erased),
    ]


def counted(town: Town) -> int:
    """How many leads of the world had to be routed or set aside."""
    records = (each for source in town.world.records.values() for each in source)
    return sum(1 for each in records if is_in_the_intake(each))


def effects(town: Town) -> tuple[object, ...]:
    """Everything we did at the vendors; another sync must not change it."""
    written = {record: tuple(owners) for record, owners in owners_written(town).items()}
    return written, tuple(created_for(town)), tuple(sorted(_all_tasks(town)))


def _owner_writes(town: Town) -> Iterator[str]:
    written = owners_written(town)
    for source, record in crm_records(town):
        times = len(written.get(town.ids[record.key], ()))
        if is_in_the_intake(record) and times != 1:
            yield f"{record.key} of {source}: its owner was written {times} times"
        if not is_in_the_intake(record) and times:
            yield f"{record.key} of {source} was not ours to give away"


def _creations(town: Town, told: Collection[str]) -> Iterator[str]:
    made = Counter(created_for(town))
    for key, times in made.items():
        if times > 1:
            yield f"{key} was created {times} times"
    for each in told:
        if not made[f"meta_ads:{each}"]:
            yield f"the webhook of meta_ads:{each} was answered, and nothing came of it"


def _decisions(town: Town, store: Store, erased: LeadKey) -> Iterator[str]:
    for source, records in town.world.records.items():
        for record in records:
            key = LeadKey(source, town.ids[record.key])
            if record.standing is Standing.WAITING and key != erased:
                stored = store.stored_lead(key)
                if not is_routed_once(stored):
                    states = [each.state.value for each in stored.deliveries]
                    yield f"{record.key} is {stored.state}, its deliveries {states}"
    with store._db.engine.connect() as connection:
        made = connection.execute(decision.select().where(decision.c.void_at.is_(None))).all()
    for (source, at), times in Counter((row.source, row.source_id) for row in made).items():
        if times > 1:
            yield f"{times} decisions on {source}:{at} stand"


def _given(town: Town) -> set[str]:
    """Every record that we gave to somebody who must hear of it: not what was set aside."""
    by_id = {town.ids[record.key]: record for _, record in crm_records(town)}
    given = {
        contact.id
        for contact in town.vendors.hubspot.contacts.values()
        if contact.state.values.get("firsttouch_id")
    }
    given |= owners_written(town).keys()
    return {
        each
        for each in given
        if each not in by_id or by_id[each].standing is not Standing.UNREACHABLE
    }


def told_wrong(town: Town, chat: Chat) -> Iterator[str]:
    """Say who was told of what they were given too often, or not at all."""
    yield from _messages(town, chat)
    yield from _tasks(town)


def _messages(town: Town, chat: Chat) -> Iterator[str]:
    links = [post.text.rsplit("/", 1)[-1] for post in chat.posted]
    for record in sorted(_given(town) - set(links)):
        yield f"nobody was told of record {record}"
    first = Counter(
        (post.title, post.text) for post in chat.posted if not post.title.endswith(_REPEAT)
    )
    for (_, text), times in first.items():
        if times > 1:
            record = text.rsplit("/", 1)[-1]
            yield f"{times} messages on record {record} say that they are the first"


def _tasks(town: Town) -> Iterator[str]:
    tasks = Counter(_all_tasks(town))
    for (record, _), times in tasks.items():
        if times > 1:
            yield f"{times} tasks for one assignment of record {record}"
    for record in sorted(_given(town) - {record for record, _ in tasks}):
        yield f"no task for record {record}"


def _all_tasks(town: Town) -> Iterator[tuple[str, str]]:
    """The record, and the words that hold the assignment's own key."""
    for row in town.vendors.salesforce.records.of("Task").values():
        if row["Status"] != "Completed":
            yield str(row["WhoId"]), str(row["Subject"])
    portal = town.vendors.hubspot
    for task_id, task in portal.shelves[TASKS.name].records.items():
        key = str(task.state.values.get("hs_task_body")).rpartition("\n")[2]
        for contact, _ in portal.links.of(TASKS.name, task_id, CONTACTS.name):
            yield contact, key


def ledgers_wrong(store: Store) -> Iterator[str]:
    """Say which run's counts do not add up, or left something."""
    for run in store.last_runs(1_000):
        for source, entry in store.ledger(run.id).items():
            if not entry.balanced:
                yield f"{run.kind} of {source}: pulled {entry.pulled}, found {entry.accounted}"
            if entry.pending or entry.waiting:
                yield f"{run.kind} of {source}: {entry.pending} due, {entry.waiting} waiting"


def _still_named(store: Store, erased: LeadKey) -> Iterator[str]:
    with store._db.engine.connect() as connection:
        for name, table in metadata.tables.items():
            rows = connection.execute(table.select()).all()
            if any(erased.source_id in str(tuple(row)) for row in rows):
                yield f"table {name} still names who was erased"
