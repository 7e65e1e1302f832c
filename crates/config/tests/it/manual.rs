//! The default file and the reference page tell the truth.

use campanile_config::{
    DEFAULT_FILE, Profile, Role, Settings, SmtpTls, all_keys, reference_markdown,
};

/// Gives the lines of one section of the default file.
fn section(name: &str) -> Vec<&'static str> {
    let head = format!("[{name}]");
    let lines = DEFAULT_FILE
        .lines()
        .skip_while(|line| *line != head)
        .skip(1);
    lines.take_while(|line| !line.starts_with('[')).collect()
}

#[test]
fn every_setting_stands_in_the_default_file_with_its_variable() {
    for key in all_keys() {
        let lines = section(key.section);
        let assigned = format!("{} = ", key.name);
        let stands = |line: &&str| line.trim_start_matches("# ").starts_with(&assigned);
        assert!(lines.iter().any(stands), "{}", key.path());
        assert!(DEFAULT_FILE.contains(key.env), "{}", key.env);
    }
}

#[test]
fn every_setting_says_what_it_means_and_what_it_expects() {
    for key in all_keys() {
        assert!(key.meaning.ends_with('.'), "{}", key.env);
        assert!(!key.expected.is_empty(), "{}", key.env);
        assert_eq!(
            all_keys().filter(|other| other.env == key.env).count(),
            1,
            "{}",
            key.env
        );
    }
}

#[test]
fn the_defaults_are_those_that_the_contract_names() {
    let settings = Settings::load(None, |_| None).expect("the defaults are good");
    assert_eq!(settings.redis.cache_ttl_s, 300);
    assert_eq!(settings.rabbitmq.exchange, "notifications");
    assert_eq!(settings.rabbitmq.queue, "notification_queue");
    assert_eq!(
        settings.http.listen_for(Role::Up).to_string(),
        "127.0.0.1:8080"
    );
    assert_eq!(
        settings.http.listen_for(Role::Api).to_string(),
        "0.0.0.0:8080"
    );
    assert_eq!(settings.http.metrics_listen.to_string(), "0.0.0.0:9090");
    assert_eq!(settings.jwt.max_life.as_secs(), 366 * 24 * 60 * 60);
    assert!(settings.http.trusted_proxies.is_empty());
    assert_eq!(settings.profile_for(Role::Up), Profile::Small);
    assert_eq!(settings.profile_for(Role::Worker), Profile::Balanced);
    assert_eq!(settings.smtp.tls, SmtpTls::StartTls);
    assert_eq!(settings.smtp.port_or_usual(), 587);
    assert_eq!(settings.logs.format, None);
    assert_eq!(
        settings.fcm.endpoint.as_str(),
        "https://fcm.googleapis.com/"
    );
    assert!(settings.security.allow_private_networks.is_empty());
    assert!(settings.security.allow_user_networks.is_empty());
    assert!(settings.database.url.is_none() && settings.jwt.secret.is_none());
}

#[test]
fn roles_that_bring_their_own_need_nothing() {
    for role in [Role::Up, Role::Doctor, Role::Cli] {
        Settings::load_for(role, None, |_| None).expect("nothing is needed");
    }
}

#[test]
fn the_roles_of_the_cluster_are_content_with_what_they_need() {
    let env = |name: &str| match name {
        "DATABASE_URL" => Some(" postgres://u:p@db:5432/campanile\n".to_owned()),
        "RABBITMQ_URL" => Some("amqp://u:p@broker:5672/%2f".to_owned()),
        "JWT_JWKS_URL" => Some("https://id.example.com/jwks.json".to_owned()),
        _ => None,
    };
    for role in [Role::Api, Role::Worker, Role::Migrate] {
        Settings::load_for(role, None, env).expect("all there");
    }
}

#[test]
fn the_reference_page_is_up_to_date() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/reference/settings.md"
    );
    let committed = std::fs::read_to_string(path).expect("docs/reference/settings.md is committed");
    assert!(
        committed == reference_markdown(),
        "run: cargo run -p campanile-config --example settings_reference > docs/reference/settings.md"
    );
}
