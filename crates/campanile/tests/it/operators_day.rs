//! What an operator meets on an ordinary day: slips of the pen, a pipe that closes, a server that is away.

use std::io::Read;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use campanile_test_support::smtp::{SmtpOffers, SmtpServer};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::cluster::Cluster;
use crate::support::{Process, campanile, complaint};

/// A public key of RFC 8037, appendix A.2, and one that no token here is checked with (a symmetric one).
const KEYS: &str = r#"{"keys":[
    {"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
    {"kty":"oct","kid":"b","k":"AAAA"}]}"#;

#[test]
fn a_pipe_that_closes_is_no_reason_to_fail() {
    for arguments in [&["openapi"][..], &["openapi", "--help"], &["--help"]] {
        let mut child = campanile(arguments, &[])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        assert_eq!(said, "", "{arguments:?}");
        assert!(child.wait().unwrap().success(), "{arguments:?}");
    }
}

#[test]
fn a_name_of_this_machine_is_an_address() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let up = Process::start(&["up", "--data-dir", data, "--listen", "localhost:0"], &[]);
    assert!(up.address().ip().is_loopback());
}

#[test]
fn addresses_that_are_none_are_explained_with_an_example() {
    let listen = "such as 127.0.0.1:8080 or localhost:8080";
    let test = ["test", "--channels", "email", "--user", "u", "--url"];
    for (arguments, variable, expected) in [
        (&["up", "--listen", "localhost"][..], None, listen),
        (
            &["up", "--listen", "http://localhost:8080"],
            None,
            "it is a URL",
        ),
        (
            &[&test[..], &["localhost:8080"]].concat(),
            None,
            "such as http://127.0.0.1:8080",
        ),
        (
            &["tenant", "list"],
            Some(("DATABASE_URL", "localhost:5432/campanile")),
            "does not begin with postgres://",
        ),
        (
            &["worker"],
            Some(("RABBITMQ_URL", "guest:guest@localhost:5672")),
            "does not begin with amqp://",
        ),
    ] {
        let environment: Vec<_> = variable.into_iter().collect();
        let text = complaint(&campanile(arguments, &environment).output().unwrap());
        assert!(text.contains(expected), "{arguments:?}: {text}");
        let named = variable.map_or_else(|| arguments[arguments.len() - 2], |(name, _)| name);
        assert!(text.contains(named), "{arguments:?}: {text}");
    }
}

#[test]
fn a_mistyped_variable_is_reported_with_what_was_meant() {
    let environment = [
        ("JWT_SECRET", "0123456789abcdef0123456789abcdef"),
        ("CAMPANILE_MASTERKEY", "x"),
        ("CAMPANILE_API_PORT", "tcp://10.0.0.1:80"),
    ];
    let token = ["token", "--tenant", "a", "--sub", "s", "--scope", "inbox"];
    let output = campanile(&token, &environment).output().unwrap();
    assert!(output.status.success());
    let reported = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        reported,
        "campanile: CAMPANILE_MASTERKEY: unknown setting; did you mean CAMPANILE_MASTER_KEY?\n"
    );
}

#[test]
fn what_the_database_says_is_said_once() {
    let away = [("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")];
    let text = complaint(&campanile(&["tenant", "list"], &away).output().unwrap());
    assert_eq!(text.matches("Connection refused").count(), 1, "{text}");
    assert!(text.contains("DATABASE_URL"), "{text}");
}

