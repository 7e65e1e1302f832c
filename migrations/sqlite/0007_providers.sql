-- Why: each tenant has its own accounts at providers. What is secret in them is sealed under a key of the tenant's,
-- which is stored wrapped under the installation's master key.

CREATE TABLE tenant_keys (
    tenant     TEXT    NOT NULL PRIMARY KEY,
    wrapped    BLOB    NOT NULL,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE providers (
    tenant      TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    channel     TEXT    NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                    'pushover', 'apprise', 'web_push')),
    settings    TEXT    NOT NULL,
    sealed      BLOB    NOT NULL,
    weight      INTEGER NOT NULL,
    failover_to TEXT,
    version     BLOB    NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)
) WITHOUT ROWID;

-- Workers write which accounts are in trouble, and the API reads it.
CREATE TABLE account_troubles (
    tenant        TEXT    NOT NULL,
    channel       TEXT    NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                      'pushover', 'apprise', 'web_push')),
    name          TEXT    NOT NULL,
    worker        BLOB    NOT NULL,
    misconfigured INTEGER NOT NULL,
    -- An account that cannot be used at all is not called either, but no breaker of it is open.
    breaker_open  INTEGER NOT NULL DEFAULT 1,
    probing       INTEGER NOT NULL,
    detail        TEXT    NOT NULL,
    since         INTEGER NOT NULL,
    PRIMARY KEY (tenant, channel, name, worker)
) WITHOUT ROWID;

-- A webhook's receiver that answers 410 wants no more calls until a person resumes the account, also after a restart. A
-- pause counts for the version of the account that it names: an account that is set again is another one.
CREATE TABLE account_pauses (
    tenant    TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    channel   TEXT    NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                  'pushover', 'apprise', 'web_push')),
    version   TEXT    NOT NULL,
    code      TEXT    NOT NULL,
    paused_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, name, channel)
) WITHOUT ROWID;
