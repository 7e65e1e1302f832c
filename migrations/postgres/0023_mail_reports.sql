-- Why: bounces and complaints about mails come in through an ingest address of another kind.

ALTER TABLE ingest_addresses DROP CONSTRAINT ingest_addresses_kind_check;
ALTER TABLE ingest_addresses ADD CONSTRAINT ingest_addresses_kind_check
    CHECK (kind IN ('apprise', 'ntfy', 'alertmanager', 'grafana', 'webhook', 'mail_report')) NOT VALID;
