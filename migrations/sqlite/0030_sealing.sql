-- Why: what notifications and fan-outs say is sealed under the tenant's data key (ADR 88): one blob for all texts of a row, whose
-- other columns have none then.

ALTER TABLE notifications ADD COLUMN sealed BLOB;
ALTER TABLE fanouts ADD COLUMN sealed BLOB;

-- Keys that seal nothing any more, until all that they have sealed is sealed with the current one.
CREATE TABLE tenant_former_keys (
    tenant     TEXT    NOT NULL,
    wrapped    BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, wrapped)
) WITHOUT ROWID;
