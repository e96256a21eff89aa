-- The full form of taking versions: any number of streams, any expectation, and the answer to a repeat.
-- Moves the heads, or finds that the whole call happened before, or raises. `p_firsts` and `p_recorded` have
-- one entry for each append of the call: the version of its first event, and its recorded_at.
CREATE OR REPLACE FUNCTION event_store.claim(
    p_streams text[], p_expected bigint[], p_counts integer[], p_event_ids uuid[], p_types text[],
    p_schema_versions integer[], p_data text[], p_personal bytea[], p_recorded_at timestamptz,
    OUT p_repeated boolean, OUT p_firsts bigint[], OUT p_recorded timestamptz[]
)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_sorted   text[];
    v_heads    bigint[];
    v_times    timestamptz[];
    v_at       integer;
    v_from     integer := 1;
    v_to       integer;
    v_head     bigint;
    v_again    boolean;
    v_first    bigint;
    v_unmet    integer;
    v_found    bigint;
BEGIN
    SELECT * INTO v_sorted, v_heads, v_times FROM event_store.lock_streams(
        p_streams, p_expected, p_counts, p_recorded_at);

    FOR a IN 1 .. cardinality(p_streams) LOOP
        v_at := array_position(v_sorted, p_streams[a]);
        v_head := v_heads[v_at];
        v_to := v_from + p_counts[a] - 1;
        v_again := false;
        p_recorded[a] := v_times[v_at];
        IF p_counts[a] = 0 THEN
            -- A condition. In a repeat it was met when the call was first made, and need not hold any more.
            p_firsts[a] := v_head + 1;
            IF v_unmet IS NULL AND ((p_expected[a] >= 0 AND p_expected[a] <> v_head)
                                    OR (p_expected[a] = -2 AND v_head = 0)) THEN
                v_unmet := a;
                v_found := v_head;
            END IF;
            CONTINUE;
        END IF;
        IF v_head > 0 AND (p_expected[a] < 0 OR p_expected[a] < v_head) THEN
            SELECT * INTO v_again, v_first FROM event_store.find_repeat(
                p_streams[a], p_expected[a], p_event_ids[v_from:v_to], p_types[v_from:v_to],
                p_schema_versions[v_from:v_to], p_data[v_from:v_to], p_personal[v_from:v_to]);
        END IF;
        IF NOT v_again AND ((p_expected[a] >= 0 AND p_expected[a] <> v_head)
                            OR (p_expected[a] = -2 AND v_head = 0)) THEN
            PERFORM event_store.conflict(p_streams[a], p_expected[a], v_head);
        END IF;
        -- One call is stored whole or not at all, so half a repeat is no repeat.
        IF v_again <> coalesce(p_repeated, v_again) THEN
            RAISE EXCEPTION 'some events of this call are stored and some are new' USING ERRCODE = 'ES003',
                DETAIL = json_build_object('stream_id', p_streams[a])::text;
        END IF;
        p_repeated := v_again;
        IF NOT v_again THEN
            v_first := v_head + 1;
            v_heads[v_at] := v_head + p_counts[a];
        END IF;
        p_firsts[a] := v_first;
        v_from := v_to + 1;
    END LOOP;

    IF NOT p_repeated AND v_unmet IS NOT NULL THEN
        PERFORM event_store.conflict(p_streams[v_unmet], p_expected[v_unmet], v_found);
    END IF;
    IF NOT p_repeated THEN
        UPDATE event_store.stream s SET version = m.version, recorded_at = m.recorded_at
        FROM unnest(v_sorted, v_heads, v_times) AS m (stream_id, version, recorded_at)
        WHERE s.stream_id = m.stream_id AND s.version <> m.version;
    END IF;
END
$$;
