-- account.sql - what the database of a live account holds beside data/schema.sql: the state in which the next epoch begins, and
-- what the venue has told once and must not be believed twice. Version 2 of the schema: it is compiled into the programs.
--
-- Laws     One row of `state`, written in the transaction of every commit: whatever an order rests on is on disk before the
--          order is sent. Rows of the other tables are added, never changed but where a column says so.
--          A simulated run has these tables too, empty.

-- One row: the engine as it was at the last commit; the next epoch begins with it.
CREATE TABLE state (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    epoch         INTEGER NOT NULL, -- runs.id of the run that wrote it
    timestamp     INTEGER NOT NULL, -- of its last event
    events        INTEGER NOT NULL, -- stepped in that epoch
    digest        TEXT    NOT NULL, -- 16 hex digits over all events and actions so far
    journal_bytes INTEGER NOT NULL, -- the journal explains this state up to here; 0: no journal
    engine        BLOB    NOT NULL  -- core/snapshot.h
) STRICT;

-- One owner of the account: who may send orders in which epoch.
CREATE TABLE owners (
    epoch      INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL, -- meta.generation then
    machine    TEXT    NOT NULL, -- /etc/machine-id
    boot       TEXT    NOT NULL, -- the kernel's id of this boot
    process    INTEGER NOT NULL
) STRICT;

-- One number that the venue has for one of our orders: the order's own, or its child's (a stop that fired).
CREATE TABLE venue_orders (
    venue          TEXT    NOT NULL,
    token          TEXT    NOT NULL,
    venue_order_id TEXT    NOT NULL,
    order_id       INTEGER NOT NULL REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (venue, token, venue_order_id)
) STRICT, WITHOUT ROWID;

-- One payment of the venue that was booked: funding, or a transfer of collateral.
CREATE TABLE payments (
    venue      TEXT    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('funding', 'transfer')),
    payment_id INTEGER NOT NULL, -- the venue's
    token      TEXT    NOT NULL, -- '': of the account
    amount_e8  INTEGER NOT NULL, -- positive: received
    timestamp  INTEGER NOT NULL, -- at the venue
    PRIMARY KEY (venue, kind, payment_id, token)
) STRICT, WITHOUT ROWID;

-- One comparison of the account with the venue.
CREATE TABLE reconciles (
    id          INTEGER PRIMARY KEY,
    timestamp   INTEGER NOT NULL,
    -- start, reconnect, periodic
    kind        TEXT    NOT NULL CHECK (kind IN ('start', 'reconnect') OR kind = 'periodic'),
    -- agreed; repaired: by evidence that had been missed; differs; failed: no answer that could be used
    result      TEXT    NOT NULL
        CHECK (result IN ('agreed', 'repaired') OR result IN ('differs', 'failed')),
    differences INTEGER NOT NULL,
    detail      TEXT    NOT NULL -- in words; '': nothing to say
) STRICT;

-- One permission to reset a latch, asked for by one principal, to be used once by another (RISK 3.3).
CREATE TABLE reset_tokens (
    id         INTEGER PRIMARY KEY,
    hash       TEXT    NOT NULL UNIQUE, -- BLAKE2b-256 of the token, hex: the token itself is never stored
    scope      TEXT    NOT NULL
        CHECK (scope IN ('global', 'account') OR scope IN ('strategy', 'symbol') OR
               scope = 'side'),
    scope_name TEXT    NOT NULL,        -- '': none
    requester  TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    created_at INTEGER NOT NULL,        -- times of the core
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,                 -- NULL: not yet
    approver   TEXT,
    tries      INTEGER NOT NULL         -- bad ones; five void every token
) STRICT;

-- One configuration that was given to a running executor, taken or refused.
CREATE TABLE config_versions (
    id          INTEGER PRIMARY KEY,
    timestamp   INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    config      TEXT    NOT NULL CHECK (json_valid(config)),
    config_hash TEXT    NOT NULL,
    result      TEXT    NOT NULL -- 'taken', or why not
) STRICT;
