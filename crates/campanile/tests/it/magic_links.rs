//! A link without a login: by mail from a running server, and by the command line for one that is started later.

use std::time::{Duration, Instant};

use campanile_test_support::smtp::{SmtpOffers, SmtpServer};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::json;

use crate::support::{Process, campanile, token};

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);
const PUBLIC: &str = "https://notify.example";

/// The link in a mail, without the encoding of its text.
fn link(mail: &str) -> String {
    let text = mail.replace("=\r\n", "").replace("=3D", "=");
    let beginning = format!("{PUBLIC}/auth/magic?token=");
    let (_, rest) = text.split_once(&beginning).unwrap();
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let end = rest.find(|c| !is_of_token(c)).unwrap_or(rest.len());
    format!("/auth/magic?token={}", &rest[..end])
}

/// Presses the button, and opens the page behind it.
async fn open(up: &Process, path: &str) -> String {
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let base = format!("http://{}", up.address());
    let asked = client.get(format!("{base}{path}")).send().await.unwrap();
    assert_eq!(asked.status(), 200);
    let used = client.post(format!("{base}{path}")).send().await.unwrap();
    assert_eq!(used.status(), 303);
    let header = |name| used.headers()[name].to_str().unwrap();
    let cookie = header("set-cookie").split(';').next().unwrap();
    let place = header("location").strip_prefix("..").unwrap();
    let page = client
        .get(format!("{base}{place}"))
        .header("cookie", cookie);
    let page = page.send().await.unwrap();
    assert_eq!(page.status(), 200);
    page.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_comes_by_mail_or_from_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data").to_str().unwrap().to_owned();
    let relay = SmtpServer::start(SmtpOffers::default()).await;
    let port = relay.port().to_string();
    let environment = [
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", port.as_str()),
        ("SMTP_TLS", "none"),
        ("EMAIL_FROM", "hello@example.com"),
        ("CAMPANILE_PUBLIC_URL", PUBLIC),
    ];
    let start = || {
        Process::start(
            &["up", "--data-dir", &data, "--listen", "127.0.0.1:0"],
            &environment,
        )
    };
    let up = start();
    let call = async |method: Method, path: &str, body: serde_json::Value| {
        let url = format!("http://{}{path}", up.address());
        let token = token(&data, "svc", "notifications:send");
        let request = Client::new().request(method, url).bearer_auth(token);
        let answer = request.json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {answer:?}");
    };
    let person = json!({"email": "ada@example.net"});
    call(Method::PUT, "/api/v1/users/u1", person).await;
    let wanted = json!({"email": "Ada@example.net", "purpose": "settings_view"});
    call(Method::POST, "/api/v1/magic-links", wanted).await;
    let until = Instant::now() + PATIENCE;
    let mail = loop {
        if let Some(mail) = relay.ledger().mails.first() {
            break String::from_utf8(mail.content.clone()).unwrap();
        }
        assert!(Instant::now() < until, "no mail came");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert!(
        mail.contains("Subject: Your link to your notification settings"),
        "{mail}"
    );
    assert!(!mail.contains("List-Unsubscribe"), "{mail}");
    let page = open(&up, &link(&mail)).await;
    assert!(page.contains("Your notification settings"), "{page}");
    assert_eq!(up.terminate().0, Some(0));

    let create = |more: &[&str]| {
        let mut arguments = vec!["magic-link", "create", "--data-dir", &data];
        arguments.extend(more);
        campanile(&arguments, &[("CAMPANILE_PUBLIC_URL", PUBLIC)])
            .output()
            .unwrap()
    };
    let made = create(&["--user", "u1", "--purpose", "notification_status"]);
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    let printed = String::from_utf8(made.stdout).unwrap();
    let path = printed.trim().strip_prefix(PUBLIC).unwrap().to_owned();
    let wrong = create(&["--user", "u1", "--purpose", "everything"]);
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
    let up = start();
    let page = open(&up, &path).await;
    assert!(page.contains("Your notifications"), "{page}");
    assert_eq!(up.terminate().0, Some(0));
}
