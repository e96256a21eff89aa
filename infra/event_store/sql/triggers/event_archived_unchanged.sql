CREATE OR REPLACE TRIGGER event_archived_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON event_store.event_archived
FOR EACH STATEMENT EXECUTE FUNCTION event_store.refuse();
