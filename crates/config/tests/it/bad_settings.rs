//! Each bad setting is reported under its own name, in one line, and without any secret.

use campanile_config::{Role, Settings};

/// Stands in every secret of these tests; must never come out.
const SECRET_WORD: &str = "hunter2";

const GOOD_SECRET: &str = "hunter2-hunter2-hunter2-hunter2-hunter2";
const GOOD_WEBHOOK_SECRET: &str = "whsec_aHVudGVyMmh1bnRlcjJodW50ZXIyaHVudGVyMg==";
const POSTGRES: &str = "postgres://campanile:hunter2@db:5432/campanile";
const PEM: &str = "-----BEGIN PUBLIC KEY-----\nhunter2\n-----END PUBLIC KEY-----";
const PRIVATE_PEM: &str = "-----BEGIN PRIVATE KEY-----\\nhunter2\\n-----END PRIVATE KEY-----\\n";

/// Environment, role, start of the complaint's name, part of the complaint.
type Case = (
    &'static [(&'static str, &'static str)],
    Role,
    &'static str,
    &'static str,
);

const CLI: Role = Role::Cli;

#[rustfmt::skip]
const CASES: &[Case] = &[
    (&[("DATABASE_URL", "mysql://u:hunter2@db/x")], CLI, "DATABASE_URL", "begins with `mysql:`"),
    (&[("DATABASE_URL", "hunter2")], CLI, "DATABASE_URL", "does not begin with postgres://"),
    (&[("DATABASE_URL", "hunter2:hunter2@db")], CLI, "DATABASE_URL", "does not begin with postgres://"),
    (&[("DATABASE_URL", "postgres://u:hunter2@db:port/x")], CLI, "DATABASE_URL", "is not a URL"),
    (&[("DATABASE_URL", "sqlite://")], CLI, "DATABASE_URL", "has no file name"),
    (&[], Role::Api, "DATABASE_URL", "required by `api`"),
    (&[], Role::Worker, "DATABASE_URL", "required by `worker`"),
    (&[], Role::Migrate, "DATABASE_URL", "required by `migrate`"),
    (&[("DATABASE_URL", "sqlite://hunter2.db")], Role::Api, "DATABASE_URL", "SQLite"),
    (&[("DATABASE_URL", "sqlite://hunter2.db")], Role::Worker, "DATABASE_URL", "SQLite"),
    (&[("DATABASE_URL", POSTGRES)], Role::Up, "DATABASE_URL", "`up` stores its data in SQLite"),
    (&[("DATABASE_WORKER_URL", "sqlite://hunter2.db")], CLI, "DATABASE_WORKER_URL", "`sqlite:`"),
    (&[("DATABASE_OWNER_URL", "http://u:hunter2@db")], CLI, "DATABASE_OWNER_URL", "`http:`"),
    (&[("DATABASE_MAX_CONNECTIONS", "0")], CLI, "DATABASE_MAX_CONNECTIONS", "`0` is out of range"),
    (&[("DATABASE_SLOW_QUERY_MS", "0.5s")], CLI, "DATABASE_SLOW_QUERY_MS", "`0.5s` is not a whole number"),
    (&[("DATABASE_SLOW_QUERY_MS", "3600001")], CLI, "DATABASE_SLOW_QUERY_MS", "`3600001` is out of range"),
    (&[("REDIS_URL", "http://:hunter2@cache:6379")], CLI, "REDIS_URL", "`http:`"),
    (&[("REDIS_CACHE_TTL", "5m")], CLI, "REDIS_CACHE_TTL", "`5m` is not a whole number"),
    (&[("REDIS_CACHE_TTL", "-1")], CLI, "REDIS_CACHE_TTL", "is not a whole number"),
    (&[("REDIS_CACHE_TTL", "0")], CLI, "REDIS_CACHE_TTL", "out of range"),
    (&[("REDIS_CACHE_TTL", "http://u:hunter2@h")], CLI, "REDIS_CACHE_TTL", "the value is not"),
    (&[("RABBITMQ_URL", "https://u:hunter2@broker")], CLI, "RABBITMQ_URL", "`https:`"),
    (&[("RABBITMQ_URL", "broker:5672")], CLI, "RABBITMQ_URL", "does not begin with amqp://"),
    (&[("DATABASE_URL", POSTGRES)], Role::Worker, "RABBITMQ_URL", "required by `worker`"),
    (&[("RABBITMQ_EXCHANGE", "amq.topic")], CLI, "RABBITMQ_EXCHANGE", "reserved"),
    (&[("RABBITMQ_QUEUE", "my queue")], CLI, "RABBITMQ_QUEUE", "has characters"),
    (&[("JWT_SECRET", "hunter2")], CLI, "JWT_SECRET", "has 7 bytes, expected 32 bytes or more"),
    (&[("JWT_SECRET", GOOD_SECRET), ("JWT_PUBLIC_KEY", PEM)], CLI, "JWT_SECRET", "together with JWT_PUBLIC_KEY"),
    (&[("JWT_SECRET", GOOD_SECRET), ("JWT_JWKS_URL", "https://id/k")], CLI, "JWT_SECRET", "together with JWT_JWKS_URL"),
    (&[("JWT_PUBLIC_KEY", PEM), ("JWT_JWKS_URL", "https://id/k")], CLI, "JWT_PUBLIC_KEY", "together with JWT_JWKS_URL"),
    (&[("JWT_PUBLIC_KEY", PRIVATE_PEM)], CLI, "JWT_PUBLIC_KEY", "PEM block"),
    (&[("JWT_PUBLIC_KEY", "/hunter2.pem")], CLI, "JWT_PUBLIC_KEY", "PEM block"),
    (&[("JWT_JWKS_URL", "ftp://u:hunter2@id/jwks")], CLI, "JWT_JWKS_URL", "`ftp:`"),
    (&[("JWT_AUDIENCE", "a\nb")], CLI, "JWT_AUDIENCE", "line break"),
    (&[("DATABASE_URL", POSTGRES)], Role::Api, "JWT_SECRET", "required by `api`"),
    (&[("JWT_MAX_LIFE", "a while")], CLI, "JWT_MAX_LIFE", "`a while` is not a duration"),
    (&[("JWT_MAX_LIFE", "3600")], CLI, "JWT_MAX_LIFE", "is not a duration"),
    (&[("JWT_MAX_LIFE", "59s")], CLI, "JWT_MAX_LIFE", "is shorter than a minute"),
    (&[("CAMPANILE_TRUSTED_PROXIES", "10.0.0.0/8,proxy")], CLI, "CAMPANILE_TRUSTED_PROXIES", "entry 2"),
    (&[("CAMPANILE_CORS_ORIGINS", "*")], CLI, "CAMPANILE_CORS_ORIGINS", "entry 1 has a wildcard"),
    (&[("CAMPANILE_CORS_ORIGINS", "https://*.example.com")], CLI, "CAMPANILE_CORS_ORIGINS", "entry 1 has a wildcard"),
    (&[("CAMPANILE_CORS_ORIGINS", "https://a.example,null")], CLI, "CAMPANILE_CORS_ORIGINS", "entry 2 is not an origin"),
    (&[("CAMPANILE_CORS_ORIGINS", "app.example.com")], CLI, "CAMPANILE_CORS_ORIGINS", "entry 1 is not an origin"),
    (&[("CAMPANILE_CORS_ORIGINS", "file:///app")], CLI, "CAMPANILE_CORS_ORIGINS", "does not begin with https://"),
    (&[("CAMPANILE_CORS_ORIGINS", "https://a.example/")], CLI, "CAMPANILE_CORS_ORIGINS", "more than scheme, host and port"),
    (&[("CAMPANILE_CORS_ORIGINS", "https://a.example/app")], CLI, "CAMPANILE_CORS_ORIGINS", "more than scheme, host and port"),
    (&[("CAMPANILE_CORS_ORIGINS", "https://u:hunter2@a.example")], CLI, "CAMPANILE_CORS_ORIGINS", "more than scheme, host and port"),
    (&[("CAMPANILE_DOCS_LIVE", "perhaps")], CLI, "CAMPANILE_DOCS_LIVE", "is not true or false"),
    (&[("CAMPANILE_SEAL_TEXTS", "perhaps")], CLI, "CAMPANILE_SEAL_TEXTS", "is not true or false"),
    (&[("CAMPANILE_LIMIT_FAILED_AUTH", "many")], CLI, "CAMPANILE_LIMIT_FAILED_AUTH", "is not a rate"),
    (&[("CAMPANILE_LISTEN", ":8080")], CLI, "CAMPANILE_LISTEN", "`:8080` has no address"),
    (&[("CAMPANILE_LISTEN", "localhost")], CLI, "CAMPANILE_LISTEN", "has no port"),
    (&[("CAMPANILE_METRICS_LISTEN", "0.0.0.0")], CLI, "CAMPANILE_METRICS_LISTEN", "has no port"),
    (&[("CAMPANILE_MASTER_KEY", "hunter2!")], CLI, "CAMPANILE_MASTER_KEY", "is not base64"),
    (&[("CAMPANILE_MASTER_KEY", "aHVudGVyMg==")], CLI, "CAMPANILE_MASTER_KEY", "is 7 bytes long"),
    (&[("CAMPANILE_ALLOW_PRIVATE_NETWORKS", "10.0.0.0/8,10.1.2.3")], CLI, "CAMPANILE_ALLOW_PRIVATE_NETWORKS", "entry 2"),
    (&[("CAMPANILE_RECIPE_CHANNELS", "telegram,Te ams")], CLI, "CAMPANILE_RECIPE_CHANNELS", "entry 2"),
    (&[("CAMPANILE_ALLOW_USER_NETWORKS", "10.0.0.0/33")], CLI, "CAMPANILE_ALLOW_USER_NETWORKS", "entry 1"),
    (&[("CAMPANILE_ALLOW_PRIVATE_NETWORKS", "10.0.0.0/33")], CLI, "CAMPANILE_ALLOW_PRIVATE_NETWORKS", "entry 1"),
    (&[("CAMPANILE_PROFILE", "huge")], CLI, "CAMPANILE_PROFILE", "`huge` is not a profile"),
    (&[("FCM_PROJECT_ID", "a/b")], CLI, "FCM_PROJECT_ID", "has characters"),
    (&[("FCM_PROJECT_ID", "p"), ("FCM_CLIENT_EMAIL", "a@b.c")], CLI, "FCM_PRIVATE_KEY", "missing"),
    (&[("FCM_PROJECT_ID", "p"), ("FCM_PRIVATE_KEY", PRIVATE_PEM)], CLI, "FCM_CLIENT_EMAIL", "missing"),
    (&[("FCM_CLIENT_EMAIL", "a@b.c"), ("FCM_PRIVATE_KEY", PRIVATE_PEM)], CLI, "FCM_PROJECT_ID", "missing"),
    (&[("FCM_PRIVATE_KEY", "hunter2")], CLI, "FCM_PRIVATE_KEY", "PEM block"),
    (&[("FCM_CLIENT_EMAIL", "no-address")], CLI, "FCM_CLIENT_EMAIL", "is not an email address"),
    (&[("FCM_TOKEN_URI", "file:///etc/passwd")], CLI, "FCM_TOKEN_URI", "`file:`"),
    (&[("FCM_ENDPOINT", "fcm.googleapis.com")], CLI, "FCM_ENDPOINT", "does not begin with http"),
    (&[("SMTP_HOST", "smtp://u:hunter2@mail")], CLI, "SMTP_HOST", "the value is not a host"),
    (&[("SMTP_HOST", "mail.example.com:587")], CLI, "SMTP_HOST", "is not a host"),
    (&[("SMTP_PORT", "0")], CLI, "SMTP_PORT", "is not a port"),
    (&[("SMTP_PORT", "70000")], CLI, "SMTP_PORT", "`70000` is not a port"),
    (&[("SMTP_TLS", "ssl")], CLI, "SMTP_TLS", "expected starttls, tls or none"),
    (&[("SMTP_USERNAME", "u")], CLI, "SMTP_PASSWORD", "required with SMTP_USERNAME"),
    (&[("SMTP_PASSWORD", "hunter2")], CLI, "SMTP_USERNAME", "required with SMTP_PASSWORD"),
    (&[("SMTP_HOST", "mail.example.com")], CLI, "EMAIL_FROM", "required with SMTP_HOST"),
    (&[("EMAIL_FROM", "Campanile")], CLI, "EMAIL_FROM", "is not an email address"),
    (&[("EMAIL_FROM", "A <a@b.c>\r\nBcc: x@y.z")], CLI, "EMAIL_FROM", "line break"),
    (&[("WEBHOOK_URL", "https://h/x")], CLI, "WEBHOOK_SECRET", "required with WEBHOOK_URL"),
    (&[("WEBHOOK_SECRET", GOOD_WEBHOOK_SECRET)], CLI, "WEBHOOK_URL", "required with WEBHOOK_SECRET"),
    (&[("WEBHOOK_SECRET", "hunter2")], CLI, "WEBHOOK_SECRET", "does not begin with `whsec_`"),
    (&[("WEBHOOK_SECRET", "whsec_hunter2!")], CLI, "WEBHOOK_SECRET", "is not base64"),
    (&[("WEBHOOK_SECRET", "whsec_aHVudGVyMg==")], CLI, "WEBHOOK_SECRET", "only 7 bytes"),
    (&[("WEBHOOK_SECRET_PREVIOUS", GOOD_WEBHOOK_SECRET)], CLI, "WEBHOOK_SECRET", "required with WEBHOOK_SECRET_PREVIOUS"),
    (&[("WEBHOOK_SECRET_PREVIOUS", "whsec_hunter2!")], CLI, "WEBHOOK_SECRET_PREVIOUS", "is not base64"),
    (&[("WEBHOOK_SECRET_PREVIOUS_EXPIRES_AT", "2026-12-01T00:00:00Z")], CLI, "WEBHOOK_SECRET_PREVIOUS", "required with WEBHOOK_SECRET_PREVIOUS_EXPIRES_AT"),
    (&[("WEBHOOK_SECRET_PREVIOUS_EXPIRES_AT", "tomorrow")], CLI, "WEBHOOK_SECRET_PREVIOUS_EXPIRES_AT", "expected a time in UTC"),
    (&[("LOG_FORMAT", "xml")], CLI, "LOG_FORMAT", "expected json or text"),
    (&[("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")], CLI, "OTEL_EXPORTER_OTLP_ENDPOINT", "does not begin with http://"),
    (&[("JWT_SECRET", GOOD_SECRET), ("JWT_SECRET_FILE", "/run/x")], CLI, "JWT_SECRET", "together with JWT_SECRET_FILE"),
    (&[("SMTP_PASSWORD_FILE", "/no/such/hunter2")], CLI, "SMTP_PASSWORD_FILE", "cannot be read"),
    (&[("JWT_PUBLIC_KEY_FILE", "/dev/null")], CLI, "JWT_PUBLIC_KEY_FILE", "is empty"),
    (&[("CAMPANILE_CONFIG", "/no/such/file.toml")], CLI, "CAMPANILE_CONFIG", "cannot be read"),
];

