-- Why: a tenant may count which of its mails are opened, and in which a link is opened (ADR 87). Both are off unless it turns
-- them on. The first reaction of each kind is a column of the delivery, so no mail costs more than four writes, and retention
-- and erasure need nothing more.

ALTER TABLE tenants ADD COLUMN track_opens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN track_clicks INTEGER NOT NULL DEFAULT 0;

ALTER TABLE deliveries ADD COLUMN opened_at INTEGER;
ALTER TABLE deliveries ADD COLUMN clicked_at INTEGER;
ALTER TABLE deliveries ADD COLUMN machine_opened_at INTEGER;
ALTER TABLE deliveries ADD COLUMN machine_clicked_at INTEGER;

ALTER TABLE variant_counts ADD COLUMN opened INTEGER NOT NULL DEFAULT 0;
ALTER TABLE variant_counts ADD COLUMN clicked INTEGER NOT NULL DEFAULT 0;
