-- Everything of the event store lives here; the search path of nobody leads to it.
CREATE SCHEMA event_store;
