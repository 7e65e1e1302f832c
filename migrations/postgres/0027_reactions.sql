-- Why: a tenant may count which of its mails are opened, and in which a link is opened (ADR 87). Both are off unless it turns
-- them on. The first reaction of each kind is a column of the delivery, so no mail costs more than four writes, and retention
-- and erasure need nothing more. No index has the columns, so the updates stay within the page.

ALTER TABLE tenants
    ADD COLUMN track_opens  boolean NOT NULL DEFAULT false,
    ADD COLUMN track_clicks boolean NOT NULL DEFAULT false;
GRANT INSERT (track_opens, track_clicks), UPDATE (track_opens, track_clicks) ON tenants TO campanile_app;

ALTER TABLE deliveries
    ADD COLUMN opened_at          timestamptz,
    ADD COLUMN clicked_at         timestamptz,
    ADD COLUMN machine_opened_at  timestamptz,
    ADD COLUMN machine_clicked_at timestamptz;
ALTER TABLE deliveries
    ALTER COLUMN opened_at SET STATISTICS 0,
    ALTER COLUMN clicked_at SET STATISTICS 0,
    ALTER COLUMN machine_opened_at SET STATISTICS 0,
    ALTER COLUMN machine_clicked_at SET STATISTICS 0;

-- The release before inserts rows without them.
ALTER TABLE variant_counts
    ADD COLUMN opened  bigint NOT NULL DEFAULT 0,
    ADD COLUMN clicked bigint NOT NULL DEFAULT 0;
