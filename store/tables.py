"""What all tables share: one metadata, and the kinds of column that come again and again."""

from sqlalchemy import Column, ForeignKeyConstraint, MetaData

from store.columns import Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def required(name: str) -> Column[str]:
    return Column(name, Words, nullable=False)


def key(name: str) -> Column[str]:
    return Column(name, Words, primary_key=True)


def of_lead() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["source", "source_id"], ["lead.source", "lead.source_id"])
