-- Why: a webhook's receiver that answers 410 wants no more calls until a person resumes the account, also
-- after a restart. A pause counts for the version of the account that it names: an account that is set again
-- is another one.
CREATE TABLE account_pauses (
    tenant    TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    channel   TEXT    NOT NULL,
    version   TEXT    NOT NULL,
    code      TEXT    NOT NULL,
    paused_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, name, channel)
) WITHOUT ROWID;
