ALTER TABLE event_store.event ENABLE ALWAYS TRIGGER event_detached;
