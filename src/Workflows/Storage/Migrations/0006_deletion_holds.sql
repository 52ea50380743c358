-- While a row is here and its time has not come, files that belong to rows of this database are not deleted: a backup copies them.
-- Times are UTC in ticks of 100 ns since the year 1.
CREATE TABLE deletion_holds (
    id text NOT NULL PRIMARY KEY,
    reason text NOT NULL,
    held_until bigint NOT NULL
);
