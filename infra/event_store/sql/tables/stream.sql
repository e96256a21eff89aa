-- One row a stream: the lock that writers of the stream queue at, and its head. `archive` is set for ever once
-- the stream's events were taken off: the SHA-256 of the file that holds them.
-- COLLATE "C": the order of locking must be the same in every database, whatever its locale.
-- The fill factor leaves room for the next versions of the row on its own page, so that moving a head
-- touches no index.
CREATE TABLE event_store.stream (
    stream_id   text COLLATE "C" PRIMARY KEY,
    version     bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    archive     bytea
) WITH (fillfactor = 50);
