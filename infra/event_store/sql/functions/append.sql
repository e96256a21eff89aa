-- Appends events to one or more streams, all or nothing, in one call; infra/event_store/append.py speaks to it.
-- Arrays in the order of the request: one entry a stream in the first three, one an event in the next six.
-- A stream without events is a condition: it must be as expected, and nothing of it changes.
-- Expected: 0 no stream yet, 1.. exactly that version, -1 any, -2 the stream exists.
-- The order of steps stands at take_fence.
CREATE OR REPLACE FUNCTION event_store.append(
    p_streams text[], p_expected bigint[], p_counts integer[], p_event_ids uuid[], p_types text[],
    p_schema_versions integer[], p_data text[], p_personal bytea[], p_meta text[], p_recorded_at timestamptz,
    OUT repeated boolean, OUT versions bigint[], OUT recorded timestamptz[], OUT positions bigint[]
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_firsts   bigint[];
    v_position bigint;
    v_version  bigint;
    v_recorded timestamptz;
    v_event    integer := 0;
    v_hash     bytea;
BEGIN
    -- Before the first look at the streams: take_fence, which refuses the same, comes after it.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'append needs READ COMMITTED: what it finds must be newer than the lock it waited for'
            USING ERRCODE = 'ES004';
    END IF;

    -- The two usual cases in one statement each; whatever does not fit is explained by the full form.
    IF cardinality(p_streams) = 1 AND p_expected[1] > 0 THEN
        UPDATE event_store.stream s
        SET version = s.version + p_counts[1], recorded_at = greatest(s.recorded_at, p_recorded_at)
        WHERE s.stream_id = p_streams[1] AND s.version = p_expected[1] AND s.archive IS NULL
        RETURNING s.recorded_at, (
            SELECT p.hash FROM event_store.event p
            WHERE p.stream_id = p_streams[1] AND p.version = p_expected[1])
        INTO v_recorded, v_hash;
        repeated := CASE WHEN found THEN false END;
    ELSIF cardinality(p_streams) = 1 AND p_expected[1] = 0 THEN
        INSERT INTO event_store.stream (stream_id, version, recorded_at)
        VALUES (p_streams[1], p_counts[1], p_recorded_at)
        ON CONFLICT (stream_id) DO NOTHING
        RETURNING recorded_at INTO v_recorded;
        repeated := CASE WHEN found THEN false END;
    END IF;
    IF repeated IS NULL THEN
        SELECT * INTO repeated, v_firsts, recorded FROM event_store.claim(
            p_streams, p_expected, p_counts, p_event_ids, p_types, p_schema_versions, p_data, p_personal,
            p_recorded_at);
    ELSE
        v_firsts := ARRAY[p_expected[1] + 1];
        recorded := ARRAY[v_recorded];
    END IF;

    IF repeated THEN
        SELECT array_agg(e.position ORDER BY g.n) INTO positions
        FROM unnest(p_event_ids) WITH ORDINALITY AS g (id, n)
        JOIN event_store.event e ON e.event_id = g.id;
        SELECT array_agg(coalesce(e.version, 0) ORDER BY c.a),
            array_agg(coalesce(e.recorded_at, p_recorded_at) ORDER BY c.a) INTO versions, recorded
        FROM unnest(p_streams, p_counts, v_firsts) WITH ORDINALITY AS c (stream_id, n, first, a)
        LEFT JOIN event_store.event e ON e.stream_id = c.stream_id AND e.version = c.first + c.n - 1 AND c.n > 0;
        RETURN;
    END IF;

    PERFORM event_store.take_fence(p_recorded_at);

    FOR a IN 1 .. cardinality(p_streams) LOOP
        IF p_counts[a] = 0 THEN
            versions[a] := 0;
            CONTINUE;
        END IF;
        v_version := v_firsts[a] - 1;
        IF v_version = 0 THEN
            v_hash := '\x0000000000000000000000000000000000000000000000000000000000000000';
        ELSIF v_hash IS NULL THEN
            SELECT p.hash INTO STRICT v_hash FROM event_store.event p
            WHERE p.stream_id = p_streams[a] AND p.version = v_version;
        END IF;
        FOR i IN 1 .. p_counts[a] LOOP
            v_event := v_event + 1;
            v_version := v_version + 1;
            v_position := nextval('event_store.event_position_seq');
            v_hash := event_store.event_hash(
                v_hash, v_position, p_streams[a], v_version, p_event_ids[v_event], p_types[v_event],
                p_schema_versions[v_event], p_data[v_event], p_personal[v_event], p_meta[v_event], recorded[a]);
            INSERT INTO event_store.event (
                position, stream_id, version, event_id, type, schema_version, data, personal, meta, recorded_at,
                hash)
            OVERRIDING SYSTEM VALUE
            VALUES (
                v_position, p_streams[a], v_version, p_event_ids[v_event], p_types[v_event],
                p_schema_versions[v_event], p_data[v_event], p_personal[v_event], p_meta[v_event], recorded[a],
                v_hash);
            positions[v_event] := v_position;
        END LOOP;
        versions[a] := v_version;
        v_hash := NULL;
    END LOOP;
    PERFORM event_store.close_table();
END
$$;
