//! Asks a server, in its own protocol, whether it is there: an open port alone proves nothing.

use std::io::{Read, Write};
use std::net::TcpStream;

use anyhow::{Context, Result, bail};

use super::Kind;
use super::url::Url;

/// Says why the server at `url` can't be used, if it can't.
pub fn check(kind: Kind, url: &str) -> Result<()> {
    match kind {
        Kind::Postgres => postgres(&Url::parse(url, 5432)?),
        Kind::Redis => redis(&Url::parse(url, 6379)?),
        Kind::RabbitMq => rabbitmq(&Url::parse(url, 5672)?),
    }
}

/// Startup message, version 3.0; the answer's first byte is its kind.
fn postgres(url: &Url) -> Result<()> {
    let user = url.user.as_deref().unwrap_or("postgres");
    let database = if url.path.is_empty() { user } else { &url.path };
    let mut body = 196_608_u32.to_be_bytes().to_vec();
    for word in ["user", user, "database", database, ""] {
        body.extend_from_slice(word.as_bytes());
        body.push(0);
    }
    let length = u32::try_from(body.len() + 4).context("the URL is too long")?;
    let mut stream = url.connect()?;
    stream.write_all(&length.to_be_bytes())?;
    stream.write_all(&body)?;

    // That the login is granted says nothing of the database: the server is ours when it is ready for a query.
    loop {
        let (kind, body) = postgres_message(&mut stream)?;
        match kind {
            // Authentication: 0 is granted, everything else wants a password, which the tests' driver will give.
            b'R' if body != [0; 4] => match url.password {
                Some(_) => return Ok(()),
                None => bail!("it asks for a password and the URL has none"),
            },
            b'E' => bail!("it refuses: {}", postgres_complaint(&body)),
            b'Z' => return Ok(()),
            // Settings and the key for cancelling.
            b'R' | b'S' | b'K' | b'N' => {}
            _ => bail!("what answers is not Postgres"),
        }
    }
}

/// Reads one message: its kind and its body.
fn postgres_message(stream: &mut TcpStream) -> Result<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    stream
        .read_exact(&mut head)
        .context("no answer to the startup message")?;
    let [kind, length @ ..] = head;
    // The length counts itself. What is longer than any message of a startup is no Postgres.
    let length = usize::try_from(u32::from_be_bytes(length))?
        .checked_sub(4)
        .filter(|length| *length < 64 * 1024)
        .context("what answers is not Postgres")?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).context("half an answer")?;
    Ok((kind, body))
}

/// The field `M` of an error: what a human would read.
fn postgres_complaint(body: &[u8]) -> String {
    body.split(|byte| *byte == 0)
        .find_map(|field| field.strip_prefix(b"M"))
        .map_or_else(
            || "without a reason".to_owned(),
            |message| String::from_utf8_lossy(message).into_owned(),
        )
}

fn redis(url: &Url) -> Result<()> {
    let mut stream = url.connect()?;
    if let Some(password) = &url.password {
        let user = url.user.as_deref().unwrap_or("default");
        let answer = redis_call(&mut stream, &["AUTH", user, password])?;
        if !answer.starts_with("+OK") {
            bail!("it refuses the password: {answer}");
        }
    }
    let answer = redis_call(&mut stream, &["PING"])?;
    if !answer.starts_with("+PONG") {
        bail!("it answers {answer:?} to PING");
    }
    Ok(())
}

fn redis_call(stream: &mut TcpStream, words: &[&str]) -> Result<String> {
    let mut call = format!("*{}\r\n", words.len());
    for word in words {
        call.push_str(&format!("${}\r\n{word}\r\n", word.len()));
    }
    stream.write_all(call.as_bytes())?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n") && answer.len() < 512 {
        let mut byte = [0];
        stream.read_exact(&mut byte).context("no answer")?;
        answer.extend(byte);
    }
    Ok(String::from_utf8_lossy(&answer).trim_end().to_owned())
}

/// Protocol header of AMQP 0-9-1; a broker answers with `connection.start` (class 10, method 10).
fn rabbitmq(url: &Url) -> Result<()> {
    let mut stream = url.connect()?;
    stream.write_all(b"AMQP\x00\x00\x09\x01")?;
    // Kind, channel and length of the frame take seven bytes.
    let mut frame = [0; 11];
    stream
        .read_exact(&mut frame)
        .context("no answer to the protocol header")?;
    if frame[0] != 1 || frame[7..] != [0, 10, 0, 10] {
        bail!("what answers is not AMQP 0-9-1");
    }
    Ok(())
}
