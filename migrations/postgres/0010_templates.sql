-- Why: a tenant's editors word its notifications themselves. What they work on are drafts; what is published is a version,
-- which never changes, so that every channel of a notification can be worded from the same one.

-- One row per notification type that has drafts, versions or a schema of its content. The type `_shared` has what all
-- others use: layouts and partials, and the brand.
CREATE TABLE template_types (
    tenant            text    NOT NULL,
    notification_type text    NOT NULL,
    current_version   bigint,
    latest_version    bigint  NOT NULL,
    content_schema    text,
    schema_strict     boolean NOT NULL,
    schema_revision   bigint  NOT NULL,
    PRIMARY KEY (tenant, notification_type)
);

CREATE TABLE template_drafts (
    tenant            text        NOT NULL,
    notification_type text        NOT NULL,
    channel           text        NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                              'pushover', 'apprise', 'web_push')),
    locale            text        NOT NULL,
    parts             json        NOT NULL,
    revision          bigint      NOT NULL,
    updated_at        timestamptz NOT NULL,
    updated_by        text        NOT NULL,
    PRIMARY KEY (tenant, notification_type, channel, locale)
);

CREATE TABLE template_brands (
    tenant     text PRIMARY KEY,
    brand      json        NOT NULL,
    revision   bigint      NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text        NOT NULL
);

-- `shared_version` is the version of `_shared` that this one uses. A version that is to be published later has `due_at`
-- and no `published_at`.
CREATE TABLE template_versions (
    tenant            text        NOT NULL,
    notification_type text        NOT NULL,
    version           bigint      NOT NULL,
    snapshot          json        NOT NULL,
    shared_version    bigint,
    comment           text,
    made_by           text        NOT NULL,
    made_at           timestamptz NOT NULL,
    due_at            timestamptz,
    published_at      timestamptz,
    PRIMARY KEY (tenant, notification_type, version)
);
CREATE INDEX template_versions_due_at ON template_versions (due_at) WHERE due_at IS NOT NULL;

ALTER TABLE template_types ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_types FORCE ROW LEVEL SECURITY;
ALTER TABLE template_drafts ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_drafts FORCE ROW LEVEL SECURITY;
ALTER TABLE template_brands ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_brands FORCE ROW LEVEL SECURITY;
ALTER TABLE template_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY current ON template_types TO campanile_app, campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY app_current ON template_drafts TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY app_current ON template_brands TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY app_current ON template_versions TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- The worker finds the versions of any tenant that are to be published now, and writes for the tenant it has set.
CREATE POLICY worker_all ON template_versions TO campanile_worker
    USING (true)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, INSERT, UPDATE ON template_types TO campanile_app, campanile_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON template_drafts TO campanile_app;
GRANT SELECT, INSERT, UPDATE ON template_brands TO campanile_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON template_versions TO campanile_app, campanile_worker;
