//! What stands at the end of each command's `--help`: lines to paste. A test parses every one of them.

pub(super) const ALL: &str = "\
Examples:
  campanile up
  campanile token --tenant default --sub my-service --scope notifications:send
  campanile doctor";

pub(super) const UP: &str = "\
Examples:
  campanile up
  campanile up --listen localhost:9000 --data-dir /var/lib/campanile
  SMTP_HOST=mail.example.com EMAIL_FROM=hello@example.com campanile up";

pub(super) const API: &str = "\
Examples:
  campanile api
  campanile api --listen 0.0.0.0:8080
  DATABASE_URL=postgres://campanile@db/campanile JWT_SECRET_FILE=/run/secrets/jwt campanile api";

pub(super) const WORKER: &str = "\
Examples:
  campanile worker
  campanile worker --channels push,email --listen 0.0.0.0:9090
  campanile worker --except push,email";

pub(super) const MIGRATE: &str = "\
Examples:
  campanile migrate
  campanile migrate --wait 10m
  campanile migrate --check --wait 10m
  DATABASE_URL=postgres://campanile@db/campanile campanile migrate";

pub(super) const DOCTOR: &str = "\
Examples:
  campanile doctor
  campanile --config /etc/campanile.toml doctor
  campanile doctor --data-dir /var/lib/campanile";

pub(super) const TOKEN: &str = "\
Examples:
  campanile token --tenant default --sub my-service --scope notifications:send
  campanile token --tenant acme --sub alice --scope inbox --ttl 30d
  campanile token --tenant acme --sub operator --scope 'admin notifications:send'";

pub(super) const TENANT: &str = "\
Examples:
  campanile tenant create acme
  campanile tenant list
  campanile tenant suspend acme
  campanile tenant create acme --url https://notify.example.com --token-file platform.key";

pub(super) const TENANT_CREATE: &str = "\
Examples:
  campanile tenant create acme
  campanile tenant create acme --retry-ladder 5s,30s,2m";

pub(super) const TENANT_SET: &str = "\
Examples:
  campanile tenant set acme --retry-ladder 10s,1m,10m
  campanile tenant set acme --link-schemes myapp,tel --locale de-AT
  campanile tenant set acme --token-keys jwks.json
  campanile tenant set acme --max-queued 50000 --max-notifications 1000000
  campanile tenant set acme";

pub(super) const TENANT_SUSPEND: &str = "\
Examples:
  campanile tenant suspend acme
  campanile tenant suspend acme --url https://notify.example.com --token-file platform.key";

pub(super) const TENANT_RESUME: &str = "\
Examples:
  campanile tenant resume acme";

pub(super) const TENANT_DELETE: &str = "\
Examples:
  campanile tenant delete acme --confirm acme";

pub(super) const TENANT_USAGE: &str = "\
Examples:
  campanile tenant usage acme
  campanile tenant usage acme --format json | jq .api_keys";

pub(super) const TENANT_PREFERENCES: &str = "\
Examples:
  campanile tenant preferences show acme
  campanile tenant preferences set acme defaults.json";

pub(super) const TENANT_PREFERENCES_SHOW: &str = "\
Examples:
  campanile tenant preferences show acme
  campanile tenant preferences show acme --format json > defaults.json";

pub(super) const TENANT_PREFERENCES_SET: &str = "\
Examples:
  campanile tenant preferences set acme defaults.json
  campanile tenant preferences set acme -";

pub(super) const TENANT_LIST: &str = "\
Examples:
  campanile tenant list
  campanile tenant list --format json | jq '.tenants[].tenant'";

pub(super) const KEY: &str = "\
Examples:
  campanile key create billing --scope notifications:send --tenant acme
  campanile key list --tenant acme
  campanile key list --tenant acme --url https://notify.example.com --token-file operator.key";

pub(super) const KEY_CREATE: &str = "\
Examples:
  campanile key create billing --scope notifications:send --tenant acme > billing.key
  campanile key create dashboard --scope viewer --ttl 90d --network 10.0.0.0/8 --tenant acme
  campanile key create kiosk --scope inbox --user alice --tenant acme --format json";

pub(super) const KEY_LIST: &str = "\
Examples:
  campanile key list --tenant acme
  campanile key list --tenant acme --format json | jq '.api_keys[] | select(.last_used_at == null) | .id'";

pub(super) const KEY_REVOKE: &str = "\
Examples:
  campanile key revoke 01939b1e-0000-7000-8000-000000000000 --tenant acme";

pub(super) const KEY_ROTATE: &str = "\
Examples:
  campanile key rotate 01939b1e-0000-7000-8000-000000000000 --tenant acme > billing.key
  campanile key rotate 01939b1e-0000-7000-8000-000000000000 --overlap 7d --tenant acme";

