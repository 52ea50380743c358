-- Times are UTC in ticks of 100 ns since the year 1, so that both databases keep them exactly.

CREATE TABLE runs (
    id text NOT NULL PRIMARY KEY,
    definition_id text NOT NULL,
    definition_version_id text NOT NULL,
    version integer NOT NULL,
    workflow_name text NOT NULL,
    name text,
    correlation_id text,
    status text NOT NULL,
    sub_status text NOT NULL,
    incident_count integer NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    finished_at bigint,
    -- id, workflow name, name and correlation id in lower case
    search_text text NOT NULL,
    last_sequence bigint NOT NULL,
    lease_node text,
    lease_epoch bigint NOT NULL,
    lease_until bigint NOT NULL
) WITH (fillfactor = 70);

CREATE INDEX runs_newest ON runs (created_at, id);
CREATE INDEX runs_by_definition ON runs (definition_id, created_at, id);
CREATE INDEX runs_by_version ON runs (definition_version_id);
CREATE INDEX runs_by_sub_status ON runs (sub_status, created_at, id);
CREATE INDEX runs_unfinished ON runs (created_at, id) WHERE status <> 'Finished';

-- Prolongs every lease of a node at once: renewing thousands of waiting runs costs one row.
CREATE TABLE node_leases (
    node text NOT NULL PRIMARY KEY,
    lease_until bigint NOT NULL
);

CREATE TABLE run_events (
    run_id text NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    first_sequence bigint NOT NULL,
    event_count integer NOT NULL,
    events bytea NOT NULL,
    PRIMARY KEY (run_id, first_sequence)
);

CREATE TABLE run_snapshots (
    run_id text NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    sequence bigint NOT NULL,
    state bytea NOT NULL
);

-- A used message keeps its key, so that it cannot come twice in the life of the run.
CREATE TABLE run_inbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id text NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    key text NOT NULL,
    kind text NOT NULL,
    payload bytea,
    used integer NOT NULL DEFAULT 0,
    UNIQUE (run_id, key)
);

CREATE INDEX run_inbox_waiting ON run_inbox (run_id, id) WHERE used = 0;

CREATE TABLE work_executions (
    run_id text NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    execution_id bigint NOT NULL,
    activity_id text NOT NULL,
    node_id text NOT NULL,
    type text NOT NULL,
    status text NOT NULL,
    attempts integer NOT NULL,
    started_at bigint,
    finished_at bigint,
    error text,
    PRIMARY KEY (run_id, execution_id)
);

CREATE TABLE bookmarks (
    run_id text NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    id text NOT NULL,
    execution_id bigint NOT NULL,
    stimulus text NOT NULL,
    correlation_id text,
    PRIMARY KEY (run_id, id)
);

-- A hash index, because a stimulus may be longer than a b-tree takes.
CREATE INDEX bookmarks_by_stimulus ON bookmarks USING hash (stimulus);

CREATE TABLE timers (
    run_id text NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    key text NOT NULL,
    due_at bigint NOT NULL,
    PRIMARY KEY (run_id, key)
);

-- Outlives the runs.
CREATE TABLE ledger_keys (
    scope text NOT NULL,
    key text NOT NULL,
    PRIMARY KEY (scope, key)
);

CREATE TABLE blobs (
    hash text NOT NULL PRIMARY KEY,
    content bytea NOT NULL
);