fn env(pairs: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
    |name| {
        pairs
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    }
}

#[test]
fn each_bad_setting_is_reported_by_name() {
    for (pairs, role, name, part) in CASES {
        let errors = Settings::load_for(*role, None, env(pairs)).expect_err(name);
        let found = errors.iter().any(|error| {
            error.setting.split(' ').next() == Some(*name) && error.problem.contains(part)
        });
        assert!(found, "{pairs:?} as {role:?} gave:\n{errors}");
    }
}

#[test]
fn each_complaint_is_one_line_that_says_what_is_expected() {
    for (pairs, role, ..) in CASES {
        let errors = Settings::load_for(*role, None, env(pairs)).expect_err("a complaint");
        assert_eq!(errors.to_string().lines().count(), errors.len(), "{errors}");
        for error in errors.iter() {
            assert!(error.problem.contains("expected "), "{error}");
        }
    }
}

#[test]
fn no_complaint_shows_a_secret() {
    for (pairs, role, ..) in CASES {
        let errors = Settings::load_for(*role, None, env(pairs)).expect_err("a complaint");
        let shown = format!("{errors} {errors:?}");
        assert!(
            !shown.contains(SECRET_WORD) && !shown.contains("aHVudGVy"),
            "{shown}"
        );
    }
}

#[test]
fn a_value_that_cannot_be_read_is_not_called_missing_as_well() {
    let pairs: &[_] = &[("DATABASE_URL", "mysql://db"), ("JWT_SECRET", "short")];
    let errors = Settings::load_for(Role::Api, None, env(pairs)).expect_err("two complaints");
    let names: Vec<_> = errors.iter().map(|error| error.setting.as_str()).collect();
    assert_eq!(names, ["DATABASE_URL", "JWT_SECRET"]);
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let pairs: &[_] = &[
        ("REDIS_CACHE_TTL", "x"),
        ("SMTP_TLS", "x"),
        ("WEBHOOK_URL", "http://h/"),
    ];
    let errors = Settings::load_for(Role::Worker, None, env(pairs)).expect_err("complaints");
    for name in [
        "REDIS_CACHE_TTL",
        "SMTP_TLS",
        "WEBHOOK_SECRET",
        "DATABASE_URL",
        "RABBITMQ_URL",
    ] {
        assert!(
            errors.iter().any(|error| error.setting.starts_with(name)),
            "{name}\n{errors}"
        );
    }
}

/// Who does not hold the key that makes tokens cannot lose it.
#[test]
fn a_role_that_makes_no_tokens_needs_no_key_and_says_so_when_it_has_one() {
    const SERVERS: &[(&str, &str)] = &[
        ("DATABASE_URL", POSTGRES),
        ("RABBITMQ_URL", "amqp://u:hunter2@broker"),
    ];
    const WITH_KEY: &[(&str, &str)] = &[
        ("DATABASE_URL", POSTGRES),
        ("RABBITMQ_URL", "amqp://u:hunter2@broker"),
        ("JWT_SECRET", GOOD_SECRET),
    ];
    for role in [Role::Worker, Role::Migrate] {
        let settings = Settings::load_for(role, None, env(SERVERS)).expect("complete");
        assert!(settings.needless_for(role).is_empty());
        let settings = Settings::load_for(role, None, env(WITH_KEY)).expect("complete");
        assert_eq!(settings.needless_for(role), ["JWT_SECRET"]);
    }
    let settings = Settings::load_for(Role::Api, None, env(WITH_KEY)).expect("complete");
    assert!(settings.needless_for(Role::Api).is_empty());
}
