-- ALWAYS: session_replication_role = replica would pass by an ordinary trigger.
ALTER TABLE event_store.event ENABLE ALWAYS TRIGGER event_unchanged;
