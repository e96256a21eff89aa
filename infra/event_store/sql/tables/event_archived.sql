-- What stays of an event that was taken off: its place, its id, which never comes again, and its hash, which the
-- tree is made of. Whole streams alone are taken off; `archive` of the stream's row says into which file.
CREATE TABLE IF NOT EXISTS event_store.event_archived (
    position    bigint CONSTRAINT event_archived_pkey PRIMARY KEY,
    stream_id   text COLLATE "C" NOT NULL,
    version     bigint NOT NULL,
    event_id    uuid NOT NULL CONSTRAINT event_archived_event_id_key UNIQUE,
    recorded_at timestamptz NOT NULL,
    hash        bytea NOT NULL
);
