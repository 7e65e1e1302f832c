//! One connection.

use std::io::{self, ErrorKind};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::{ReceivedMail, Relay, SmtpAct, SmtpStep};

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

struct Dialogue {
    relay: Arc<Relay>,
    stream: BufReader<Box<dyn Stream>>,
    connection: usize,
    protected: bool,
    logged_in: bool,
    mail: Option<ReceivedMail>,
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
            "EHLO" => dialogue.ehlo().await?,
            "STARTTLS" if relay.offers.starttls => {
                dialogue.say("220 2.0.0 Go ahead").await?;
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
                dialogue.say("250 2.0.0 Reset").await?;
            }
            "NOOP" => dialogue.say("250 2.0.0 Here").await?,
            "QUIT" => return dialogue.say("221 2.0.0 Bye").await,
            _ => dialogue.say("502 5.5.1 Not implemented").await?,
        }
    }
}

fn hung_up() -> io::Error {
    ErrorKind::UnexpectedEof.into()
}

fn address(line: &str) -> String {
    let inside = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inside
        .map(|(address, _)| address)
        .unwrap_or_default()
        .to_owned()
}

impl Dialogue {
    async fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        match self.stream.read_until(b'\n', &mut line).await? {
            0 => Err(hung_up()),
            _ => Ok(line),
        }
    }

    async fn say(&mut self, line: &str) -> io::Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(format!("{line}\r\n").as_bytes()).await?;
        stream.flush().await
    }

    /// Does what the script says, else the usual; gives what was said.
    async fn act(&mut self, act: Option<SmtpAct>, usual: &str) -> io::Result<String> {
        let said = match act {
            None => usual.to_owned(),
            Some(SmtpAct::Say(line)) => line,
            Some(SmtpAct::SayAndClose(line)) => {
                self.say(&line).await?;
                return Err(hung_up());
            }
            Some(SmtpAct::Close) => return Err(hung_up()),
            Some(SmtpAct::Hang) => std::future::pending().await,
            Some(SmtpAct::Slow(delay)) => {
                tokio::time::sleep(delay).await;
                usual.to_owned()
            }
        };
        self.say(&said).await?;
        Ok(said)
    }

    async fn at(&mut self, step: SmtpStep, usual: &str) -> io::Result<String> {
        let act = self.relay.script.next(step);
        self.act(act, usual).await
    }

    async fn ehlo(&mut self) -> io::Result<()> {
        let offers = &self.relay.offers;
        let mut lines = vec!["relay.test"];
        if offers.pipelining {
            lines.push("PIPELINING");
        }
        if offers.starttls && !self.protected {
            lines.push("STARTTLS");
        }
        if offers.login.is_some() {
            lines.push("AUTH PLAIN LOGIN");
        }
        let last = lines.len() - 1;
        let text: Vec<String> = lines
            .iter()
            .enumerate()
            .map(|(at, line)| format!("250{}{line}", if at == last { ' ' } else { '-' }))
            .collect();
        self.say(&text.join("\r\n")).await
    }

    async fn auth(&mut self, line: &str) -> io::Result<()> {
        let given = line.strip_prefix("AUTH PLAIN ").unwrap_or_default();
        let given = STANDARD.decode(given).unwrap_or_default();
        let right = self.relay.offers.login.as_ref();
        let right = right.map(|(name, password)| format!("\0{name}\0{password}").into_bytes());
        let usual = if right.is_some_and(|right| right == given) {
            "235 2.7.0 Welcome"
        } else {
            "535 5.7.8 Wrong name or password"
        };
        let said = self.at(SmtpStep::Auth, usual).await?;
        self.logged_in |= said.starts_with('2');
        Ok(())
    }

    async fn mail(&mut self, line: &str) -> io::Result<()> {
        if !self.logged_in {
            return self.say("530 5.7.0 Authentication required").await;
        }
        let more = self.stream.buffer();
        let mail = ReceivedMail {
            connection: self.connection,
            from: address(line),
            to: Vec::new(),
            content: Vec::new(),
            pipelined: more.starts_with(b"RCPT"),
            protected: self.protected,
        };
        let said = self.at(SmtpStep::Mail, "250 2.1.0 Sender fine").await?;
        self.mail = said.starts_with('2').then_some(mail);
        Ok(())
    }

    async fn rcpt(&mut self, line: &str) -> io::Result<()> {
        let address = address(line);
        let Some(mut mail) = self.mail.take() else {
            return self.say("503 5.5.1 MAIL first").await;
        };
        let script = &self.relay.script;
        let act = script
            .recipient(&address)
            .or_else(|| script.next(SmtpStep::Rcpt));
        let said = self.act(act, "250 2.1.5 Recipient fine").await?;
        if said.starts_with('2') {
            mail.to.push(address);
        }
        self.mail = Some(mail);
        Ok(())
    }

    async fn data(&mut self) -> io::Result<()> {
        let ready = self.mail.as_ref().is_some_and(|mail| !mail.to.is_empty());
        let usual = if ready {
            "354 End with a dot"
        } else {
            "554 5.5.1 No valid recipients"
        };
        let said = self.at(SmtpStep::Data, usual).await?;
        if !said.starts_with("354") {
            return Ok(());
        }
        let mut content = Vec::new();
        loop {
            let line = self.line().await?;
            if line == b".\r\n" {
                break;
            }
            content.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let taken = self.mail.take().filter(|_| ready);
        let usual = if ready {
            "250 2.0.0 Taken"
        } else {
            "554 5.5.1 No valid recipients"
        };
        let said = self.at(SmtpStep::Dot, usual).await?;
        if let Some(mail) = taken.filter(|_| said.starts_with('2')) {
            let mail = ReceivedMail { content, ..mail };
            self.relay
                .ledger
                .send_modify(|ledger| ledger.mails.push(mail));
        }
        Ok(())
    }
}
