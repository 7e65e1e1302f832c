//! `sink --kind smtp`: mails are noted by the ids in their headers.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use serde_json::json;
use uuid::Uuid;

use crate::tool::{Sink, lines};

/// Sends mails over one connection; gives the last line of the answer to each.
fn send(sink: &Sink, mails: &[(&str, Uuid)]) -> Vec<String> {
    let address = sink.url.strip_prefix("smtp://").unwrap();
    let mut output = TcpStream::connect(address).unwrap();
    let mut input = BufReader::new(output.try_clone().unwrap()).lines();
    let mut answer = || loop {
        let line = input.next().unwrap().unwrap();
        if line.as_bytes().get(3) == Some(&b' ') {
            return line;
        }
    };
    answer();
    let mut answers = Vec::new();
    for (delivery, notification) in mails {
        let envelope = b"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";
        output.write_all(envelope).unwrap();
        assert!(answer().starts_with("250"));
        assert!(answer().starts_with("250"));
        assert!(answer().starts_with("354"));
        let headers = format!("X-Notification-Id: {notification}\r\nMessage-ID: <{delivery}@x>");
        let mail = format!("{headers}\r\nSubject: x\r\n\r\nHello\r\n.\r\n");
        output.write_all(mail.as_bytes()).unwrap();
        answers.push(answer());
    }
    answers
}

#[test]
fn every_mail_is_in_the_ledger_when_the_sink_ends() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = dir.path().join("received");
    let sink = Sink::start(&ledger, &["--kind", "smtp"]);
    let id = Uuid::new_v4();
    let answers = send(&sink, &[("first", id), ("first", id), ("second", id)]);
    assert!(answers.iter().all(|answer| answer.starts_with("250 ")));
    assert!(sink.terminate().success());
    let lines = lines(&ledger);
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["webhook_id"], "first");
    assert_eq!(lines[2]["webhook_id"], "second");
    assert_eq!(lines[2]["notification_id"], json!(id));
    assert_eq!(lines[2]["status"], 250);
}

#[test]
fn a_relay_that_refuses_is_played_too() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = dir.path().join("received");
    let sink = Sink::start(&ledger, &["--kind", "smtp", "--status", "451"]);
    let answers = send(&sink, &[("first", Uuid::new_v4())]);
    assert_eq!(answers, ["451 4.0.0 As asked for"]);
    assert!(sink.terminate().success());
    assert_eq!(lines(&ledger)[0]["status"], 451);
}