pub(super) const MAGIC_LINK: &str = "\
Examples:
  campanile magic-link create --user u1 --purpose settings_view --tenant acme";

pub(super) const MAGIC_LINK_CREATE: &str = "\
Examples:
  campanile magic-link create --user u1 --purpose settings_view --tenant acme
  campanile magic-link create --email ada@example.com --purpose notification_status --send --tenant acme";

pub(super) const DLQ: &str = "\
Examples:
  campanile dlq list --channel email
  campanile dlq replay --code 503 --from 2026-01-31T08:00:00Z
  campanile dlq purge --tenant acme --all --yes";

pub(super) const DLQ_LIST: &str = "\
Examples:
  campanile dlq list
  campanile dlq list --wide --limit 100
  campanile dlq list --channel push --code UNREGISTERED --format json | jq '.dead_letters[].id'";

pub(super) const DLQ_REPLAY: &str = "\
Examples:
  campanile dlq replay --id 01939b1e-0000-8000-8000-000000000000
  campanile dlq replay --channel email --from 2026-01-31T08:00:00Z --to 2026-01-31T09:00:00Z
  campanile dlq replay --tenant acme --all";

pub(super) const DLQ_PURGE: &str = "\
Examples:
  campanile dlq purge --id 01939b1e-0000-8000-8000-000000000000
  campanile dlq purge --channel push --code UNREGISTERED --yes
  campanile dlq purge --tenant acme --all --yes";

pub(super) const AUDIT: &str = "\
Examples:
  campanile audit list --tenant acme
  campanile audit export --tenant acme --output audit.jsonl
  campanile audit verify --tenant acme";

pub(super) const AUDIT_LIST: &str = "\
Examples:
  campanile audit list
  campanile audit list --tenant acme --action provider.set --from 2026-01-31T08:00:00Z
  campanile audit list --actor ann --format json | jq '.entries[].target'";

pub(super) const AUDIT_EXPORT: &str = "\
Examples:
  campanile audit export --tenant acme > audit.jsonl
  campanile audit export --tenant acme --output audit.jsonl --after 01939b1e-0000-7000-8000-000000000000";

pub(super) const AUDIT_VERIFY: &str = "\
Examples:
  campanile audit verify --tenant acme
  campanile audit verify --known 7:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

pub(super) const AUDIT_RETENTION: &str = "\
Examples:
  campanile audit retention --tenant acme
  campanile audit retention 365 --tenant acme
  campanile audit retention default --tenant acme";

pub(super) const SUPPRESSION: &str = "\
Examples:
  campanile suppression list --tenant acme
  campanile suppression add ada@example.com --reason complaint --tenant acme
  campanile suppression import bounced.txt --reason hard_bounce --tenant acme";

pub(super) const SUPPRESSION_LIST: &str = "\
Examples:
  campanile suppression list
  campanile suppression list --channel email --format json | jq '.suppressions[].address'";

pub(super) const SUPPRESSION_ADD: &str = "\
Examples:
  campanile suppression add ada@example.com
  campanile suppression add ada@example.com bob@example.com --type newsletter --reason unsubscribe";

pub(super) const SUPPRESSION_IMPORT: &str = "\
Examples:
  campanile suppression import bounced.txt --reason hard_bounce
  campanile suppression import - --tenant acme";

pub(super) const SUPPRESSION_REPORT: &str = "\
Examples:
  campanile suppression report bounce.eml --tenant acme
  campanile suppression report - --tenant acme";

pub(super) const SUPPRESSION_REMOVE: &str = "\
Examples:
  campanile suppression remove ada@example.com
  campanile suppression remove ada@example.com --type newsletter";

pub(super) const ENCRYPTION: &str = "\
Examples:
  campanile encryption status --tenant acme
  campanile encryption rotate --tenant acme --url https://notify.example.com --token-file token
  campanile encryption encrypt --all";

pub(super) const ENCRYPTION_STATUS: &str = "\
Examples:
  campanile encryption status --tenant acme
  campanile encryption status --master --format json";

pub(super) const ENCRYPTION_ROTATE: &str = "\
Examples:
  campanile encryption rotate --tenant acme
  campanile encryption rotate --all --older-than 90d --no-wait
  campanile encryption rotate --master";

pub(super) const ENCRYPTION_ENCRYPT: &str = "\
Examples:
  campanile encryption encrypt --tenant acme
  campanile encryption encrypt --all";

pub(super) const USER: &str = "\
Examples:
  campanile user export u1 --tenant acme --output u1.jsonl
  campanile user merge u1 --into alice --tenant acme
  campanile user erase u1 --yes --tenant acme";

