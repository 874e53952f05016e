"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _lead()
    _sighting()
    _reject()
    _identity()
    _decision()
    _rotation()
    _policy()
    _delivery()
    _assignment()
    _link()
    _reservation()
    _work()
    _crm_owner()
    _run()
    _pull_count()
    _cursor()
    _lease()
    _pause()
    _away()


def _lead() -> None:
    op.create_table(
        "lead",
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("source_id", _WORDS, nullable=False),
        sa.Column("version", _WORDS, nullable=False),
        sa.Column("state", _WORDS, nullable=False),
        sa.Column("reason", _WORDS, nullable=False),
        sa.Column("until", _INSTANT),
        sa.Column("created_at", _INSTANT),
        sa.Column("owner_seen", _WORDS),
        sa.Column("email", _WORDS),
        sa.Column("document", sa.Text()),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("duplicate_source", _WORDS),
        sa.Column("duplicate_id", _WORDS),
        sa.Column("first_seen", _INSTANT, nullable=False),
        sa.Column("last_seen", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("source", "source_id", name="pk_lead"),
    )
    op.create_index("ix_lead_email", "lead", ["email"])
    op.create_index("ix_lead_source_id", "lead", ["source_id"])
    op.create_index(
        "ix_lead_state_created_at_source_source_id",
        "lead",
        ["state", "created_at", "source", "source_id"],
    )
    op.create_index("ix_lead_state_until", "lead", ["state", "until"])


def _sighting() -> None:
    op.create_table(
        "sighting",
        sa.Column("run", _WORDS, nullable=False),
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("source_id", _WORDS, nullable=False),
        sa.Column("verdict", _WORDS, nullable=False),
        sa.Column("reason", _WORDS, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["source", "source_id"], ["lead.source", "lead.source_id"], name="fk_sighting_lead"
        ),
        sa.PrimaryKeyConstraint("run", "source", "source_id", name="pk_sighting"),
    )
    op.create_index("ix_sighting_source_source_id", "sighting", ["source", "source_id"])


def _reject() -> None:
    op.create_table(
        "reject",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("source_id", _WORDS, nullable=False),
        sa.Column("version", _WORDS, nullable=False),
        sa.Column("field", _WORDS, nullable=False),
        sa.Column("reason", _WORDS, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", _WORDS, nullable=False),
        sa.Column("run", _WORDS, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.Column("closed_at", _INSTANT),
        sa.Column("owned_at", _INSTANT),
        sa.ForeignKeyConstraint(
            ["source", "source_id"], ["lead.source", "lead.source_id"], name="fk_reject_lead"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reject"),
        sa.UniqueConstraint("source", "source_id", name="uq_reject_source_source_id"),
    )
    op.create_index("ix_reject_state_owned_at", "reject", ["state", "owned_at"])


def _identity() -> None:
    op.create_table(
        "identity",
        sa.Column("key", _WORDS, nullable=False),
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("source_id", _WORDS, nullable=False),
        sa.Column("owner", _WORDS, nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["source", "source_id"], ["lead.source", "lead.source_id"], name="fk_identity_lead"
        ),
        sa.PrimaryKeyConstraint("key", "source", "source_id", name="pk_identity"),
    )
    op.create_index("ix_identity_source_source_id", "identity", ["source", "source_id"])


def _decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("source_id", _WORDS, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("owner", _WORDS, nullable=False),
        sa.Column("pool", _WORDS),
        sa.Column("rule", _WORDS),
        sa.Column("method", _WORDS, nullable=False),
        sa.Column("reason", _WORDS, nullable=False),
        sa.Column("policy", _WORDS, nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=False),
        sa.Column("sla_due", _INSTANT, nullable=False),
        sa.Column("void_at", _INSTANT),
        sa.Column("run", _WORDS, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source", "source_id"], ["lead.source", "lead.source_id"], name="fk_decision_lead"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.UniqueConstraint(
            "source", "source_id", "attempt", name="uq_decision_source_source_id_attempt"
        ),
    )
    op.create_index("ix_decision_owner_decided_at", "decision", ["owner", "decided_at"])
    op.create_index("ix_decision_run", "decision", ["run"])


def _rotation() -> None:
    op.create_table(
        "rotation",
        sa.Column("pool", _WORDS, nullable=False),
        sa.Column("owner", _WORDS, nullable=False),
        sa.Column("entitled", sa.Float(), nullable=False),
        sa.Column("assigned", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("pool", "owner", name="pk_rotation"),
    )


def _policy() -> None:
    op.create_table(
        "policy",
        sa.Column("hash", _WORDS, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("first_seen", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_policy"),
    )


def _delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("seq", _NUMBER, nullable=False),
        sa.Column("id", _WORDS, nullable=False),
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("source_id", _WORDS, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("crm", _WORDS, nullable=False),
        sa.Column("record_id", _WORDS),
        sa.Column("owner", _WORDS, nullable=False),
        sa.Column("crm_owner", _WORDS, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("state", _WORDS, nullable=False),
        sa.Column("reason", _WORDS, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("lease_holder", _WORDS),
        sa.Column("lease_until", _INSTANT),
        sa.Column("run", _WORDS, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("settled_run", _WORDS),
        sa.Column("settled_at", _INSTANT),
        sa.Column("owner_found", _WORDS),
        sa.ForeignKeyConstraint(
            ["source", "source_id"], ["lead.source", "lead.source_id"], name="fk_delivery_lead"
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_delivery"),
        sa.UniqueConstraint("id", name="uq_delivery_id"),
    )
    op.create_index("ix_delivery_crm_record_id", "delivery", ["crm", "record_id"])
    op.create_index("ix_delivery_crm_state_seq", "delivery", ["crm", "state", "seq"])
    op.create_index("ix_delivery_run", "delivery", ["run"])
    op.create_index("ix_delivery_settled_run", "delivery", ["settled_run"])
    op.create_index("ix_delivery_source_source_id", "delivery", ["source", "source_id"])


def _assignment() -> None:
    op.create_table(
        "assignment",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("delivery", _WORDS, nullable=False),
        sa.Column("written_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["delivery"], ["delivery.id"], name="fk_assignment_delivery"),
        sa.PrimaryKeyConstraint("id", name="pk_assignment"),
        sa.UniqueConstraint("delivery", name="uq_assignment_delivery"),
        sqlite_autoincrement=True,
    )


def _link() -> None:
    op.create_table(
        "link",
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("source_id", _WORDS, nullable=False),
        sa.Column("crm", _WORDS, nullable=False),
        sa.Column("record_id", _WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["source", "source_id"], ["lead.source", "lead.source_id"], name="fk_link_lead"
        ),
        sa.PrimaryKeyConstraint("source", "source_id", "crm", name="pk_link"),
    )
    op.create_index("ix_link_crm_record_id", "link", ["crm", "record_id"])


def _reservation() -> None:
    op.create_table(
        "reservation",
        sa.Column("delivery", _WORDS, nullable=False),
        sa.Column("owner", _WORDS, nullable=False),
        sa.Column("crm", _WORDS, nullable=False),
        sa.Column("record_id", _WORDS),
        sa.Column("crm_owner", _WORDS, nullable=False),
        sa.Column("reserved_at", _INSTANT, nullable=False),
        sa.Column("written_at", _INSTANT),
        sa.Column("ended_at", _INSTANT),
        sa.Column("ending", _WORDS, nullable=False),
        sa.ForeignKeyConstraint(["delivery"], ["delivery.id"], name="fk_reservation_delivery"),
        sa.PrimaryKeyConstraint("delivery", name="pk_reservation"),
    )
    op.create_index(
        "ix_reservation_active",
        "reservation",
        ["owner"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _work() -> None:
    op.create_table(
        "work",
        sa.Column("crm", _WORDS, nullable=False),
        sa.Column("record_id", _WORDS, nullable=False),
        sa.Column("owner", _WORDS),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("crm", "record_id", name="pk_work"),
    )
    op.create_index("ix_work_is_open_crm_owner", "work", ["is_open", "crm", "owner"])


def _crm_owner() -> None:
    op.create_table(
        "crm_owner",
        sa.Column("crm", _WORDS, nullable=False),
        sa.Column("crm_id", _WORDS, nullable=False),
        sa.Column("name", _WORDS, nullable=False),
        sa.Column("email", _WORDS),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_queue", sa.Boolean(), nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("crm", "crm_id", name="pk_crm_owner"),
    )


def _run() -> None:
    op.create_table(
        "run",
        sa.Column("id", _WORDS, nullable=False),
        sa.Column("kind", _WORDS, nullable=False),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.Column("error", _WORDS, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )


def _pull_count() -> None:
    op.create_table(
        "pull_count",
        sa.Column("run", _WORDS, nullable=False),
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("pulled", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run", "source", name="pk_pull_count"),
    )


def _cursor() -> None:
    op.create_table(
        "cursor",
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("stream", _WORDS, nullable=False),
        sa.Column("position", _WORDS, nullable=False),
        sa.Column("saved_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("source", "stream", name="pk_cursor"),
    )


def _lease() -> None:
    op.create_table(
        "lease",
        sa.Column("name", _WORDS, nullable=False),
        sa.Column("holder", _WORDS, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )


def _pause() -> None:
    op.create_table(
        "pause",
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_pause"),
    )


def _away() -> None:
    op.create_table(
        "away",
        sa.Column("owner", _WORDS, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("set_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("owner", name="pk_away"),
    )
