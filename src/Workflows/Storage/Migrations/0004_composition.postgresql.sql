ALTER TABLE workflow_definitions ADD COLUMN usable_as_activity INTEGER NOT NULL DEFAULT 0;

UPDATE workflow_definitions SET usable_as_activity = 1
WHERE json::json #>> '{options,usableAsActivity}' = 'true' OR json::json #>> '{usableAsActivity}' = 'true';

CREATE INDEX workflow_definitions_usable ON workflow_definitions (definition_id, version) WHERE usable_as_activity = 1;

ALTER TABLE runs ADD COLUMN parent_run_id text;

CREATE INDEX runs_by_parent ON runs (parent_run_id, created_at, id) WHERE parent_run_id IS NOT NULL;

-- Whether a run may start is asked of those that are not over, however many there have been.
CREATE INDEX runs_open_by_definition ON runs (definition_id, correlation_id) WHERE status <> 'Finished';
CREATE INDEX runs_open_by_correlation ON runs (correlation_id) WHERE status <> 'Finished' AND correlation_id IS NOT NULL;

-- What runs do to others: written with the batch that decides it, deleted with its effect. It may outlive the run.
CREATE TABLE run_outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node text NOT NULL,
    run_id text,
    execution_id bigint,
    kind text NOT NULL,
    payload bytea NOT NULL
);

CREATE INDEX run_outbox_by_run ON run_outbox (run_id, execution_id);