pub(super) const USER_ERASE: &str = "\
Examples:
  campanile user erase u1 --yes --tenant acme
  campanile user erase u1 --yes --format json > receipt.json";

pub(super) const USER_MERGE: &str = "\
Examples:
  campanile user merge u1 --into alice --tenant acme
  campanile user merge u1 --into alice --format json | jq .notifications";

pub(super) const USER_EXPORT: &str = "\
Examples:
  campanile user export u1 --tenant acme --output u1.jsonl
  campanile user export u1 | jq 'select(.kind == \"device\")'";

pub(super) const USER_ADDRESS: &str = "\
Examples:
  campanile user address set u1 --channel telegram --address -1001234567890 --tenant acme
  campanile user address list u1 --tenant acme";

pub(super) const USER_ADDRESS_SET: &str = "\
Examples:
  campanile user address set u1 --channel telegram --address -1001234567890 --tenant acme
  campanile user address set u1 --channel discord --address - --tenant acme < url.txt";

pub(super) const USER_ADDRESS_LIST: &str = "\
Examples:
  campanile user address list u1 --tenant acme";

pub(super) const USER_ADDRESS_REMOVE: &str = "\
Examples:
  campanile user address remove u1 --channel telegram --tenant acme";

pub(super) const PROVIDER: &str = "\
Examples:
  campanile provider set relay --channel email --settings smtp.json --tenant acme
  campanile provider list --tenant acme
  campanile provider remove relay --tenant acme";

pub(super) const PROVIDER_SET: &str = "\
Examples:
  campanile provider set firebase --channel push --settings service-account.json --tenant acme
  campanile provider set relay --channel email --settings smtp.json --failover-to spare --tenant acme
  campanile provider set hook --channel webhook --settings - --weight 2 --tenant acme";

pub(super) const PROVIDER_EXPLAIN: &str = "\
Examples:
  campanile provider explain pushover
  campanile provider explain slack --format json | jq '.settings[].name'";

pub(super) const RECIPE: &str = "\
Examples:
  campanile recipe list
  campanile recipe check recipes/example.toml";

pub(super) const RECIPE_LIST: &str = "\
Examples:
  campanile recipe list
  CAMPANILE_RECIPES=/etc/campanile/recipes campanile recipe list --format json";

pub(super) const RECIPE_SHOW: &str = "\
Examples:
  campanile recipe show telegram
  campanile recipe show telegram --format json | jq .documentation";

pub(super) const RECIPE_CHECK: &str = "\
Examples:
  campanile recipe check example.toml
  campanile recipe check recipes/one.toml recipes/two.toml";

pub(super) const PROVIDER_LIST: &str = "\
Examples:
  campanile provider list --tenant acme
  campanile provider list --wide
  campanile provider list --format json | jq '.providers[].name'";

pub(super) const PROVIDER_RESUME: &str = "\
Examples:
  campanile provider resume hook --tenant acme
  campanile provider resume settings";

pub(super) const PROVIDER_REMOVE: &str = "\
Examples:
  campanile provider remove relay --tenant acme";

pub(super) const INGEST: &str = "\
Examples:
  campanile ingest create apprise --name Backups --user u1
  campanile ingest list
  campanile ingest revoke 01939b1e-0000-7000-8000-000000000000";

pub(super) const INGEST_CREATE: &str = "\
Examples:
  campanile ingest create apprise --name Backups --user u1
  campanile ingest create ntfy --name Home --rate-limit '60/m burst 20'
  campanile ingest create alertmanager --name Alerts --topic on-call --notify-resolved --tenant acme
  campanile ingest create webhook --name Errors --user u1 --mapping mapping.json --signed";

pub(super) const INGEST_LIST: &str = "\
Examples:
  campanile ingest list --tenant acme
  campanile ingest list --format json | jq '.ingest_addresses[].id'";

pub(super) const INGEST_REVOKE: &str = "\
Examples:
  campanile ingest revoke 01939b1e-0000-7000-8000-000000000000
  campanile ingest revoke 01939b1e-0000-7000-8000-000000000000 --tenant acme";

pub(super) const EXPORT: &str = "\
Examples:
  campanile export --tenant acme --output acme.campanile --passphrase-file passphrase
  campanile export --tenant default --output default.campanile --data-dir /var/lib/campanile
  campanile export --tenant acme --output acme.jsonl --plain";

pub(super) const IMPORT: &str = "\
Examples:
  campanile import acme.campanile --passphrase-file passphrase
  campanile import acme.campanile --check
  DATABASE_URL=postgres://campanile@db/campanile campanile import acme.campanile";

pub(super) const RETENTION: &str = "\
Examples:
  campanile retention run --dry-run
  campanile retention show --tenant acme
  campanile retention set 30 --tenant acme";

