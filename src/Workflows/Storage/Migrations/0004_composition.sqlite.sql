ALTER TABLE workflow_definitions ADD COLUMN usable_as_activity INTEGER NOT NULL DEFAULT 0;

UPDATE workflow_definitions SET usable_as_activity = 1
WHERE json_valid(json) AND (json_extract(json, '$.options.usableAsActivity') = 1 OR json_extract(json, '$.usableAsActivity') = 1);

CREATE INDEX workflow_definitions_usable ON workflow_definitions (definition_id, version) WHERE usable_as_activity = 1;

ALTER TABLE runs ADD COLUMN parent_run_id TEXT;

CREATE INDEX runs_by_parent ON runs (parent_run_id, created_at, id) WHERE parent_run_id IS NOT NULL;

-- Whether a run may start is asked of those that are not over, however many there have been.
CREATE INDEX runs_open_by_definition ON runs (definition_id, correlation_id) WHERE status <> 'Finished';
CREATE INDEX runs_open_by_correlation ON runs (correlation_id) WHERE status <> 'Finished' AND correlation_id IS NOT NULL;

-- What runs do to others: written with the batch that decides it, deleted with its effect. It may outlive the run.
CREATE TABLE run_outbox (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    node TEXT NOT NULL,
    run_id TEXT,
    execution_id INTEGER,
    kind TEXT NOT NULL,
    payload BLOB NOT NULL
) STRICT;

CREATE INDEX run_outbox_by_run ON run_outbox (run_id, execution_id);
