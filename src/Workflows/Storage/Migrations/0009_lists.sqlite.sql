-- Lists of 100,000 runs in every order and by every filter, without reading through the rows.
DROP INDEX runs_newest;

-- Covers searching, and counting by what has few values.
CREATE INDEX runs_newest ON runs (created_at, id, search_text, status, sub_status, incident_count, version);
CREATE INDEX runs_by_update ON runs (updated_at, id);
CREATE INDEX runs_by_finish ON runs (COALESCE(finished_at, 0), id);
CREATE INDEX runs_by_name ON runs (lower(COALESCE(name, workflow_name)), id);
CREATE INDEX runs_by_correlation ON runs (correlation_id, created_at, id) WHERE correlation_id IS NOT NULL;
