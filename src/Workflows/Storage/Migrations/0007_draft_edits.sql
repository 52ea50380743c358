-- What the editing of drafts needs to know, beside the definitions so that lists of those need not read through it.
CREATE TABLE definition_edits (
    id TEXT NOT NULL PRIMARY KEY REFERENCES workflow_definitions (id) ON DELETE CASCADE,
    -- how often this version was saved
    revision INTEGER NOT NULL,
    -- the page that saved it last, if it named itself
    editor TEXT,
    -- 1 once a run may have been started of it as it is: it does not change any more
    is_frozen INTEGER NOT NULL
);
