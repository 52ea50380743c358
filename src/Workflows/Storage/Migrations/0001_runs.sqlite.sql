-- Times are UTC in ticks of 100 ns since the year 1, so that both databases keep them exactly.

CREATE TABLE runs (
    id TEXT NOT NULL PRIMARY KEY,
    definition_id TEXT NOT NULL,
    definition_version_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    workflow_name TEXT NOT NULL,
    name TEXT,
    correlation_id TEXT,
    status TEXT NOT NULL,
    sub_status TEXT NOT NULL,
    incident_count INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    finished_at INTEGER,
    -- id, workflow name, name and correlation id in lower case
    search_text TEXT NOT NULL,
    last_sequence INTEGER NOT NULL,
    lease_node TEXT,
    lease_epoch INTEGER NOT NULL,
    lease_until INTEGER NOT NULL
) STRICT;

-- Covers searching without reading the rows.
CREATE INDEX runs_newest ON runs (created_at, id, search_text);
CREATE INDEX runs_by_definition ON runs (definition_id, created_at, id);
CREATE INDEX runs_by_version ON runs (definition_version_id);
CREATE INDEX runs_by_sub_status ON runs (sub_status, created_at, id);
CREATE INDEX runs_unfinished ON runs (created_at, id) WHERE status <> 'Finished';

-- Prolongs every lease of a node at once: renewing thousands of waiting runs costs one row.
CREATE TABLE node_leases (
    node TEXT NOT NULL PRIMARY KEY,
    lease_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE run_events (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    first_sequence INTEGER NOT NULL,
    event_count INTEGER NOT NULL,
    events BLOB NOT NULL,
    PRIMARY KEY (run_id, first_sequence)
) STRICT;

CREATE TABLE run_snapshots (
    run_id TEXT NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    state BLOB NOT NULL
) STRICT;

-- A used message keeps its key, so that it cannot come twice in the life of the run.
CREATE TABLE run_inbox (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload BLOB,
    used INTEGER NOT NULL DEFAULT 0,
    UNIQUE (run_id, key)
) STRICT;

CREATE INDEX run_inbox_waiting ON run_inbox (run_id, id) WHERE used = 0;

CREATE TABLE work_executions (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    execution_id INTEGER NOT NULL,
    activity_id TEXT NOT NULL,
    node_id TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    error TEXT,
    PRIMARY KEY (run_id, execution_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE bookmarks (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    execution_id INTEGER NOT NULL,
    stimulus TEXT NOT NULL,
    correlation_id TEXT,
    PRIMARY KEY (run_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX bookmarks_by_stimulus ON bookmarks (stimulus);

CREATE TABLE timers (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    PRIMARY KEY (run_id, key)
) STRICT, WITHOUT ROWID;

-- Outlives the runs.
CREATE TABLE ledger_keys (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE blobs (
    hash TEXT NOT NULL PRIMARY KEY,
    content BLOB NOT NULL
) STRICT;
