-- Bookmarks that wait for HTTP requests, found by the literal beginning of their path.
CREATE TABLE hook_waits (
    run_id text NOT NULL,
    bookmark_id text NOT NULL,
    prefix text NOT NULL,
    settings bytea NOT NULL,
    PRIMARY KEY (run_id, bookmark_id),
    FOREIGN KEY (run_id, bookmark_id) REFERENCES bookmarks (run_id, id) ON DELETE CASCADE
);

CREATE INDEX hook_waits_by_prefix ON hook_waits (prefix);
