-- Takes the writer fence of this transaction and opens the table to it. Called when the streams are locked and
-- before a position is drawn; the feed's readers rely on this order (horizon, in infra/event_store/read.py):
--   1. lock the streams' rows, so that the positions of a stream grow with its versions;
--   2. read the sequence's last value L;
--   3. take the shared advisory lock (namespace, L), held until this transaction has ended;
--   4. only then draw positions.
-- Before all, the highest position that there is: a sequence that was set back would draw positions below what readers
-- have passed. Read before the last value, since others draw and commit meanwhile.
-- A reader that sees a last value of H and no lock below it knows that all up to H is settled.
--
-- The lock is taken once a transaction, under the L remembered from its first append: a lock for each would
-- fill the shared lock table. A setting can be written by anyone, so it is held to at most the present last
-- value: any L that low is safe, it only lets readers wait. The setting is rolled back to a savepoint together
-- with the lock. It holds L, then 12 bits that count the appends of the transaction, then one bit that is set
-- while an append inserts: the trigger event_appended reads the first and the last. A position has 48 bits in the key.
--
-- `p_recorded_at` comes from the caller's clock and never falls along a stream, so one clock that runs ahead would mark
-- a stream permanently: more than a minute ahead of this clock is refused, or what the owner allows in clock_allowance.
CREATE OR REPLACE FUNCTION event_store.take_fence(p_recorded_at timestamptz) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_high    bigint := greatest(
        (SELECT max(e.position) FROM event_store.event e),
        (SELECT max(a.position) FROM event_store.event_archived a));
    v_last    bigint := coalesce(pg_sequence_last_value('event_store.event_position_seq'), 0);
    v_held    bigint := nullif(current_setting('event_store.fence', true), '');
    v_fence   bigint := CASE WHEN v_held IS NULL THEN v_last ELSE least(greatest(v_held >> 13, 0), v_last) END;
    v_appends bigint := coalesce((v_held >> 1) & 4095, 0) + 1;
    v_setting text;
BEGIN
    IF current_setting('synchronous_commit') = 'off' THEN
        RAISE EXCEPTION 'synchronous_commit is off: an event must not be lost after its reader has seen it'
            USING ERRCODE = 'ES004';
    ELSIF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'append needs READ COMMITTED: what it finds must be newer than the lock it waited for'
            USING ERRCODE = 'ES004';
    ELSIF v_appends > 1000 THEN
        RAISE EXCEPTION 'more than 1000 appends in one transaction' USING ERRCODE = 'ES005';
    ELSIF v_high > v_last THEN
        RAISE EXCEPTION 'the position sequence is at %, and there is an event at position %', v_last, v_high
            USING ERRCODE = 'ES008';
    ELSIF v_last >= 281474976710655 THEN
        RAISE EXCEPTION 'the positions are used up: the sequence is at %', v_last USING ERRCODE = 'ES010';
    ELSIF NOT isfinite(p_recorded_at) OR p_recorded_at > clock_timestamp() + interval '1 minute' THEN
        IF NOT isfinite(p_recorded_at) OR p_recorded_at > clock_timestamp() + coalesce(
            (SELECT a.ahead FROM event_store.clock_allowance a), interval '1 minute') THEN
            RAISE EXCEPTION 'recorded_at is %, and the clock of the database says %', p_recorded_at, clock_timestamp()
                USING ERRCODE = 'ES009';
        END IF;
    END IF;
    v_setting := set_config('event_store.fence', ((v_fence << 13) | (v_appends << 1) | 1)::text, true);
    -- Nobody takes this lock for itself alone, so trying never fails; and unlike waiting, it is an expression.
    IF NOT pg_try_advisory_xact_lock_shared(x'4556000000000000'::bigint | v_fence) THEN
        RAISE EXCEPTION 'the writer fence % is taken by something else', v_fence USING ERRCODE = 'ES004';
    END IF;
    RETURN true;
END
$$;
