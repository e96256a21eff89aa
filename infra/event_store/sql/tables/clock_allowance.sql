-- How far recorded_at may be ahead of the database's clock. One row, which the owner alone may change: the
-- demonstration's clock is moved on, and nothing else needs more than the minute.
CREATE TABLE IF NOT EXISTS event_store.clock_allowance (
    one   integer DEFAULT 1 CONSTRAINT clock_allowance_pkey PRIMARY KEY
        CONSTRAINT clock_allowance_one_check CHECK (one = 1),
    ahead interval NOT NULL
);
