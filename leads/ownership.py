"""Changes of owner asked of a CRM, and what became of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from leads.keys import CrmOwnerId, LeadKey

NOBODY = CrmOwnerId("")
"""Written as the owner, it leaves a record without one, where the CRM allows that."""


SOMEBODY_ELSES = "somebody else owns it by now"
"""Of a conflict of which no more is known."""


class WriteStatus(StrEnum):
    """What a caller must do next is all that tells these apart."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"  # it already had this owner
    CONFLICT = "conflict"  # a person, or another run, moved it first: theirs stands
    REFUSED = "refused"  # the vendor said no; trying again cannot help
    GONE = "gone"  # deleted at the CRM: nobody's to own
    RETRYABLE = "retryable"  # this one failed in a way that may pass


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChange:
    """
    Give `record_id` to `owner`, provided its owner is still one of `expected`.

    `expected` holds the owner we saw and every owner that means "nobody yet" at this source
    (None among them where blank means that). `notes` are CRM fields to fill in beside the owner.
    """

    record_id: str
    owner: CrmOwnerId
    expected: frozenset[CrmOwnerId | None]
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecord:
    """A record to be created in a CRM, already owned. `values` are canonical names to text."""

    key: LeadKey
    owner: CrmOwnerId
    values: Mapping[str, str]
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """
    What a CRM is asked for when we look whether it has somebody already. `phone` is E.164.

    `known` is the record that is theirs there as far as we know. It is read by its id: a CRM
    searches for numbers as text, and may be behind.
    """

    key: LeadKey
    email: str | None
    phone: str | None
    last_name: str | None = None
    known: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingRecord:
    """A person the CRM has already, and who owns that record there."""

    record_id: str
    owner: CrmOwnerId | None


class WhyLeftOut(StrEnum):
    """Why a CRM's record was written without something that was meant for it."""

    NO_FIELD = "no_field"
    READ_ONLY = "read_only"
    NOT_A_CHOICE = "not_a_choice"  # not in the field's list of values
    NOT_A_NUMBER = "not_a_number"  # a range, where one number is asked for
    NOT_YES_OR_NO = "not_yes_or_no"
    REFUSED = "refused"  # the CRM would not take the value, though nothing had said so before


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """
    One field of a record that was written without it, rather than not at all.

    `name` is ours (a note's is the CRM's), `field` the CRM's; `code` the CRM's own for a refusal.
    The value is not told: it may be personal. `instead` is another field that has it: nothing is
    lost then.
    """

    name: str
    field: str
    why: WhyLeftOut
    code: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOutcome:
    """
    What became of one change or creation.

    `owner` is whoever owns the record now, where that is known; `record_id` the record in the
    CRM (for a creation: the one made, or the one that was there already). `unguarded`: the vendor
    wrote without looking, so that who owned it between our reading and the write is to be asked.
    `left_out` is what the record now goes without. `blames_owner`: REFUSED because of who was to
    own it (unknown there, or deactivated), and not for what the record is or lacks. `is_converted`:
    REFUSED because the lead became an account's meanwhile: its owner decides.
    """

    status: WriteStatus
    record_id: str | None = None
    owner: CrmOwnerId | None = None
    reason: str = ""
    unguarded: bool = False
    left_out: tuple[LeftOut, ...] = ()
    blames_owner: bool = False
    is_converted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerSeen:
    """
    Who a CRM showed as a record's owner, None for nobody, when it was last read there.

    `by`: the lead for which we wrote that owner last, where it was us.
    """

    owner: str | None
    at: datetime
    by: LeadKey | None = None
