-- The hash of an event, for ever: the same as infra/event_store/chain.py, whose module says what each part is.
-- One expression and STABLE (extract() is), so that the planner writes it into the calling statement.
CREATE FUNCTION event_store.event_hash(
    p_previous bytea, p_position bigint, p_stream_id text, p_version bigint, p_event_id uuid, p_type text,
    p_schema_version integer, p_data text, p_personal bytea, p_meta text, p_recorded_at timestamptz
) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
RETURN sha256(
    '\x0000000000000012'::bytea || 'placements/event/1'::bytea
    || '\x0000000000000020'::bytea || p_previous
    || '\x0000000000000008'::bytea || int8send(p_position)
    || int8send(octet_length(p_stream_id)) || convert_to(p_stream_id, 'UTF8')
    || '\x0000000000000008'::bytea || int8send(p_version)
    || '\x0000000000000010'::bytea || uuid_send(p_event_id)
    || int8send(octet_length(p_type)) || convert_to(p_type, 'UTF8')
    || '\x0000000000000008'::bytea || int8send(p_schema_version)
    || int8send(octet_length(p_data)) || convert_to(p_data, 'UTF8')
    || coalesce(int8send(octet_length(p_personal)) || p_personal, '\xffffffffffffffff'::bytea)
    || int8send(octet_length(p_meta)) || convert_to(p_meta, 'UTF8')
    || '\x0000000000000008'::bytea || int8send((extract(epoch FROM p_recorded_at) * 1000000)::bigint)
);
