//! One connection: what comes, and how it is answered. The commands are in `commands`.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::commands::OFFERS;
use super::{Ledger, ReceivedMail, Relay, SmtpAct, SmtpStep};

pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

pub(super) struct Dialogue {
    pub(super) relay: Arc<Relay>,
    pub(super) stream: BufReader<Box<dyn Stream>>,
    pub(super) connection: usize,
    pub(super) protected: bool,
    pub(super) logged_in: bool,
    pub(super) mail: Option<ReceivedMail>,
}

/// Holds it until one side hangs up.
pub(super) async fn hold(tcp: TcpStream, relay: Arc<Relay>) {
    let mut connection = 0;
    relay.ledger.send_modify(|ledger| {
        ledger.connections += 1;
        ledger.open += 1;
        ledger.most_open = ledger.most_open.max(ledger.open);
        connection = ledger.connections;
    });
    let ended = speak(tcp, &relay, connection).await;
    relay.ledger.send_modify(|ledger| ledger.open -= 1);
    // A peer that hangs up, or does not trust us, is a part of tests.
    drop(ended);
}

async fn speak(tcp: TcpStream, relay: &Arc<Relay>, connection: usize) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    let stream: Box<dyn Stream> = if relay.offers.tls {
        Box::new(relay.acceptor.accept(tcp).await?)
    } else {
        Box::new(tcp)
    };
    let mut dialogue = Dialogue {
        relay: Arc::clone(relay),
        stream: BufReader::new(stream),
        connection,
        protected: relay.offers.tls,
        logged_in: relay.offers.login.is_none(),
        mail: None,
    };
    dialogue
        .at(SmtpStep::Greeting, "220 relay.test ESMTP")
        .await?;
    loop {
        let line = dialogue.line().await?;
        let line = String::from_utf8_lossy(&line).into_owned();
        let line = line.trim_end();
        let verb = line.split(' ').next().unwrap_or_default();
        let verb = verb.to_ascii_uppercase();
        relay
            .ledger
            .send_modify(|ledger| ledger.commands.push((connection, verb.clone())));
        match verb.as_str() {
            "EHLO" => {
                let name = line.split_once(' ').map_or("", |(_, name)| name).to_owned();
                relay.ledger.send_modify(|ledger| ledger.hellos.push(name));
                dialogue.ehlo().await?;
            }
            "STARTTLS" if relay.offers.starttls => {
                let usual = "220 2.0.0 Go ahead";
                if !dialogue
                    .at(SmtpStep::StartTls, usual)
                    .await?
                    .starts_with('2')
                {
                    continue;
                }
                let plain = dialogue.stream.into_inner();
                dialogue.stream = BufReader::new(Box::new(relay.acceptor.accept(plain).await?));
                dialogue.protected = true;
            }
            "AUTH" => dialogue.auth(line).await?,
            "MAIL" => dialogue.mail(line).await?,
            "RCPT" => dialogue.rcpt(line).await?,
            "DATA" => dialogue.data().await?,
            "RSET" => {
                dialogue.mail = None;
                dialogue.at(SmtpStep::Rset, "250 2.0.0 Reset").await?;
            }
            "NOOP" => drop(dialogue.at(SmtpStep::Noop, "250 2.0.0 Here").await?),
            "QUIT" => {
                dialogue.at(SmtpStep::Quit, "221 2.0.0 Bye").await?;
                return Ok(());
            }
            _ => dialogue.say("502 5.5.1 Not implemented").await?,
        }
    }
}

fn is_offer(line: &str) -> bool {
    OFFERS.iter().any(|offer| line.ends_with(offer))
}

fn hung_up() -> io::Error {
    ErrorKind::UnexpectedEof.into()
}

impl Dialogue {
    pub(super) async fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        match self.stream.read_until(b'\n', &mut line).await? {
            0 => Err(hung_up()),
            _ => Ok(line),
        }
    }

    /// Says a reply of one line or several.
    pub(super) async fn say(&mut self, reply: &str) -> io::Result<()> {
        let dress = self.relay.offers.dress;
        let written = |line: &str| match dress {
            // An offer without its text would be none.
            Some(dress) if !is_offer(line) => dress(line),
            _ => format!("{line}\r\n").into_bytes(),
        };
        let bytes: Vec<u8> = reply.split("\r\n").flat_map(written).collect();
        self.write(&bytes).await
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(bytes).await?;
        stream.flush().await
    }

    /// Until the peer hangs up.
    async fn flood(&mut self, first: &str, again: &str, pause: Duration) -> io::Result<()> {
        let part = again.repeat(if pause.is_zero() { 8_192 } else { 1 });
        self.write(first.as_bytes()).await?;
        loop {
            self.write(part.as_bytes()).await?;
            let taken = |ledger: &mut Ledger| ledger.flooded += part.len();
            self.relay.ledger.send_modify(taken);
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
        }
    }

    /// Does what the script says, else the usual; gives what was said.
    pub(super) async fn act(&mut self, act: Option<SmtpAct>, usual: &str) -> io::Result<String> {
        let said = match act {
            None => usual.to_owned(),
            Some(SmtpAct::Say(line)) => line,
            Some(SmtpAct::SayAndClose(line)) => {
                self.say(&line).await?;
                return Err(hung_up());
            }
            Some(SmtpAct::SayBytesAndClose(bytes)) => {
                self.write(&bytes).await?;
                return Err(hung_up());
            }
            Some(SmtpAct::Close) => return Err(hung_up()),
            Some(SmtpAct::Hang) => std::future::pending().await,
            Some(SmtpAct::Slow(delay)) => {
                tokio::time::sleep(delay).await;
                usual.to_owned()
            }
            Some(SmtpAct::Flood {
                first,
                again,
                pause,
            }) => {
                self.flood(first, again, pause).await?;
                usual.to_owned()
            }
        };
        self.say(&said).await?;
        Ok(said)
    }

    pub(super) async fn at(&mut self, step: SmtpStep, usual: &str) -> io::Result<String> {
        let act = self.relay.script.next(step);
        self.act(act, usual).await
    }
}
