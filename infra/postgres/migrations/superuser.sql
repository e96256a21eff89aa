-- What a superuser does in the service's database, once a cluster; again is harmless. Every PostgreSQL lets everybody
-- do these things, and only a superuser can change that.
--   A lock with one bigint key, taken under a key of the writers' fence, would keep readers from every new event, or
--   writers from writing. The owner needs such locks: the fence, which runs as the owner, and migrations. The
--   services need the form with two integers alone, which this leaves.
--   Large objects would be a store that nobody looks into.
--   Other databases of the cluster are none of the services' business.
DO $$
DECLARE
    v_owner    regrole;
    v_function regprocedure;
    v_advisory boolean;
BEGIN
    SELECT datdba INTO v_owner FROM pg_database WHERE datname = current_database();
    FOR v_function, v_advisory IN
        SELECT oid, proname ~ '^pg_(try_)?advisory_' FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace
            AND (proname ~ '^pg_(try_)?advisory_' AND proargtypes = ARRAY['bigint'::regtype::oid]::oidvector
                OR proname ~ '^(lo_.*|loread|lowrite)$')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', v_function);
        IF v_advisory THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', v_function, v_owner);
        END IF;
    END LOOP;
END
$$;
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
