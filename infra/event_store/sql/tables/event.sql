-- Stored for ever, byte for byte. `data` and `meta` are canonical JSON as text: jsonb would reorder keys and
-- rewrite numbers, and no outside verifier could follow the hash.
-- The sequence must never cache: two sessions with cached ranges would break the fence.
CREATE TABLE event_store.event (
    position       bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME event_store.event_position_seq CACHE 1),
    stream_id      text COLLATE "C" NOT NULL,
    version        bigint NOT NULL,
    event_id       uuid NOT NULL,
    type           text COLLATE "C" NOT NULL,
    schema_version integer NOT NULL,
    data           text NOT NULL,
    personal       bytea,
    meta           text NOT NULL,
    recorded_at    timestamptz NOT NULL,
    hash           bytea NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (position),
    CONSTRAINT event_stream_id_version_key UNIQUE (stream_id, version),
    CONSTRAINT event_event_id_key UNIQUE (event_id)
);
