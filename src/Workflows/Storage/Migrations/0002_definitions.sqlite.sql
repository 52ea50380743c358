CREATE TABLE workflow_definitions (
    id TEXT NOT NULL PRIMARY KEY,
    definition_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    is_latest INTEGER NOT NULL,
    is_published INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    -- name, definition id and description in lower case
    search_text TEXT NOT NULL,
    -- last, so that lists need not read through it
    json TEXT NOT NULL,
    UNIQUE (definition_id, version)
) STRICT;

CREATE UNIQUE INDEX workflow_definitions_latest ON workflow_definitions (definition_id) WHERE is_latest = 1;
CREATE UNIQUE INDEX workflow_definitions_published ON workflow_definitions (definition_id) WHERE is_published = 1;
