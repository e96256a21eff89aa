-- The files that hold events which were taken off, each by the SHA-256 of its bytes.
CREATE TABLE IF NOT EXISTS event_store.archive (
    sha256      bytea CONSTRAINT archive_pkey PRIMARY KEY,
    name        text NOT NULL,
    events      bigint NOT NULL,
    detached_at timestamptz NOT NULL
);
