-- For the owner as well, whom grants do not bind.
-- DELETE has a guard of its own, event_detached.sql.
CREATE OR REPLACE TRIGGER event_unchanged BEFORE UPDATE OR TRUNCATE ON event_store.event
FOR EACH STATEMENT EXECUTE FUNCTION event_store.refuse();
