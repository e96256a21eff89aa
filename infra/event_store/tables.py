"""The tables as SQLAlchemy Core knows them, for queries; sql/ is what makes them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
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
    Column("archive", LargeBinary),
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

archive = Table(
    "archive",
    event_store_metadata,
    Column("sha256", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("detached_at", TIMESTAMP(timezone=True), nullable=False),
    PrimaryKeyConstraint("sha256", name="archive_pkey"),
)

event_archived = Table(
    "event_archived",
    event_store_metadata,
    Column("position", BigInteger, nullable=False, autoincrement=False),
    Column("stream_id", Text(collation="C"), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("recorded_at", TIMESTAMP(timezone=True), nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("position", name="event_archived_pkey"),
    UniqueConstraint("event_id", name="event_archived_event_id_key"),
)

clock_allowance = Table(
    "clock_allowance",
    event_store_metadata,
    Column("one", Integer, nullable=False, server_default=text("1"), autoincrement=False),
    Column("ahead", Interval, nullable=False),
    PrimaryKeyConstraint("one", name="clock_allowance_pkey"),
    CheckConstraint("one = 1", name="clock_allowance_one_check"),
)