fn doctor(data: &str, jwks: &str) -> Output {
    let arguments = ["doctor", "--data-dir", data];
    campanile(&arguments, &[("JWT_JWKS_URL", jwks)])
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_fetches_the_keys_before_it_says_that_tokens_can_be_checked() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let keys = Router::new()
        .route("/keys", get(|| async { KEYS }))
        .route("/none", get(|| async { r#"{"keys":[]}"# }));
    let serving = tokio::spawn(async move { axum::serve(listener, keys).await });

    let good = doctor(data, &format!("http://{address}/keys"));
    let text = String::from_utf8(good.stdout).unwrap();
    assert!(good.status.success(), "{text}");
    assert!(text.contains("1 usable key at JWT_JWKS_URL"), "{text}");
    for (path, why) in [("/none", "no key for RS256"), ("/missing", "404")] {
        let bad = doctor(data, &format!("http://{address}{path}"));
        let text = String::from_utf8(bad.stdout).unwrap();
        assert!(!bad.status.success(), "{text}");
        assert!(
            text.contains("FAULT  identity") && text.contains(why),
            "{text}"
        );
    }
    serving.abort();
    let _ = serving.await;
    let away = doctor(data, &format!("http://{address}/keys"));
    let text = String::from_utf8(away.stdout).unwrap();
    assert!(text.contains("FAULT  identity"), "{text}");
    assert!(text.contains("Connection refused"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_tries_the_relay_without_sending_a_mail() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let relay = SmtpServer::start(SmtpOffers::default()).await;
    let port = relay.port().to_string();
    let environment = [
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", port.as_str()),
        ("SMTP_TLS", "none"),
        ("EMAIL_FROM", "hello@example.com"),
    ];
    let doctor = || {
        let output = campanile(&["doctor", "--data-dir", data], &environment).output();
        let output = output.unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (well, text) = doctor();
    assert!(well && text.contains("the relay lets us in"), "{text}");
    assert_eq!(relay.ledger().count("DATA"), 0, "a mail was sent");
    drop(relay);
    let (well, text) = doctor();
    assert!(
        !well && text.contains("FAULT  provider for email"),
        "{text}"
    );
}

/// Calls one after the other. If each waited for the database by itself, they would take ten times as long.
const CALLS: usize = 10;
/// Far more than one call waits, and less than ten that waited would.
const ALL_TOGETHER: Duration = Duration::from_secs(6);

/// Each is answered 503 with `Retry-After`; the first may have been under way.
async fn all_are_refused(base: &str, token: &str) {
    let client = reqwest::Client::new();
    let begun = Instant::now();
    let mut longest = Duration::ZERO;
    for number in 0..CALLS {
        let asked = Instant::now();
        let call = if number % 2 == 0 {
            client.post(base).json(&json!({
                "notification_type": "new_message", "recipients": ["u"], "content": {"a": 1},
            }))
        } else {
            client.get(format!(
                "{base}/01939b1e-0000-8000-8000-000000000000/timeline"
            ))
        };
        let answer = call.bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.headers().contains_key("retry-after"));
        longest = longest.max(asked.elapsed());
    }
    println!(
        "{CALLS} calls in {:.1?}, the longest {longest:.1?}",
        begun.elapsed()
    );
    assert!(begun.elapsed() < ALL_TOGETHER, "{:?}", begun.elapsed());
}

async fn until_accepted(base: &str, token: &str) {
    let client = reqwest::Client::new();
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let send = client.post(base).bearer_auth(token).json(&json!({
            "notification_type": "new_message", "recipients": ["u"], "content": {},
        }));
        if send.send().await.unwrap().status() == StatusCode::ACCEPTED {
            return;
        }
        assert!(Instant::now() < until, "it is back, and nobody noticed");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_away_is_reported_soon_and_found_again() {
    let mut cluster = Cluster::new().await;
    let postgres = cluster.through_proxy("DATABASE_URL").await;
    let api = cluster.api();
    let base = format!("http://{}/api/v1/notifications", api.address());
    let token = cluster.token("service", "notifications:send");
    for refuses in [true, false] {
        until_accepted(&base, &token).await;
        if refuses {
            postgres.cut();
        } else {
            postgres.swallow();
        }
        println!("it refuses: {refuses}");
        all_are_refused(&base, &token).await;
        if refuses {
            postgres.restore().await;
        } else {
            postgres.pass_again();
        }
    }
    until_accepted(&base, &token).await;
}

/// Redis that says nothing takes no call's time, but for the first that finds out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_redis_is_degraded_and_adds_no_waiting() {
    let mut cluster = Cluster::new().await;
    let redis = cluster.through_proxy("REDIS_URL").await;
    let api = cluster.api();
    let base = format!("http://{}/api/v1/notifications", api.address());
    let token = cluster.token("service", "notifications:send");
    until_accepted(&base, &token).await;
    redis.swallow();
    let client = reqwest::Client::new();
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        until_accepted(&base, &token).await;
        let report = client.get(format!("{base}/health")).send().await.unwrap();
        let report: Value = serde_json::from_str(&report.text().await.unwrap()).unwrap();
        if report["rate_limiter"] == "local" {
            assert_eq!(report["components"]["redis"]["status"], "unhealthy");
            assert_eq!(report["status"], "degraded");
            break;
        }
        assert!(Instant::now() < until, "{report}");
    }
    // 0.4 s each, if each waited for a connection.
    let begun = Instant::now();
    for _ in 0..20 {
        until_accepted(&base, &token).await;
    }
    println!("20 accepts in {:.1?}", begun.elapsed());
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}
