//! A mail relay in a separate process. It accepts every mail and reads two of its headers.

mod dialogue;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};

use super::kept::Kept;
use super::{BODY_BYTES, SinkSettings, keep_flushing};
use crate::ledger::Received;
use crate::now_us;
use dialogue::{Dialogue, Ids, Step};

struct Relay {
    /// Of the reply to a whole mail.
    code: u16,
    delay: Duration,
    kept: Kept,
}

/// Receives until it is stopped; `ready` gets the address.
pub(super) async fn run(options: SinkSettings, ready: impl FnOnce(String)) -> anyhow::Result<()> {
    let relay = Arc::new(Relay {
        // What HTTP says with any of these, SMTP says with 250.
        code: if options.status < 400 {
            250
        } else {
            options.status
        },
        delay: options.delay,
        kept: Kept::append(&options.ledger)?,
    });
    let listener = TcpListener::bind(options.listen).await;
    let listener = listener.with_context(|| format!("--listen: {}", options.listen))?;
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    // Only now, because a reader of this line may send the signal at once.
    ready(format!("listening on smtp://{}", listener.local_addr()?));
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        () = accept(&listener, &relay) => {}
        broken = keep_flushing(&relay.kept) => return broken.map(|never| match never {}),
    }
    // Mails under way have no reply yet, so no sender counts on them.
    relay.kept.flush()
}

async fn accept(listener: &TcpListener, relay: &Arc<Relay>) {
    while let Ok((tcp, _)) = listener.accept().await {
        let relay = Arc::clone(relay);
        tokio::spawn(async move {
            // A sender that hangs up is its own affair: it knows what it has a reply for.
            let _ = hold(tcp, &relay).await;
        });
    }
}

async fn hold(mut tcp: TcpStream, relay: &Relay) -> anyhow::Result<()> {
    tcp.set_nodelay(true)?;
    tcp.write_all(b"220 sink ESMTP\r\n").await?;
    let (mut dialogue, mut input) = (Dialogue::default(), BytesMut::with_capacity(32 * 1024));
    // All that one read brought is answered in one write.
    let mut output = Vec::new();
    while tcp.read_buf(&mut input).await? > 0 {
        let mut ends = false;
        while let Some(step) = dialogue.next(&mut input) {
            match step {
                Step::Say(line) => output.extend_from_slice(line.as_bytes()),
                Step::Mail(ids) => output.extend_from_slice(take(relay, ids).await?.as_bytes()),
                Step::Bye => {
                    output.extend_from_slice(b"221 2.0.0 Bye\r\n");
                    ends = true;
                    break;
                }
            }
        }
        tcp.write_all(&output).await?;
        output.clear();
        if ends || input.len() > BODY_BYTES {
            break;
        }
    }
    Ok(())
}

/// Notes a mail, and gives the answer to its sender. What could not be noted is not taken.
async fn take(relay: &Relay, ids: Ids) -> anyhow::Result<String> {
    relay.kept.add(Received {
        at: now_us(),
        webhook_id: ids.delivery,
        notification_id: ids.notification,
        target: None,
        verified: None,
        status: relay.code,
        retry_after_s: None,
    })?;
    if !relay.delay.is_zero() {
        tokio::time::sleep(relay.delay).await;
    }
    Ok(format!(
        "{} {}.0.0 As asked for\r\n",
        relay.code,
        relay.code / 100
    ))
}
