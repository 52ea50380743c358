-- What checks found, by dataset version. Times are UTC in ticks of 100 ns since the year 1.
CREATE TABLE dataset_checks (
    idempotency_key text NOT NULL PRIMARY KEY,
    dataset text NOT NULL,
    version integer NOT NULL,
    checked_at bigint NOT NULL,
    report text NOT NULL
);

CREATE INDEX dataset_checks_by_version ON dataset_checks (dataset, version, checked_at);
