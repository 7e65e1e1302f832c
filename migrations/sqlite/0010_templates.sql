-- Why: a tenant's editors word its notifications themselves. What they work on are drafts; what is published is a version,
-- which never changes, so that every channel of a notification can be worded from the same one.

-- One row per notification type that has drafts, versions or a schema of its content. The type `_shared` has what all
-- others use: layouts and partials, and the brand.
CREATE TABLE template_types (
    tenant            TEXT    NOT NULL,
    notification_type TEXT    NOT NULL,
    current_version   INTEGER,
    latest_version    INTEGER NOT NULL,
    content_schema    TEXT,
    schema_strict     INTEGER NOT NULL,
    schema_revision   INTEGER NOT NULL,
    PRIMARY KEY (tenant, notification_type)
) WITHOUT ROWID;

CREATE TABLE template_drafts (
    tenant            TEXT    NOT NULL,
    notification_type TEXT    NOT NULL,
    channel           TEXT    NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                          'pushover', 'apprise', 'web_push')),
    locale            TEXT    NOT NULL,
    parts             TEXT    NOT NULL CHECK (json_valid(parts)),
    revision          INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    updated_by        TEXT    NOT NULL,
    PRIMARY KEY (tenant, notification_type, channel, locale)
) WITHOUT ROWID;

CREATE TABLE template_brands (
    tenant     TEXT    NOT NULL PRIMARY KEY,
    brand      TEXT    NOT NULL CHECK (json_valid(brand)),
    revision   INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by TEXT    NOT NULL
) WITHOUT ROWID;

-- `shared_version` is the version of `_shared` that this one uses. A version that is to be published later has `due_at`
-- and no `published_at`.
CREATE TABLE template_versions (
    tenant            TEXT    NOT NULL,
    notification_type TEXT    NOT NULL,
    version           INTEGER NOT NULL,
    snapshot          TEXT    NOT NULL CHECK (json_valid(snapshot)),
    shared_version    INTEGER,
    comment           TEXT,
    made_by           TEXT    NOT NULL,
    made_at           INTEGER NOT NULL,
    due_at            INTEGER,
    published_at      INTEGER,
    PRIMARY KEY (tenant, notification_type, version)
) WITHOUT ROWID;
CREATE INDEX template_versions_due_at ON template_versions (due_at) WHERE due_at IS NOT NULL;
