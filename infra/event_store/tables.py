"""The tables as SQLAlchemy Core knows them, for queries; sql/ is what makes them."""

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP

SCHEMA = "event_store"

event_store_metadata = MetaData(schema=SCHEMA)

stream = Table(
    "stream",
    event_store_metadata,
    Column("stream_id", Text(collation="C"), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("recorded_at", TIMESTAMP(timezone=True), nullable=False),
    PrimaryKeyConstraint("stream_id", name="stream_pkey"),
)

event = Table(
    "event",
    event_store_metadata,
    Column("position", BigInteger, Identity(always=True), nullable=False),
    Column("stream_id", Text(collation="C"), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("type", Text(collation="C"), nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Column("personal", LargeBinary),
    Column("meta", Text, nullable=False),
    Column("recorded_at", TIMESTAMP(timezone=True), nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("position", name="event_pkey"),
    UniqueConstraint("stream_id", "version", name="event_stream_id_version_key"),
    UniqueConstraint("event_id", name="event_event_id_key"),
)
