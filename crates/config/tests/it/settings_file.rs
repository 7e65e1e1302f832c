//! The TOML file: what it may hold, what is refused, and what wins over it.

use std::path::PathBuf;

use campanile_config::{LogFormat, Role, SettingErrors, Settings};
use secrecy::ExposeSecret as _;

/// A separate file that is removed after the test.
struct TempFile(PathBuf);

impl TempFile {
    fn with(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("campanile-{}-{name}", std::process::id()));
        std::fs::write(&path, text).expect("the temporary folder is writable");
        Self(path)
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn load(name: &str, text: &str, pairs: &[(&str, &str)]) -> Result<Settings, SettingErrors> {
    let file = TempFile::with(name, text);
    Settings::load(Some(&file.0), |wanted| {
        pairs
            .iter()
            .find(|(known, _)| *known == wanted)
            .map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let text = "[redis]\ncache_ttl = 60\n[logs]\nformat = \"text\"\n[rabbitmq]\nqueue = \"q\"";
    let settings = load(
        "wins.toml",
        text,
        &[("REDIS_CACHE_TTL", "5"), ("RABBITMQ_QUEUE", "")],
    );
    let settings = settings.expect("good settings");
    assert_eq!(settings.redis.cache_ttl_s, 5);
    assert_eq!(settings.logs.format, Some(LogFormat::Text));
    assert_eq!(settings.rabbitmq.queue, "q", "an empty variable is unset");
    assert_eq!(settings.rabbitmq.exchange, "notifications");
}

#[test]
fn a_list_may_be_an_array() {
    let text = "[security]\nallow_private_networks = [\"10.1.2.3/8\", \"fd00::/8\"]";
    let networks = load("list.toml", text, &[])
        .expect("good")
        .security
        .allow_private_networks;
    assert_eq!(
        networks.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["10.0.0.0/8", "fd00::/8"]
    );
}

#[test]
fn a_secret_may_stand_in_a_file_of_its_own() {
    let secret = TempFile::with("secret", "hunter2-hunter2-hunter2-hunter2-hunter2\n");
    let path = secret
        .0
        .to_str()
        .expect("the temporary folder has a plain name");
    let by_key = load("key.toml", &format!("[jwt]\nsecret_file = '{path}'"), &[]).expect("good");
    let by_env = load("env.toml", "", &[("JWT_SECRET_FILE", path)]).expect("good");
    for settings in [by_key, by_env] {
        let secret = settings.jwt.secret.expect("given");
        assert_eq!(
            secret.expose_secret(),
            "hunter2-hunter2-hunter2-hunter2-hunter2"
        );
    }
}

#[test]
fn what_is_wrong_in_a_file_is_named_by_section_and_key_without_secrets() {
    #[rustfmt::skip]
    let cases = [
        ("[redis]\ncache_tll = 5", "redis.cache_tll", "is not a setting"),
        ("[radis]\nurl = 'redis://:hunter2@h'", "radis", "is not a section"),
        ("redis = 5", "redis", "is outside any section"),
        ("[redis]\ncache_ttl = true", "redis.cache_ttl", "is not a whole number"),
        ("[redis]\ncache_ttl = 1979-05-27", "redis.cache_ttl", "must be a text"),
        ("[redis.url]\nhost = 'hunter2'", "redis.url", "must be a text"),
        ("[redis]\ncache_ttl_file = '/run/x'", "redis.cache_ttl_file", "is not a setting"),
        ("[jwt]\nsecret = 'hunter2'", "jwt.secret", "has 7 bytes"),
        ("[jwt]\nsecret = 'hunter2'\nsecret_file = '/hunter2'", "jwt.secret", "together with jwt.secret_file"),
        ("[jwt]\nsecret_file = '/no/such/hunter2'", "jwt.secret_file", "cannot be read"),
        ("[database]\nurl = 'mysql://u:hunter2@h'", "database.url", "`mysql:`"),
        ("[http]\nlisten = 8080", "http.listen", "`8080` has no port"),
        ("[jwt]\n\nsecret = hunter2-hunter2", "settings", "line 3 is not TOML"),
        ("[jwt]\nsecret = \"hunter2", "settings", "line 2 is not TOML"),
        ("[jwt]\nsecret = 'hunter2' 'hunter2'", "settings", "line 2 is not TOML"),
    ];
    for (index, (text, name, part)) in cases.into_iter().enumerate() {
        let errors = load(&format!("bad-{index}.toml"), text, &[]).expect_err(text);
        let found = errors.iter().any(|error| {
            error.setting.split(' ').next() == Some(name) && error.problem.contains(part)
        });
        assert!(found, "{text}\ngave: {errors}");
        assert_eq!(errors.len(), 1, "{errors}");
        assert!(
            !format!("{errors} {errors:?}").contains("hunter2"),
            "{errors}"
        );
    }
}

#[test]
fn the_debug_form_shows_no_secret() {
    let text = r#"
        [database]
        url = "postgres://u:hunter2@db/x"
        [redis]
        url = "redis://:hunter2@cache"
        [rabbitmq]
        url = "amqp://u:hunter2@broker"
        [jwt]
        jwks_url = "https://u:hunter2@id/hunter2?key=hunter2"
        [fcm]
        project_id = "p"
        client_email = "a@b.c"
        private_key = "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----"
        token_uri = "https://u:hunter2@token/"
        [smtp]
        username = "u"
        password = "hunter2"
        [webhook]
        url = "https://u:hunter2@hooks:8443/hunter2"
        secret = "whsec_aHVudGVyMmh1bnRlcjJodW50ZXIyaHVudGVyMg=="
        [traces]
        otlp_endpoint = "https://u:hunter2@collector"
    "#;
    let settings = load("debug.toml", text, &[]).expect("good settings");
    settings
        .validate_for(Role::Worker)
        .expect("complete settings");
    let shown = format!("{settings:?} {settings:#?}");
    assert!(
        !shown.contains("hunter2") && !shown.contains("aHVudGVy"),
        "{shown}"
    );
    assert!(
        shown.contains("https://hooks:8443/…"),
        "where calls go may be seen: {shown}"
    );
}

#[test]
fn a_terminal_shows_warnings_as_text_unless_the_settings_say_otherwise() {
    let plain = Settings::load(None, |_| None).expect("the defaults are good");
    let logs = plain.logs.for_terminal();
    assert_eq!(logs.format, Some(LogFormat::Text));
    assert_eq!(logs.filter.as_deref(), Some("warn"));
    let set = Settings::load(None, |name| match name {
        "LOG_FORMAT" => Some("json".to_owned()),
        "RUST_LOG" => Some("debug".to_owned()),
        _ => None,
    });
    let logs = set.expect("both are good").logs.for_terminal();
    assert_eq!(logs.format, Some(LogFormat::Json));
    assert_eq!(logs.filter.as_deref(), Some("debug"));
}
