REVOKE ALL ON FUNCTION event_store.refuse_stubs, event_store.detach FROM PUBLIC;
