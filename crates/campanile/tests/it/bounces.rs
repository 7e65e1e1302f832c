//! A mail goes out with links to unsubscribe, comes back as a bounce through a mail server's pipe, and its address gets no other.

use std::io::Write;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use campanile_test_support::smtp::{SmtpOffers, SmtpServer};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::support::{Process, campanile, token};

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);

struct House {
    up: Process,
    data: String,
}

impl House {
    fn start(data: &str, environment: &[(&str, &str)]) -> Self {
        let listen = ["up", "--data-dir", data, "--listen", "127.0.0.1:0"];
        Self {
            up: Process::start(&listen, environment),
            data: data.to_owned(),
        }
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> Value {
        let url = format!("http://{}{path}", self.up.address());
        let token = token(&self.data, "svc", "notifications:send");
        let request = Client::new().request(method, url).bearer_auth(token);
        let request = if body.is_null() {
            request
        } else {
            request.json(body)
        };
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {answer:?}");
        answer.json().await.unwrap()
    }

    /// Sends a mail to `u1`; gives the delivery once it has ended.
    async fn mail(&self) -> Value {
        let body = json!({"notification_type": "news", "recipients": ["u1"], "title": "News", "channels": ["email"], "content": {}});
        let sent = self
            .call(Method::POST, "/api/v1/notifications", &body)
            .await;
        let id = sent["notifications"][0]["id"].as_str().unwrap();
        let path = format!("/api/v1/notifications/{id}/timeline");
        let until = Instant::now() + PATIENCE;
        loop {
            let story = self.call(Method::GET, &path, &Value::Null).await;
            let delivery = &story["deliveries"][0];
            if ["sent", "suppressed"]
                .iter()
                .any(|ended| delivery["status"] == *ended)
            {
                return delivery.clone();
            }
            assert!(Instant::now() < until, "{story}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// The value of a header on one line.
fn header<'m>(mail: &'m str, name: &str) -> &'m str {
    let (_, rest) = mail.split_once(&format!("\r\n{name}: ")).unwrap();
    rest.split_once("\r\n").unwrap().0
}

/// The bounce of a mail, with its whole text.
fn bounce(mail: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example.net\r\nSubject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b/mx\"\r\n\r\n\
         --b/mx\r\n\r\nI could not deliver it.\r\n--b/mx\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.example.net\r\n\r\nFinal-Recipient: rfc822; u1@example.net\r\nAction: failed\r\n\
         Status: 5.1.1\r\n\r\n--b/mx\r\nContent-Type: message/rfc822\r\n\r\n{mail}\r\n--b/mx--\r\n"
    )
}

/// Pipes a mail into the command, as a mail server does.
fn pipe(mail: &[u8], environment: &[(&str, &str)], data: &str) -> Output {
    let mut command = campanile(&["suppression", "report", "--data-dir", data], environment);
    let streams = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = streams.spawn().unwrap();
    child.stdin.take().unwrap().write_all(mail).unwrap();
    child.wait_with_output().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_bounces_later_is_the_last_to_its_address() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data").to_str().unwrap().to_owned();
    let relay = SmtpServer::start(SmtpOffers::default()).await;
    let port = relay.port().to_string();
    let environment = [
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", port.as_str()),
        ("SMTP_TLS", "none"),
        ("EMAIL_FROM", "hello@example.com"),
        ("CAMPANILE_PUBLIC_URL", "https://notify.example"),
    ];
    let house = House::start(&data, &environment);
    let person = json!({"email": "u1@example.net"});
    house.call(Method::PUT, "/api/v1/users/u1", &person).await;
    assert_eq!(house.mail().await["status"], "sent");
    let mails = relay.ledger().mails;
    let mail = String::from_utf8(mails[0].content.clone()).unwrap();
    assert_eq!(
        header(&mail, "List-Unsubscribe-Post"),
        "List-Unsubscribe=One-Click"
    );
    let link = header(&mail, "List-Unsubscribe");
    let link = link
        .strip_prefix("<https://notify.example/")
        .unwrap()
        .strip_suffix('>')
        .unwrap();
    let page = format!("http://{}/{link}", house.up.address());
    let page = Client::new().get(page).send().await.unwrap();
    assert_eq!(page.status(), 200, "the API reads what the worker has made");
    assert_eq!(house.up.terminate().0, Some(0));

    let reply = pipe(b"Subject: Out of office\r\n\r\nI am away.", &[], &data);
    assert_eq!(String::from_utf8(reply.stdout).unwrap(), "other: ignored\n");
    // A mail server hands a long mail over as a whole.
    let long = bounce(&format!("{mail}{}", "x".repeat(1024 * 1024)));
    for printed in ["hard_bounce: added\n", "hard_bounce: known\n"] {
        let output = pipe(long.as_bytes(), &[], &data);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), printed);
    }
    let list = [
        "suppression",
        "list",
        "--format",
        "json",
        "--data-dir",
        &data,
    ];
    let list = campanile(&list, &[]).output().unwrap().stdout;
    let list: Value = serde_json::from_slice(&list).unwrap();
    let entry = &list["suppressions"][0];
    assert_eq!(entry["address"], "u1@example.net");
    assert_eq!(
        (&entry["reason"], &entry["source"]),
        (&json!("hard_bounce"), &json!("mail_report"))
    );

    let house = House::start(&data, &environment);
    let delivery = house.mail().await;
    assert_eq!(delivery["status"], "suppressed", "{delivery}");
    assert_eq!(delivery["reason"], "address_suppressed");
    assert_eq!(relay.ledger().mails.len(), 1);
    // While another process has the database, the mail server is to try again.
    let busy = pipe(long.as_bytes(), &[], &data);
    assert_eq!(busy.status.code(), Some(75), "{busy:?}");
    assert_eq!(house.up.terminate().0, Some(0));
}

#[test]
fn everything_about_a_user_is_written_to_a_file_of_its_owner() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data").to_str().unwrap().to_owned();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let house = House::start(&data, &[]);
        let person = json!({"email": "u1@example.net"});
        house.call(Method::PUT, "/api/v1/users/u1", &person).await;
        let body = json!({"notification_type": "news", "recipients": ["u1"], "content": {"n": 1}});
        house
            .call(Method::POST, "/api/v1/notifications", &body)
            .await;
        assert_eq!(house.up.terminate().0, Some(0));
    });
    let file = dir.path().join("u1.jsonl");
    let export = |user: &str| {
        let path = file.to_str().unwrap();
        let arguments = [
            "user",
            "export",
            user,
            "--output",
            path,
            "--data-dir",
            &data,
        ];
        campanile(&arguments, &[]).output().unwrap()
    };
    let unknown = export("u2");
    assert_eq!(unknown.status.code(), Some(1));
    assert!(!file.exists());
    let output = export("u1");
    assert!(output.status.success(), "{output:?}");
    let text = std::fs::read_to_string(&file).unwrap();
    let kinds: Vec<String> = text
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["kind"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(kinds, ["user", "notification", "end"]);
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(export("u1").status.code(), Some(1), "it is not overwritten");
}
