-- Why: editors compare wordings. A version may have variants of its templates, readers are given one by a stable hash, and
-- what becomes of each is counted. Versions of a type are bounded in bytes.

-- Bytes of the snapshot; NULL in versions of an earlier release.
ALTER TABLE template_versions ADD COLUMN bytes INTEGER;

-- A variant that is being edited: all its locales in one row. `weight` is its share of readers in percent; what all variants
-- of a channel leave reads the template itself.
CREATE TABLE template_variants (
    tenant            TEXT    NOT NULL,
    notification_type TEXT    NOT NULL,
    channel           TEXT    NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                          'pushover', 'apprise', 'web_push')),
    variant           TEXT    NOT NULL,
    weight            INTEGER NOT NULL,
    templates         TEXT    NOT NULL CHECK (json_valid(templates)),
    revision          INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    updated_by        TEXT    NOT NULL,
    PRIMARY KEY (tenant, notification_type, channel, variant)
) WITHOUT ROWID;

-- Which variants a notification's user was given, by channel; NULL where nothing is compared.
ALTER TABLE notifications ADD COLUMN variants TEXT;

-- What became of each variant. Users are spread over 32 buckets, which shows how much more results differ between users
-- than within one; so a variant has 32 rows at most, however much is sent. A trial is named by the version that began it.
CREATE TABLE variant_counts (
    tenant            TEXT    NOT NULL,
    notification_type TEXT    NOT NULL,
    channel           TEXT    NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                          'pushover', 'apprise', 'web_push')),
    trial             INTEGER NOT NULL,
    variant           TEXT    NOT NULL,
    bucket            INTEGER NOT NULL,
    delivered         INTEGER NOT NULL,
    failed            INTEGER NOT NULL,
    faults            INTEGER NOT NULL,
    read              INTEGER NOT NULL,
    PRIMARY KEY (tenant, notification_type, channel, trial, variant, bucket)
) WITHOUT ROWID;
