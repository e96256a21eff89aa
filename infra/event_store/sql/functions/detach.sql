-- Takes whole streams off into a file that the caller has verified, and returns how many events. For the owner alone.
-- What stays is a stub of each event. The streams' heads must be locked by the caller, who compared them with the
-- file. A stream that is marked already stays as it is.
CREATE OR REPLACE FUNCTION event_store.detach(p_sha256 bytea, p_name text, p_events bigint, p_streams text[])
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_streams text[];
    v_taken   bigint;
BEGIN
    IF octet_length(p_sha256) <> 32 THEN
        RAISE EXCEPTION 'an archive is named by the SHA-256 of its bytes' USING ERRCODE = 'ES006';
    END IF;
    INSERT INTO event_store.archive (sha256, name, events, detached_at)
    VALUES (p_sha256, p_name, p_events, clock_timestamp())
    ON CONFLICT (sha256) DO NOTHING;
    WITH marked AS (
        UPDATE event_store.stream s SET archive = p_sha256
        WHERE s.stream_id = ANY (p_streams) AND s.archive IS NULL
        RETURNING s.stream_id
    )
    SELECT array_agg(m.stream_id) INTO v_streams FROM marked m;
    INSERT INTO event_store.event_archived (position, stream_id, version, event_id, recorded_at, hash)
    SELECT e.position, e.stream_id, e.version, e.event_id, e.recorded_at, e.hash
    FROM event_store.event e WHERE e.stream_id = ANY (v_streams);
    DELETE FROM event_store.event e WHERE e.stream_id = ANY (v_streams);
    GET DIAGNOSTICS v_taken = ROW_COUNT;
    IF (SELECT count(*) FROM event_store.event_archived a JOIN event_store.stream s USING (stream_id)
        WHERE s.archive = p_sha256)
        > (SELECT a.events FROM event_store.archive a WHERE a.sha256 = p_sha256)
    THEN
        RAISE EXCEPTION 'the archive % has fewer events than would be taken off', p_name USING ERRCODE = 'ES006';
    END IF;
    RETURN v_taken;
END
$$;
