-- schema.sql - the one database of every driver: backtest, replay, what-if, paper, live. This file
-- is its manual and its only source: it is compiled into the programs.
--
-- Laws     One SQL query serves every mode. Names are a contract: columns are added, none is
--          renamed or removed. One file holds one simulated run, or one live account.
-- Time     integer microseconds since 1970-01-01 00:00:00 UTC. To read one:
--          SELECT strftime('%Y-%m-%d %H:%M:%f', timestamp / 1e6, 'unixepoch') FROM signals;
-- Numbers  the end of a name says the scale: _e12 prices, _e6 quantities, _e8 money of the quote
--          currency, _e9 ratios, ppm parts per million. These integers alone count; a REAL column
--          is the double nearest to the integer beside it, for reading. Prices and quantities are
--          per unit of the instrument (1000PEPE: packs of 1000).
-- Tokens   `token` is the instrument that is traded, as the venue writes it; in `signals` it is
--          the text of the source.
-- Keys     ids of one run derive from its input: two runs of one input give the same rows. Only
--          runs.started_at, ended_at, command and build may differ, and meta.
-- Status   killed at any moment, a run leaves runs.status = 'running': its rows are missing or
--          incomplete. A simulated run is written beside its place and moves there when whole.
-- Lists    a closed set of words is checked in pairs: SQLite 3.40 compiles IN with two values to
--          comparisons, a longer list to a table that it builds anew for every row (measured: four
--          times the cost of all writing).
-- Readers  open read-only (sqlite3 -readonly): one read-write connection a file is the rule.
-- Version  PRAGMA application_id = 0x43524252 ('CRBR'), user_version = 2: this is
--          version 1, data/account.sql adds what a live account needs.

-- One execution of the program; its id is the epoch of its order ids.
CREATE TABLE runs (
    id          INTEGER PRIMARY KEY,
    mode        TEXT    NOT NULL
        CHECK (mode IN ('backtest', 'paper') OR mode IN ('live', 'replay') OR mode = 'whatif'),
    command     TEXT    NOT NULL,                            -- the command line
    config      TEXT    NOT NULL CHECK (json_valid(config)), -- every setting in force, by key
    config_hash TEXT    NOT NULL,                            -- 16 hex digits over config
    -- 16 hex digits over names and bytes of all input files
    data_hash   TEXT    NOT NULL,
    seed        INTEGER NOT NULL,
    build       TEXT    NOT NULL,                            -- version of the program
    started_at  INTEGER NOT NULL,                            -- wall clock
    ended_at    INTEGER,                                     -- wall clock; NULL: not ended
    status      TEXT    NOT NULL
        CHECK (status IN ('running', 'done') OR status IN ('failed', 'latched')),
    events      INTEGER NOT NULL DEFAULT 0,                  -- events that the core has stepped
    -- 16 hex digits over all events and actions; NULL: not ended
    digest      TEXT,
    venue       TEXT    NOT NULL,                            -- 'mock', or the exchange
    -- data, fidelity, assumptions, defaults: what a report prints
    facts       TEXT    CHECK (facts IS NULL OR json_valid(facts))
) STRICT;

-- One row: what wrote this file.
CREATE TABLE meta (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    generation     INTEGER NOT NULL, -- raised when the file is restored from a backup
    epoch          INTEGER NOT NULL, -- of the last run
    build          TEXT    NOT NULL,
    sqlite_version TEXT    NOT NULL,
    -- by the WAL-reset bug: one writer a file
    sqlite_gate    TEXT    NOT NULL CHECK (sqlite_gate IN ('fixed', 'affected'))
) STRICT;

