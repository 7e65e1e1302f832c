//! A browser's subscription is registered as a device, and a push service gets what only that browser can read.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_test_support::tls;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::Acme;

const PYTHON: &str = "CAMPANILE_TEST_PYTHON_PATH";
/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);
/// The browser of RFC 8291's example.
const P256DH: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const PRIVATE: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

/// Headers and body.
type Call = (String, Vec<u8>);

/// A push service over TLS: keeps heads and bodies, answers 201, and 410 to the path `/gone`.
struct PushService {
    url: String,
    certificate: tempfile::NamedTempFile,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl PushService {
    async fn start() -> Self {
        let (acceptor, pem) = tls::acceptor();
        let mut certificate = tempfile::NamedTempFile::new().unwrap();
        certificate.write_all(pem.as_bytes()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!(
            "https://localhost:{}",
            listener.local_addr().unwrap().port()
        );
        let calls = Arc::<Mutex<Vec<(String, Vec<u8>)>>>::default();
        let kept = Arc::clone(&calls);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, kept) = (acceptor.clone(), Arc::clone(&kept));
                tokio::spawn(async move {
                    let Ok(mut socket) = acceptor.accept(socket).await else {
                        return;
                    };
                    let mut bytes = Vec::new();
                    let (head, body) = loop {
                        let mut part = [0; 8_192];
                        let Ok(read @ 1..) = socket.read(&mut part).await else {
                            return;
                        };
                        bytes.extend_from_slice(&part[..read]);
                        let text = String::from_utf8_lossy(&bytes).into_owned();
                        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n")
                        else {
                            continue;
                        };
                        let length = text.to_ascii_lowercase();
                        let length = length.split("content-length: ").nth(1).unwrap();
                        let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
                        if bytes.len() >= end + 4 + length {
                            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
                            break (head, bytes[end + 4..].to_vec());
                        }
                    };
                    let status = if head.starts_with("POST /gone") {
                        "410 Gone"
                    } else {
                        "201 Created"
                    };
                    kept.lock().unwrap().push((head, body));
                    let answer = format!(
                        "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                    );
                    let _ = socket.write_all(answer.as_bytes()).await;
                    let _ = socket.shutdown().await;
                });
            }
        });
        Self {
            url,
            certificate,
            calls,
        }
    }

    fn calls(&self) -> Vec<(String, Vec<u8>)> {
        self.calls.lock().unwrap().clone()
    }
}

/// What the browser reads: Python's `http_ece`, which the libraries of Web Push use.
fn decrypted(python: &std::ffi::OsStr, body: &[u8]) -> Value {
    const SCRIPT: &str = "\
import base64, sys
import http_ece
from cryptography.hazmat.primitives.asymmetric import ec

def decoded(text):
    return base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))

key = ec.derive_private_key(int.from_bytes(decoded(sys.argv[1]), 'big'), ec.SECP256R1())
text = http_ece.decrypt(decoded(sys.argv[3]), private_key=key, auth_secret=decoded(sys.argv[2]), version='aes128gcm')
sys.stdout.buffer.write(text)
";
    let output = Command::new(python)
        .args(["-c", SCRIPT, PRIVATE, AUTH, &URL_SAFE_NO_PAD.encode(body)])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What `py_vapid` says of the token, or fails.
