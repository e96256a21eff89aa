ALTER TABLE event_store.event_archived ENABLE ALWAYS TRIGGER event_archived_detached;