-- One trading signal, also the rejected ones.
CREATE TABLE signals (
    id               INTEGER PRIMARY KEY, -- 1, 2, ... in order of arrival at the core
    timestamp        INTEGER NOT NULL,    -- as published
    source           TEXT    NOT NULL,
    token            TEXT    NOT NULL,    -- as the source wrote it
    -- NULL: not understood
    confidence       TEXT
        CHECK (confidence IN ('Low', 'Medium') OR confidence IN ('High', 'Extreme')),
    price            REAL,                -- NULL: none, or not a number
    volume           REAL,                -- NULL: none, or not a number
    -- metadata; {"raw": text} where it was not JSON; NULL: none
    data             TEXT    CHECK (data IS NULL OR json_valid(data)),
    -- NULL: not understood
    side             TEXT    CHECK (side IN ('long', 'short') OR side = 'close'),
    external_id      TEXT,                -- the source's own id
    -- code of core/verdict.h; APPROVED and CLOSE_APPROVED act, others are the reason
    verdict          TEXT    NOT NULL,
    source_line      INTEGER,             -- line of the signals file where the row begins
    price_e12        INTEGER,
    volume_digits    INTEGER,             -- volume = volume_digits / 10^volume_decimals
    volume_decimals  INTEGER,
    instrument       TEXT,                -- what the token means; NULL: unknown
    confidence_given TEXT    NOT NULL,    -- word or score as written
    stop_e12         INTEGER,             -- column stop_loss, else metadata.stop
    received_at      INTEGER NOT NULL     -- when the core learned of it
) STRICT;

-- One decision on one signal: every check with its value and its limit. Why was there no
-- trade? One row says it.
CREATE TABLE assessments (
    id            INTEGER PRIMARY KEY,
    signal_id     INTEGER NOT NULL REFERENCES signals (id) DEFERRABLE INITIALLY DEFERRED,
    timestamp     INTEGER NOT NULL,
    verdict       TEXT    NOT NULL,
    approved      INTEGER NOT NULL CHECK (approved IN (0, 1)),
    cached        INTEGER NOT NULL CHECK (cached IN (0, 1)), -- 1: taken from the decision cache
    base_leverage INTEGER NOT NULL, -- by confidence: 5, 10, 20, 30
    max_leverage  INTEGER NOT NULL, -- what the caps allow
    leverage      INTEGER NOT NULL, -- the margin setting chosen
    position_size REAL    NOT NULL,
    size_e6       INTEGER NOT NULL, -- 0: none
    notional_e8   INTEGER NOT NULL,
    reasoning     TEXT    NOT NULL, -- the verdict's sentence
    -- In order of evaluation: [{"name":"C6.collar","value":0.012,"limit":0.03,"passed":true}, ...]
    -- passed null: not applicable, value and limit null, with "reason"; passed false: with
    -- "verdict"; passed beyond the warn level: with "warned":true
    checks        TEXT    NOT NULL CHECK (json_valid(checks)),
    token         TEXT,
    side          TEXT    CHECK (side IN ('long', 'short')),
    price_e12     INTEGER, -- the price that size and stop rest on
    -- 1: a limit rests at price_e12; 0: at market
    limit_entry   INTEGER NOT NULL CHECK (limit_entry IN (0, 1)),
    stop_e12      INTEGER,
    stop_source   TEXT,    -- stop_loss, metadata.stop, default
    bound         TEXT,    -- the cap that bound the leverage
    size_bound    TEXT     -- the cap that bound the size
) STRICT;

