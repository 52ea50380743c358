-- A version is visible when its row is here, and only then. Times are UTC in ticks of 100 ns since the year 1.
CREATE TABLE model_versions (
    model text NOT NULL,
    version integer NOT NULL,
    idempotency_key text NOT NULL,
    algorithm text NOT NULL,
    dataset text NOT NULL,
    dataset_version integer,
    run_id text,
    created_at bigint NOT NULL,
    manifest text NOT NULL,
    PRIMARY KEY (model, version),
    UNIQUE (model, idempotency_key)
);

CREATE TABLE model_aliases (
    model text NOT NULL,
    alias text NOT NULL,
    version integer NOT NULL,
    moved_at bigint NOT NULL,
    PRIMARY KEY (model, alias)
);

-- Every move that an alias made, in the order of their numbers.
CREATE TABLE model_alias_moves (
    model text NOT NULL,
    alias text NOT NULL,
    move integer NOT NULL,
    version_before integer,
    version integer NOT NULL,
    idempotency_key text NOT NULL,
    moved_at bigint NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (model, alias, move),
    UNIQUE (model, alias, idempotency_key)
);
