-- A version is visible when its row is here, and only then. Times are UTC in ticks of 100 ns since the year 1.
CREATE TABLE dataset_versions (
    dataset text NOT NULL,
    version integer NOT NULL,
    idempotency_key text NOT NULL,
    run_id text,
    row_count bigint NOT NULL,
    byte_count bigint NOT NULL,
    created_at bigint NOT NULL,
    manifest text NOT NULL,
    PRIMARY KEY (dataset, version),
    UNIQUE (dataset, idempotency_key)
);
