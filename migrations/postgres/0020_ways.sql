-- Why: a group of alerts that went to a topic is closed for its subscribers, changes of a group that repeat are told apart, and
-- Apple's devices are reached without Firebase.

-- How often a group has changed: the same change may come again and is another occasion then.
ALTER TABLE ingest_groups ADD COLUMN changes bigint NOT NULL DEFAULT 0;
-- Whether what is recalled is marked as read, too.
ALTER TABLE fanout_recalls ADD COLUMN marks_read boolean NOT NULL DEFAULT false;
GRANT UPDATE (read_at, seen_at) ON notifications TO campanile_worker;

-- Another kind of devices, and channels whose names the operator chooses: every recipe is one. So the CHECKs say what a name looks
-- like, and no longer which there are.
ALTER TABLE devices DROP CONSTRAINT devices_kind_check;
ALTER TABLE devices ADD CONSTRAINT devices_kind_check CHECK (kind IN ('token', 'fid', 'web_push', 'apns')) NOT VALID;
ALTER TABLE notifications DROP CONSTRAINT notifications_channels_check;
ALTER TABLE notifications ADD CONSTRAINT notifications_channels_check CHECK (array_to_string(channels, ',', '?') ~ '^[a-z0-9_,]*$') NOT VALID;
ALTER TABLE fanouts DROP CONSTRAINT fanouts_channels_check;
ALTER TABLE fanouts ADD CONSTRAINT fanouts_channels_check CHECK (array_to_string(channels, ',', '?') ~ '^[a-z0-9_,]*$') NOT VALID;
ALTER TABLE workers DROP CONSTRAINT workers_channels_check;
ALTER TABLE workers ADD CONSTRAINT workers_channels_check CHECK (array_to_string(channels, ',', '?') ~ '^[a-z0-9_,]*$') NOT VALID;
ALTER TABLE deliveries DROP CONSTRAINT deliveries_channel_check;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_channel_check CHECK (channel ~ '^[a-z0-9_]{1,32}$') NOT VALID;
ALTER TABLE dispatch DROP CONSTRAINT dispatch_channel_check;
ALTER TABLE dispatch ADD CONSTRAINT dispatch_channel_check CHECK (channel ~ '^[a-z0-9_]{1,32}$') NOT VALID;
ALTER TABLE schedule DROP CONSTRAINT schedule_channel_check;
ALTER TABLE schedule ADD CONSTRAINT schedule_channel_check CHECK (channel ~ '^[a-z0-9_]{1,32}$') NOT VALID;
ALTER TABLE providers DROP CONSTRAINT providers_channel_check;
ALTER TABLE providers ADD CONSTRAINT providers_channel_check CHECK (channel ~ '^[a-z0-9_]{1,32}$') NOT VALID;
ALTER TABLE account_troubles DROP CONSTRAINT account_troubles_channel_check;
ALTER TABLE account_troubles ADD CONSTRAINT account_troubles_channel_check CHECK (channel ~ '^[a-z0-9_]{1,32}$') NOT VALID;
ALTER TABLE account_pauses DROP CONSTRAINT account_pauses_channel_check;
ALTER TABLE account_pauses ADD CONSTRAINT account_pauses_channel_check CHECK (channel ~ '^[a-z0-9_]{1,32}$') NOT VALID;
ALTER TABLE dead_letters DROP CONSTRAINT dead_letters_channel_check;
ALTER TABLE dead_letters ADD CONSTRAINT dead_letters_channel_check CHECK (channel ~ '^[a-z0-9_]{1,32}$') NOT VALID;
ALTER TABLE sent_hours DROP CONSTRAINT sent_hours_channel_check;
ALTER TABLE sent_hours ADD CONSTRAINT sent_hours_channel_check CHECK (channel ~ '^[a-z0-9_]{1,32}$') NOT VALID;
ALTER TABLE template_drafts DROP CONSTRAINT template_drafts_channel_check;
ALTER TABLE template_drafts ADD CONSTRAINT template_drafts_channel_check CHECK (channel ~ '^[a-z0-9_]{1,32}$') NOT VALID;
ALTER TABLE template_variants DROP CONSTRAINT template_variants_channel_check;
ALTER TABLE template_variants ADD CONSTRAINT template_variants_channel_check CHECK (channel ~ '^[a-z0-9_]{1,32}$') NOT VALID;
ALTER TABLE variant_counts DROP CONSTRAINT variant_counts_channel_check;
ALTER TABLE variant_counts ADD CONSTRAINT variant_counts_channel_check CHECK (channel ~ '^[a-z0-9_]{1,32}$') NOT VALID;
