ALTER TABLE event_store.stream ENABLE ALWAYS TRIGGER stream_kept;
