-- Why: accounts in trouble are told by whoever delivers and read by whoever answers.
CREATE TABLE account_troubles (
    tenant        TEXT    NOT NULL,
    channel       TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    worker        BLOB    NOT NULL,
    misconfigured INTEGER NOT NULL,
    probing       INTEGER NOT NULL,
    detail        TEXT    NOT NULL,
    since         INTEGER NOT NULL,
    PRIMARY KEY (tenant, channel, name, worker)
) WITHOUT ROWID;