pub(super) const RETENTION_RUN: &str = "\
Examples:
  campanile retention run --dry-run
  campanile retention run --format json";

pub(super) const RETENTION_SHOW: &str = "\
Examples:
  campanile retention show --tenant acme";

pub(super) const RETENTION_SET: &str = "\
Examples:
  campanile retention set 30 --tenant acme
  campanile retention set default --tenant acme";

pub(super) const TEST: &str = "\
Examples:
  campanile test --channels push,email --user alice
  campanile test --channels webhook --user alice --url https://notify.example.com --level critical
  campanile test --channels email --user alice --message 'Is this readable?' --tenant acme";

pub(super) const LISTEN: &str = "\
Examples:
  campanile listen --user alice
  campanile listen --user alice --types new_message,friend_request --format json | jq .data.title
  campanile listen --user alice --url https://notify.example.com --forward http://localhost:3000/hook";

pub(super) const OPENAPI: &str = "\
Examples:
  campanile openapi > openapi.json
  campanile openapi | jq '.paths | keys'";

pub(super) const HEALTH: &str = "\
Examples:
  campanile health
  campanile health --url http://127.0.0.1:9090
  campanile health --live";

pub(super) const COMPLETIONS: &str = "\
Examples:
  campanile completions bash > /usr/share/bash-completion/completions/campanile
  campanile completions zsh > /usr/local/share/zsh/site-functions/_campanile
  campanile completions fish > ~/.config/fish/completions/campanile.fish";

pub(super) const MAN: &str = "\
Examples:
  campanile man /usr/local/share/man/man1";

pub(super) const SIZE: &str = "\
Examples:
  campanile size
  campanile size --users 1000000 --rate 100000 --channels push=80,email=20
  campanile size --users 50000 --rate 200 --streams 5000 --retention 30 --format json";

pub(super) const TEMPLATE: &str = "\
Examples:
  campanile template pull templates --tenant acme
  campanile template diff templates --tenant acme
  campanile template push templates --publish --comment 'Shorter titles' --tenant acme
  campanile template rollback order_shipped 3 --tenant acme";

pub(super) const TEMPLATE_LIST: &str = "\
Examples:
  campanile template list --tenant acme
  campanile template list --format json | jq '.templates[].type'";

pub(super) const TEMPLATE_PULL: &str = "\
Examples:
  campanile template pull templates --tenant acme
  campanile template pull templates --type order_shipped --force";

pub(super) const TEMPLATE_PUSH: &str = "\
Examples:
  campanile template push templates --dry-run --tenant acme
  campanile template push templates --publish --comment 'Shorter titles' --tenant acme
  campanile template push templates --prune";

pub(super) const TEMPLATE_DIFF: &str = "\
Examples:
  campanile template diff templates --tenant acme";

pub(super) const TEMPLATE_PREVIEW: &str = "\
Examples:
  campanile template preview order_shipped --content order.json --locale de
  campanile template preview order_shipped --channel email --user alice --version 3 --tenant acme";

pub(super) const TEMPLATE_PUBLISH: &str = "\
Examples:
  campanile template publish order_shipped --tenant acme
  campanile template publish _shared --comment 'New logo'
  campanile template publish order_shipped --at 2027-01-31T08:00:00Z";

pub(super) const TEMPLATE_ROLLBACK: &str = "\
Examples:
  campanile template rollback order_shipped 3 --tenant acme";

pub(super) const TEMPLATE_RETIRE: &str = "\
Examples:
  campanile template retire order_shipped --tenant acme";

pub(super) const TEMPLATE_WATCH: &str = "\
Examples:
  campanile template watch templates
  campanile template watch templates --content contents.json --locale de

The file of --content holds one content, or contents by type: {\"order_shipped\": {\"order_id\": \"7\"}}";

pub(super) const TEMPLATE_VARIANTS: &str = "\
Examples:
  campanile template variants order_shipped --tenant acme
  campanile template variants order_shipped --set push/short --weight 50 --file short.json
  campanile template variants order_shipped --remove push/short

The file holds what differs, by locale and part: {\"en\": {\"title\": \"On its way\"}}";

pub(super) const TEMPLATE_RESULTS: &str = "\
Examples:
  campanile template results order_shipped --tenant acme
  campanile template results order_shipped --format json | jq '.trials[0].winners.read'";

pub(super) const TEMPLATE_PROMOTE: &str = "\
Examples:
  campanile template promote order_shipped push short --comment 'Read more often'
  campanile template promote order_shipped push control --comment 'No difference'";

pub(super) const TEMPLATE_VERSIONS: &str = "\
Examples:
  campanile template versions order_shipped --tenant acme
  campanile template versions order_shipped --format json | jq '.versions[0].comment'";
