"""The Merkle tree over the feed, in tiles, and the signed checkpoints of it."""

from infra.postgres.migrations.script import run

revision = "0040"
down_revision: str | None = "0010"

TREE = """
CREATE TABLE tree (
    one bigint CONSTRAINT tree_pkey PRIMARY KEY CONSTRAINT tree_one_check CHECK (one = 1),
    size bigint NOT NULL,
    position bigint NOT NULL
)
"""
EMPTY = "INSERT INTO tree (one, size, position) VALUES (1, 0, 0)"
TREE_TILE = """
CREATE TABLE tree_tile (
    level bigint,
    tile bigint,
    hashes bytea NOT NULL,
    first_position bigint,
    CONSTRAINT tree_tile_pkey PRIMARY KEY (level, tile)
)
"""
TREE_TILE_INDEX = """
CREATE UNIQUE INDEX tree_tile_first_position_idx ON tree_tile (first_position) WHERE first_position IS NOT NULL
"""
CHECKPOINT = """
CREATE TABLE checkpoint (
    origin text,
    size bigint,
    position bigint NOT NULL,
    note text NOT NULL,
    verifier_key text NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT checkpoint_pkey PRIMARY KEY (origin, size)
)
"""
GRANTS = (
    "GRANT SELECT, UPDATE ON tree TO placements_app",
    "GRANT SELECT, INSERT, UPDATE ON tree_tile TO placements_app",
    "GRANT SELECT, INSERT ON checkpoint TO placements_app",
)


def sql() -> tuple[str, ...]:
    return (TREE, EMPTY, TREE_TILE, TREE_TILE_INDEX, CHECKPOINT, *GRANTS)


def upgrade() -> None:
    for statement in sql():
        run(statement)