-- The decision cache as it was written: one row a key, the latest decision on it.
CREATE TABLE decisions (
    id          INTEGER PRIMARY KEY,
    -- 16 hex digits over the normalised signal and the risk epoch
    signal_hash TEXT    NOT NULL UNIQUE,
    -- verdict, approved, leverage, size
    decision    TEXT    NOT NULL CHECK (json_valid(decision)),
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;

-- One order. Its row is the latest state; the intent is on disk before the order is sent.
CREATE TABLE orders (
    id             INTEGER PRIMARY KEY, -- (epoch << 40) | sequence
    client_id      TEXT    NOT NULL,    -- c<epoch>-<sequence>-<checksum>, base 36
    venue          TEXT    NOT NULL,
    venue_order_id TEXT,                -- NULL: not told
    signal_id      INTEGER REFERENCES signals (id) DEFERRABLE INITIALLY DEFERRED,
    position_id    INTEGER REFERENCES positions (id) DEFERRABLE INITIALLY DEFERRED,
    token          TEXT    NOT NULL,
    side           TEXT    NOT NULL CHECK (side IN ('buy', 'sell')),
    type           TEXT    NOT NULL
        CHECK (type IN ('market', 'limit') OR type IN ('stop_market', 'take_profit_market') OR
               type = 'trailing_stop'),
    time_in_force  TEXT    NOT NULL
        CHECK (time_in_force IN ('GTC', 'IOC') OR time_in_force IN ('FOK', 'POST_ONLY') OR
               time_in_force = 'GTD'),
    reduce_only    INTEGER NOT NULL CHECK (reduce_only IN (0, 1)),
    price_e12      INTEGER,             -- of a limit
    trigger_e12    INTEGER,             -- of a stop or target; trailing: activation
    size_e6        INTEGER NOT NULL,    -- 0 with close_position: whatever is open when it fires
    filled_e6      INTEGER NOT NULL,
    leverage       INTEGER NOT NULL,
    state          TEXT    NOT NULL
        CHECK (state IN ('INTENT', 'SENDING') OR state IN ('UNKNOWN', 'ACKED') OR
               state IN ('PARTIAL', 'PENDING_CANCEL') OR state IN ('FILLED', 'CANCELED') OR
               state IN ('EXPIRED', 'REJECTED') OR state IN ('EXT_CLOSED', 'NOT_SENT') OR
               state = 'ABSENT'),
    reason         TEXT,                -- why the venue refused or ended it
    intent_at      INTEGER NOT NULL,    -- times of the core
    sent_at        INTEGER,
    acked_at       INTEGER,
    ended_at       INTEGER,             -- NULL: still alive
    -- 1: opens or adds; 0: protects or closes
    entry          INTEGER NOT NULL CHECK (entry IN (0, 1)),
    close_position INTEGER NOT NULL CHECK (close_position IN (0, 1)),
    trigger_by     TEXT    CHECK (trigger_by IN ('mark', 'last')),
    callback_e9    INTEGER,             -- of a trailing stop
    expires_at     INTEGER,             -- good till
    exit_reason    TEXT                 -- what its fill means for the position
) STRICT;

-- One execution.
CREATE TABLE fills (
    id          INTEGER PRIMARY KEY,
    venue       TEXT    NOT NULL,
    trade_id    INTEGER NOT NULL,
    -- NULL: made by the venue (liquidation)
    order_id    INTEGER REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
    position_id INTEGER REFERENCES positions (id) DEFERRABLE INITIALLY DEFERRED,
    token       TEXT    NOT NULL,
    side        TEXT    NOT NULL CHECK (side IN ('buy', 'sell')),
    price_e12   INTEGER NOT NULL,
    size_e6     INTEGER NOT NULL,
    fee_e8      INTEGER NOT NULL, -- positive: paid
    liquidity   TEXT    NOT NULL CHECK (liquidity IN ('maker', 'taker')),
    kind        TEXT    NOT NULL CHECK (kind IN ('trade', 'liquidation') OR kind = 'adl'),
    timestamp   INTEGER NOT NULL, -- at the venue
    received_at INTEGER NOT NULL, -- when the core learned of it
    UNIQUE (venue, token, trade_id)
) STRICT;

-- One position, from its first fill to its last.
CREATE TABLE positions (
    id                INTEGER PRIMARY KEY, -- 1, 2, ...
    token             TEXT    NOT NULL,
    side              TEXT    NOT NULL CHECK (side IN ('long', 'short')),
    size              REAL    NOT NULL,
    leverage          INTEGER NOT NULL,
    -- cost of all opening fills / their size, nearest; for display
    entry_price       REAL,
    current_price     REAL,                -- last mark; closed: the mark at the close
    pnl               REAL    NOT NULL,
    liquidation_price REAL    NOT NULL,    -- keeps its last value after the close; 0: none
    status            TEXT    NOT NULL
        CHECK (status IN ('opening', 'open') OR status IN ('closing', 'closed') OR
               status = 'liquidated'),
    opened_at         INTEGER,             -- at the venue
    closed_at         INTEGER,             -- at the venue; NULL: open
    signal_id         INTEGER REFERENCES signals (id) DEFERRABLE INITIALLY DEFERRED,
    source            TEXT    NOT NULL,
    margin_mode       TEXT    NOT NULL CHECK (margin_mode IN ('isolated', 'cross')),
    margin_e8         INTEGER NOT NULL,    -- of what is open; closed: the largest it had
    entry_price_e12   INTEGER,
    size_e6           INTEGER NOT NULL,    -- open now; closed: all that was ever opened
    realised_pnl_e8   INTEGER NOT NULL,    -- price alone: without fees and funding
    fees_e8           INTEGER NOT NULL,    -- sum of the fills' fees; positive: paid
    funding_e8        INTEGER NOT NULL,    -- negative: paid
    max_favourable_e8 INTEGER NOT NULL,    -- best and worst of realised + unrealised while open
    max_adverse_e8    INTEGER NOT NULL,
    -- NULL: none yet
    exit_reason       TEXT
        CHECK (exit_reason IN ('stop', 'take_profit') OR
               exit_reason IN ('trailing_stop', 'time') OR
               exit_reason IN ('opposite_signal', 'breaker') OR
               exit_reason IN ('liquidation', 'end_of_data') OR
               exit_reason = 'external'),
    current_price_e12 INTEGER,
    pnl_e8            INTEGER NOT NULL,    -- realised - fees + funding; while open: + unrealised
    liquidation_price_e12 INTEGER NOT NULL,
    cost_e8           INTEGER NOT NULL,    -- of all opening fills
    stop_e12          INTEGER              -- the stop in force, or the last one
) STRICT;

-- One posting of the double-entry ledger. The amounts of one txn sum to zero; the running sum of
-- `wallet` is the balance.
CREATE TABLE ledger (
    id          INTEGER PRIMARY KEY,
    txn         INTEGER NOT NULL,
    account     TEXT    NOT NULL
        CHECK (account IN ('wallet', 'realised_pnl') OR account IN ('fees', 'funding') OR
               account IN ('liquidation', 'insurance') OR account = 'external'),
    amount_e8   INTEGER NOT NULL, -- wallet: positive = received
    kind        TEXT    NOT NULL
        CHECK (kind IN ('trade', 'fee') OR kind IN ('funding', 'liquidation') OR
               kind = 'transfer'),
    token       TEXT,
    position_id INTEGER REFERENCES positions (id) DEFERRABLE INITIALLY DEFERRED,
    timestamp   INTEGER NOT NULL  -- at the venue
) STRICT;

-- One mark of the account: start, each UTC hour, each fill, each breaker transition, end.
CREATE TABLE equity (
    id                  INTEGER PRIMARY KEY,
    timestamp           INTEGER NOT NULL,
    balance_e8          INTEGER NOT NULL, -- the wallet
    equity_e8           INTEGER NOT NULL, -- wallet + unrealised
    margin_used_e8      INTEGER NOT NULL,
    margin_available_e8 INTEGER NOT NULL,
    drawdown_ppm        INTEGER NOT NULL, -- from the peak of unitised equity
    open_positions      INTEGER NOT NULL,
    -- the worst of all scopes
    breaker_state       TEXT    NOT NULL
        CHECK (breaker_state IN ('CLOSED', 'CAUTION') OR
               breaker_state IN ('PROBATION', 'REDUCING') OR
               breaker_state IN ('TRIPPED', 'LOCKED'))
) STRICT;

-- One transition of the circuit breaker.
CREATE TABLE breaker_events (
    id          INTEGER PRIMARY KEY,
    timestamp   INTEGER NOT NULL,
    scope       TEXT    NOT NULL
        CHECK (scope IN ('global', 'account') OR scope IN ('strategy', 'symbol') OR
               scope = 'side'),
    from_state  TEXT    NOT NULL
        CHECK (from_state IN ('CLOSED', 'CAUTION') OR from_state IN ('PROBATION', 'REDUCING') OR
               from_state IN ('TRIPPED', 'LOCKED')),
    to_state    TEXT    NOT NULL
        CHECK (to_state IN ('CLOSED', 'CAUTION') OR to_state IN ('PROBATION', 'REDUCING') OR
               to_state IN ('TRIPPED', 'LOCKED')),
    cause       TEXT    NOT NULL, -- daily_loss, drawdown, ...
    baseline_e8 INTEGER NOT NULL, -- what the cause was measured from
    actor       TEXT    NOT NULL,
    scope_index INTEGER NOT NULL,
    scope_name  TEXT,             -- of a strategy, symbol or side
    value       INTEGER NOT NULL, -- what was measured ...
    limit_value INTEGER NOT NULL  -- ... against what, in the cause's own unit
) STRICT;

-- One decision or action of consequence. A chain: hash is the digest (core/digest.h) over
-- prev_hash, seq, timestamp, actor,
-- role, action, object, result. It finds accidents and edits by hand; it is no defence against a
-- forger.
CREATE TABLE audit (
    seq       INTEGER PRIMARY KEY,
    timestamp INTEGER NOT NULL,
    actor     TEXT    NOT NULL,
    role      TEXT    NOT NULL,
    action    TEXT    NOT NULL,
    object    TEXT    NOT NULL,
    result    TEXT    NOT NULL,
    prev_hash TEXT    NOT NULL, -- of the row before; sixteen zeros in the first
    hash      TEXT    NOT NULL
) STRICT;
CREATE TRIGGER audit_update BEFORE UPDATE ON audit
BEGIN
    SELECT raise(ABORT, 'audit rows are never changed');
END;
CREATE TRIGGER audit_delete BEFORE DELETE ON audit
BEGIN
    SELECT raise(ABORT, 'audit rows are never deleted');
END;

-- What went wrong, in the input and in the run.
CREATE TABLE errors (
    id        INTEGER PRIMARY KEY,
    timestamp INTEGER,          -- NULL: found while the data were read, before the run
    category  TEXT    NOT NULL
        CHECK (category IN ('system', 'trading') OR category IN ('risk', 'data')),
    severity  TEXT    NOT NULL
        CHECK (severity IN ('low', 'medium') OR severity IN ('high', 'critical')),
    code      TEXT    NOT NULL, -- bad-row, gap, duplicate-bar, ...
    message   TEXT    NOT NULL,
    file      TEXT,
    line      INTEGER,
    count     INTEGER NOT NULL  -- how many of the kind this row stands for
) STRICT;

-- What was said to people, or would have been.
CREATE TABLE alerts (
    id        INTEGER PRIMARY KEY,
    timestamp INTEGER NOT NULL,
    severity  TEXT    NOT NULL
        CHECK (severity IN ('low', 'medium') OR severity IN ('high', 'critical')),
    title     TEXT    NOT NULL,
    body      TEXT    NOT NULL,
    channel   TEXT,             -- NULL: stored only
    status    TEXT    NOT NULL CHECK (status IN ('stored', 'sent') OR status = 'failed'),
    attempts  INTEGER NOT NULL,
    token     TEXT
) STRICT;

-- Named figures: total_signals, successful_trades, current_balance, ...
CREATE TABLE metrics (
    id            INTEGER PRIMARY KEY,
    timestamp     INTEGER NOT NULL,
    metric_name   TEXT    NOT NULL,
    metric_value  REAL    NOT NULL,
    metadata      TEXT    CHECK (metadata IS NULL OR json_valid(metadata)),
    metric_digits INTEGER NOT NULL, -- metric_value = metric_digits / 10^metric_decimals
    metric_decimals INTEGER NOT NULL
) STRICT;

-- ==== INDEXES ==== A bulk run builds them at its end; all others at the start.
CREATE INDEX idx_signals_timestamp ON signals (timestamp);
CREATE INDEX idx_signals_token ON signals (token);
CREATE INDEX idx_signals_source ON signals (source);
CREATE INDEX idx_decisions_hash ON decisions (signal_hash);
CREATE INDEX idx_decisions_expires ON decisions (expires_at);
CREATE INDEX idx_positions_status ON positions (status);
CREATE INDEX idx_positions_token ON positions (token);
CREATE INDEX idx_metrics_timestamp ON metrics (timestamp);
CREATE INDEX idx_metrics_name ON metrics (metric_name);
-- Both ends of each reference, for the story of one signal and for the foreign keys of a live
-- account.
CREATE INDEX idx_assessments_signal ON assessments (signal_id);
CREATE INDEX idx_orders_signal ON orders (signal_id);
CREATE INDEX idx_orders_position ON orders (position_id);
CREATE INDEX idx_fills_order ON fills (order_id);
CREATE INDEX idx_fills_position ON fills (position_id);
CREATE INDEX idx_positions_signal ON positions (signal_id);
CREATE INDEX idx_ledger_position ON ledger (position_id);
