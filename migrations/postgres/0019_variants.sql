-- Why: editors compare wordings. A version may have variants of its templates, readers are given one by a stable hash, and
-- what becomes of each is counted. Versions of a type are bounded in bytes, and templates may show what is known of a reader.

-- Bytes of the snapshot; NULL in versions of an earlier release.
ALTER TABLE template_versions ADD COLUMN bytes bigint;

-- A fan-out makes texts in a worker, and a worker words what it sends.
GRANT SELECT (attributes) ON users TO campanile_worker;

-- A variant that is being edited: all its locales in one row. `weight` is its share of readers in percent; what all variants
-- of a channel leave reads the template itself.
CREATE TABLE template_variants (
    tenant            text        NOT NULL,
    notification_type text        NOT NULL,
    channel           text        NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                              'pushover', 'apprise', 'web_push')),
    variant           text        NOT NULL,
    weight            smallint    NOT NULL,
    templates         json        NOT NULL,
    revision          bigint      NOT NULL,
    updated_at        timestamptz NOT NULL,
    updated_by        text        NOT NULL,
    PRIMARY KEY (tenant, notification_type, channel, variant)
);

-- Which variants a notification's user was given, by channel; NULL where nothing is compared.
ALTER TABLE notifications ADD COLUMN variants json;
ALTER TABLE notifications ALTER COLUMN variants SET STATISTICS 0;

-- What became of each variant. Users are spread over 32 buckets, which shows how much more results differ between users
-- than within one; so a variant has 32 rows at most, however much is sent. A trial is named by the version that began it.
-- The counts stand in no index, so an update stays within the page.
CREATE TABLE variant_counts (
    tenant            text     NOT NULL,
    notification_type text     NOT NULL,
    channel           text     NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                           'pushover', 'apprise', 'web_push')),
    trial             bigint   NOT NULL,
    variant           text     NOT NULL,
    bucket            smallint NOT NULL,
    delivered         bigint   NOT NULL,
    failed            bigint   NOT NULL,
    faults            bigint   NOT NULL,
    read              bigint   NOT NULL,
    PRIMARY KEY (tenant, notification_type, channel, trial, variant, bucket)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

ALTER TABLE template_variants ENABLE ROW LEVEL SECURITY;
ALTER TABLE template_variants FORCE ROW LEVEL SECURITY;
ALTER TABLE variant_counts ENABLE ROW LEVEL SECURITY;
ALTER TABLE variant_counts FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON template_variants TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY current ON variant_counts TO campanile_app, campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON template_variants TO campanile_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON variant_counts TO campanile_app, campanile_worker;
-- Workers remove the rows of a tenant that is being removed.
CREATE POLICY worker_removes ON template_variants TO campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL);
GRANT SELECT (tenant, ctid), DELETE ON template_variants TO campanile_worker;