fn verified(python: &std::ffi::OsStr, head: &str) -> bool {
    const SCRIPT: &str = "\
import sys
from py_vapid import Vapid02
sys.exit(0 if Vapid02.verify(sys.argv[1]) else 1)
";
    let line = head
        .lines()
        .find(|line| line.to_ascii_lowercase().starts_with("authorization:"));
    // RFC 8292 has a space after the comma; py-vapid splits at the last one.
    let value = line.unwrap().split_once(':').unwrap().1.trim();
    let value = value.replace(", ", ",");
    Command::new(python)
        .args(["-c", SCRIPT, &value])
        .status()
        .unwrap()
        .success()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_gets_a_push_that_only_it_can_read() {
    let Some(python) = std::env::var_os(PYTHON) else {
        // Past the capture of passed tests' output: people are to see it, and the test command to fail.
        let why = "names no Python with http_ece; `cargo xtask test` sets it";
        writeln!(std::io::stderr(), "SKIPPED: web push: {PYTHON} {why}").unwrap();
        return;
    };
    let service = PushService::start().await;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let certificate = service.certificate.path().to_str().unwrap();
    let environment = [
        ("SSL_CERT_FILE", certificate),
        ("CAMPANILE_ALLOW_USER_NETWORKS", "127.0.0.0/8,::1/128"),
    ];
    let acme = Acme::start(data, &environment);
    let account = json!({"channel": "web_push", "settings": {"subject": "mailto:ops@example.com"}});
    let (status, made) = acme.admin(Method::PUT, &account).await;
    assert_eq!(status, 200, "{made}");
    let public = made["settings"]["public_key"].as_str().unwrap().to_owned();
    assert_eq!(made["secrets"], json!(["private_key"]));
    // Set again, it keeps its key.
    let (_, again) = acme.admin(Method::PUT, &account).await;
    assert_eq!(again["settings"]["public_key"], *public);

    let register = async |path: &str| {
        let device = json!({"kind": "web_push", "endpoint": format!("{}{path}", service.url),
            "p256dh": P256DH, "auth": AUTH});
        let who = ["u1", "inbox"];
        acme.call(Method::POST, "/api/v1/devices", who, &device)
            .await
    };
    let (status, device) = register("/send/1").await;
    assert_eq!(status, 201, "{device}");
    assert_eq!(
        (&device["kind"], &device["platform"]),
        (&json!("web_push"), &json!("web"))
    );
    assert!(
        !device["value"].as_str().unwrap().contains(AUTH),
        "{device}"
    );

    // An account is used within seconds.
    let until = Instant::now() + PATIENCE;
    let id = loop {
        let id = acme.send("web_push").await;
        if acme.first(&id).await["status"] != "suppressed" {
            break id;
        }
        assert!(Instant::now() < until, "no account");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let delivery = acme.reported(&id, "sent").await;
    assert_eq!(delivery["channel"], "web_push");
    let (head, body) = service.calls().remove(0);
    assert!(head.contains(&format!("k={public}")), "{head}");
    assert!(verified(&python, &head), "{head}");
    let read = decrypted(&python, &body);
    assert_eq!(read["notification_id"], *id);
    assert_eq!(read["notification_type"], "new_message");
    assert!(
        read["body"].as_str().unwrap().contains("Are you coming?"),
        "{read}"
    );

    // A subscription that ended is removed.
    let (status, _) = register("/gone").await;
    assert_eq!(status, 201);
    let id = acme.send("web_push").await;
    acme.reported(&id, "sent").await;
    acme.reported(&id, "dead").await;
    let who = ["u1", "inbox"];
    let (_, devices) = acme
        .call(Method::GET, "/api/v1/devices", who, &Value::Null)
        .await;
    assert_eq!(devices["devices"].as_array().unwrap().len(), 1, "{devices}");
}

/// Browsers subscribe to one key, so that all accounts change together.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_of_all_accounts_is_replaced_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let acme = Acme::start(folder.path().to_str().unwrap(), &[]);
    let set = async |name: &str, settings: Value| {
        let path = format!("/api/v1/admin/providers/{name}");
        let body = json!({"channel": "web_push", "settings": settings});
        acme.call(Method::PUT, &path, ["ops", "admin"], &body).await
    };
    let subject = "mailto:ops@example.com";
    let key = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
    let with_key = json!({"subject": subject, "private_key": key});
    let (status, first) = set("main", with_key.clone()).await;
    assert_eq!(status, 200, "{first}");
    let (status, spare) = set("spare", with_key).await;
    assert_eq!(status, 200, "{spare}");
    // Its own key would be one that half of the deliveries do not have.
    let other =
        json!({"subject": subject, "private_key": "9-JWgLcM94q1dXpw3UpT5VOmu_cf_v6ih07Aems3njw"});
    let (status, problem) = set("spare", other).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (422, &json!("/settings/private_key")),
        "{problem}"
    );
    let (status, rotated) = set("spare", json!({"subject": subject, "rotate_key": true})).await;
    assert_eq!(status, 200, "{rotated}");
    let public = &rotated["settings"]["public_key"];
    assert_ne!(*public, first["settings"]["public_key"]);
    assert_eq!(rotated["settings"]["rotate_key"], Value::Null, "{rotated}");
    let (_, listed) = acme
        .call(
            Method::GET,
            "/api/v1/admin/providers",
            ["ops", "admin"],
            &Value::Null,
        )
        .await;
    for one in listed["providers"].as_array().unwrap() {
        assert_eq!(one["settings"]["public_key"], *public, "{listed}");
    }
    // It stays, without being asked for again.
    let (_, again) = set("main", json!({"subject": subject})).await;
    assert_eq!(again["settings"]["public_key"], *public, "{again}");
}
