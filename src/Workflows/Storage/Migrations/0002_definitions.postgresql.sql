CREATE TABLE workflow_definitions (
    id text NOT NULL PRIMARY KEY,
    definition_id text NOT NULL,
    version integer NOT NULL,
    name text NOT NULL,
    description text,
    is_latest integer NOT NULL,
    is_published integer NOT NULL,
    created_at bigint NOT NULL,
    -- name, definition id and description in lower case
    search_text text NOT NULL,
    json text NOT NULL,
    UNIQUE (definition_id, version)
);

CREATE UNIQUE INDEX workflow_definitions_latest ON workflow_definitions (definition_id) WHERE is_latest = 1;
CREATE UNIQUE INDEX workflow_definitions_published ON workflow_definitions (definition_id) WHERE is_published = 1;
