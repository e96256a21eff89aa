-- For the owner as well, whom grants do not bind.
CREATE TRIGGER event_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON event_store.event
FOR EACH STATEMENT EXECUTE FUNCTION event_store.refuse();
