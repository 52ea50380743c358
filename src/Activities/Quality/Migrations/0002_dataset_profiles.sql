-- What profiling found, one for each dataset version: what later versions are compared with. Times are UTC in ticks of 100 ns since the year 1.
CREATE TABLE dataset_profiles (
    dataset text NOT NULL,
    version integer NOT NULL,
    profiled_at bigint NOT NULL,
    profile text NOT NULL,
    PRIMARY KEY (dataset, version)
);
