-- What was last imported of the folder of workflow files: a file is imported again when its content is another.
CREATE TABLE workflow_files (
    definition_id TEXT NOT NULL PRIMARY KEY,
    -- the path in the folder, with slashes
    path TEXT NOT NULL,
    -- SHA-256 of the definition in its canonical form
    content_hash TEXT NOT NULL,
    -- the version that says the same
    version_id TEXT NOT NULL
);
