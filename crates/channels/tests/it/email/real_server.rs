//! A real server takes the mail, and a real library verifies its signature.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use campanile_channels::Rendered;
use campanile_domain::OutcomeKind;
use serde_json::{Value, json};

use super::{of_operator, rendered, send_rendered, settings};

/// Killed when it is dropped.
struct Relay {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Relay {
    fn start(public_key: &str) -> Self {
        let python = std::env::var_os("CAMPANILE_TEST_PYTHON_PATH").expect(
            "CAMPANILE_TEST_PYTHON_PATH names a Python with aiosmtpd and dkimpy; `cargo xtask test` \
             installs one into .tools/venv and sets it (by hand: .tools/venv/bin/python)",
        );
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/email/relay.py");
        let mut child = Command::new(python)
            .args([script, public_key, "zoe", "hunter2"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        self.lines.next().expect("the relay still runs").unwrap()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_server_takes_the_mail_and_its_signature_holds() {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let private: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let private = STANDARD.encode(private.as_ref());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{private}\n-----END PRIVATE KEY-----\n");
    let public = aws_lc_rs::signature::KeyPair::public_key(&pair);
    let public: PublicKeyX509Der<'_> = public.as_der().unwrap();
    let mut relay = Relay::start(&STANDARD.encode(public.as_ref()));
    let port = relay.line().parse().unwrap();
    let settings = settings(port)
        .login(Some("zoe".into()), Some("hunter2".into()))
        .unwrap()
        .dkim("campanile.example", "s1", &pem.into())
        .unwrap();
    let channel = of_operator(settings).unwrap();

    let folded = "Grüße 👋, and a subject that is so long that it has to be folded into lines";
    let text = "Grüße  an \t dich \n.\n\nEnd.  \n\n\n";
    for (title, text, html) in [
        (folded, text, Some("<p>Grüße</p>\n")),
        (
            "=?utf-8?Q?=0D=0ABcc:_evil=40example.com?=",
            "Encoded.\n",
            None,
        ),
        ("Plain", "In ASCII.\n..\n", None),
        ("Empty", "", None),
    ] {
        let mail = rendered(title, text, html);
        let (outcome, ..) = send_rendered(&channel, "zoe@example.com", &mail).await;
        assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
        let seen: Value = serde_json::from_str(&relay.line()).unwrap();
        assert_eq!(seen["to"], json!(["zoe@example.com"]));
        assert_eq!(seen["from"], "Campanile <noreply@campanile.example>");
        assert_eq!(seen["subject"], title);
        assert_eq!(seen["defects"], json!([]));
        let same = |part: &Value, sent: &str| {
            part.as_str().unwrap().replace("\r\n", "\n").trim_end() == sent.trim_end()
        };
        assert!(same(&seen["text"], text), "{seen}");
        assert!(html.is_none_or(|html| same(&seen["html"], html)), "{seen}");
        let verdicts = [&seen["signed"], &seen["tampered"], &seen["second_from"]];
        assert_eq!(verdicts, [true, false, false], "{seen}");
        assert_eq!(seen["unsubscribe"], json!([null, null]));
    }
    // RFC 8058: both headers are there, and both are signed.
    let url = format!("https://notify.example/unsubscribe/{}", "A".repeat(400));
    let mail = Rendered {
        unsubscribe: Some(url.clone()),
        stamp: Some("c3RhbXA".to_owned()),
        ..rendered("Plain", "In ASCII.\n", None)
    };
    let (outcome, ..) = send_rendered(&channel, "zoe@example.com", &mail).await;
    assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
    let seen: Value = serde_json::from_str(&relay.line()).unwrap();
    let headers = json!([format!("<{url}>"), "List-Unsubscribe=One-Click"]);
    assert_eq!(seen["unsubscribe"], headers);
    assert_eq!(seen["defects"], json!([]));
    let verdicts = [&seen["signed"], &seen["elsewhere"], &seen["two_clicks"]];
    assert_eq!(verdicts, [true, false, false], "{seen}");
}
