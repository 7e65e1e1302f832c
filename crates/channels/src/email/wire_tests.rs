//! Replies in every shape that is one, and in those that are none.

use tokio::io::DuplexStream;

use super::*;

/// What comes of these bytes, and whether what follows them can be read.
async fn heard(bytes: &[u8]) -> (Result<Said, NoReply>, bool) {
    let (near, mut far): (DuplexStream, DuplexStream) = tokio::io::duplex(bytes.len().max(1));
    far.write_all(bytes).await.expect("room for it");
    drop(far);
    let mut wire = Wire::new(Box::new(near));
    let said = wire.reply().await;
    (said, !wire.is_broken())
}

#[tokio::test]
async fn a_reply_is_its_code() {
    let long = format!("250 {}\r\n", "x".repeat(8_000));
    let cut = format!("250 {}", "x".repeat(2 * MAX_REPLY_BYTES));
    let endless = "250-x\r\n".repeat(MAX_REPLY_BYTES);
    #[rustfmt::skip]
    let rows: &[(&[u8], u16, bool)] = &[
        // RFC 5321, section 4.2: the text may be missing, and with it the space.
        (b"250\r\n", 250, true),
        (b"250 \r\n", 250, true),
        (b"354\r\n", 354, true),
        // Section 4.2: a client acts on the code alone, so the text may be anything.
        (b"250 2.0.0 OK \xe4\xf6\xfc\r\n", 250, true),
        ("250 2.0.0 übernommen\r\n".as_bytes(), 250, true),
        (b"550 5.1.1 \xff\x00\x1b[2J\r\n", 550, true),
        (b"250\tOK\r\n", 250, true),
        (b"250 a\rb\r\n", 250, true),
        (long.as_bytes(), 250, true),
        // Section 2.3.8 asks for CRLF; what ends in LF alone says no less.
        (b"250 OK\n", 250, true),
        (b"250\n", 250, true),
        (b"250-a\n250 b\n", 250, true),
        // Section 4.2.1: several lines, of which the last one counts.
        (b"250-relay\r\n250-SIZE 1000\r\n250 HELP\r\n", 250, true),
        (b"250-\r\n250 \r\n", 250, true),
        (b"250-\r\n250\r\n", 250, true),
        (b"250-\xff\r\n250 b\r\n", 250, true),
        (b"250-a\r\n550 b\r\n", 550, true),
        (b"550-a\r\nmore of it\r\n\r\n550 b\r\n", 550, true),
        // An empty line before a reply is none.
        (b"\r\n\n250 OK\r\n", 250, true),
        // Section 4.3.2: codes that a client does not know count by their first digit.
        (b"299 x\r\n", 299, true),
        // Broken off after the code: it was said, and nothing can follow.
        (b"250", 250, false),
        (b"250 2.0.0 O", 250, false),
        (b"250-a\r\n", 250, false),
        (b"250-a\r\n25", 250, false),
        (cut.as_bytes(), 250, false),
        (endless.as_bytes(), 250, false),
    ];
    for (bytes, code, is_whole) in rows {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        let (said, is_in_step) = heard(bytes).await;
        let said = said.expect(&shown);
        assert_eq!((said.code, said.is_whole), (*code, *is_whole), "{shown:?}");
        assert_eq!(is_in_step, *is_whole, "{shown:?}");
        let kept: usize = said.lines.iter().map(String::len).sum();
        assert!(kept <= 3 * MAX_REPLY_BYTES, "{kept} bytes of {shown:?}");
    }
}

#[tokio::test]
async fn what_has_no_code_is_no_reply() {
    let flood = "x".repeat(2 * MAX_REPLY_BYTES);
    let blank = "\n".repeat(2 * MAX_REPLY_BYTES);
    for (bytes, expected) in [
        ("", NoReply::Lost),
        ("25", NoReply::Lost),
        ("\r\n", NoReply::Lost),
        ("Welcome\r\n", NoReply::Garbled),
        ("HTTP/1.1 400 Bad Request\r\n", NoReply::Garbled),
        ("2500 OK\r\n", NoReply::Garbled),
        ("250OK\r\n", NoReply::Garbled),
        (" 250 OK\r\n", NoReply::Garbled),
        ("199 OK\r\n", NoReply::Garbled),
        ("600 OK\r\n", NoReply::Garbled),
        ("٢٥٠ OK\r\n", NoReply::Garbled),
        (&flood, NoReply::Garbled),
        (&blank, NoReply::Garbled),
    ] {
        let (said, _) = heard(bytes.as_bytes()).await;
        assert_eq!(said, Err(expected), "{:?}", &bytes[..bytes.len().min(60)]);
    }
}

#[tokio::test]
async fn replies_that_came_together_are_read_one_by_one() {
    let bytes = b"250-a\r\n250 b\r\n550 c\r\n354\r\n";
    let mut wire = Wire::new(Box::new(io::Cursor::new(bytes.to_vec())));
    let mut codes = Vec::new();
    while let Ok(said) = wire.reply().await {
        codes.push((said.code, said.lines.join("|")));
    }
    let expected = [(250, "a|b"), (550, "c"), (354, "")];
    assert_eq!(codes, expected.map(|(code, text)| (code, text.to_owned())));
}
