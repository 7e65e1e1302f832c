//! One connection, and the dialogue of one mail after the other on it.

use std::fmt::Display;
use std::time::Duration;

use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use super::classify::Phase;
use super::failure::Failure;
use super::message::Mail;
use super::patience::EmailPatience;
use super::reply::Reply;

/// A farewell is a courtesy.
const QUIT: Duration = Duration::from_secs(5);

/// A connection that is greeted, protected and logged in.
pub(super) struct Session {
    smtp: AsyncSmtpConnection,
    pipelining: bool,
    patience: EmailPatience,
    mails: u32,
    usable: bool,
}

impl Session {
    pub(super) fn new(
        smtp: AsyncSmtpConnection,
        pipelining: bool,
        patience: EmailPatience,
    ) -> Self {
        Self {
            smtp,
            pipelining,
            patience,
            mails: 0,
            usable: true,
        }
    }

    /// How many mails it was used for.
    pub(super) fn mails(&self) -> u32 {
        self.mails
    }

    /// Whether the next mail can begin; not while one is under way, so a call that was cancelled or
    /// panicked leaves a connection behind that nobody uses again.
    pub(super) fn is_usable(&self) -> bool {
        self.usable
    }

    /// Sends a mail and gives the relay's last reply.
    pub(super) async fn send(&mut self, mail: &Mail) -> Result<Reply, Failure> {
        self.usable = false;
        self.mails += 1;
        let sent = self.transaction(mail).await;
        self.usable = match &sent {
            Ok(_) => true,
            // The relay hangs up.
            Err(Failure::Refused(_, reply)) if reply.code == 421 => false,
            // The last reply has ended the transaction.
            Err(Failure::Refused(Phase::Content, _)) => true,
            Err(Failure::Refused(..)) => self.exchange(Phase::Data, "RSET\r\n").await.is_ok(),
            Err(_) => false,
        };
        sent
    }

    /// Whether the relay still answers.
    pub(super) async fn is_alive(&mut self) -> bool {
        self.exchange(Phase::Connect, "NOOP\r\n").await.is_ok()
    }

    /// Ends it; politely if that is possible.
    pub(super) async fn quit(mut self) {
        // Nothing is lost if nobody answers.
        let _ = timeout(QUIT, self.smtp.quit()).await;
    }

    async fn transaction(&mut self, mail: &Mail) -> Result<Reply, Failure> {
        if self.pipelining {
            self.envelope_at_once(mail).await?;
        } else {
            self.envelope_in_turn(mail).await?;
        }
        let wait = self.patience.last_reply;
        let last = within(wait, Phase::Content, self.smtp.command(&mail.content)).await?;
        Ok(Reply::new(
            last.code().into(),
            last.first_line().unwrap_or_default(),
        ))
    }

    async fn envelope_in_turn(&mut self, mail: &Mail) -> Result<(), Failure> {
        self.exchange(Phase::Sender, format!("MAIL FROM:<{}>\r\n", mail.from))
            .await?;
        self.exchange(Phase::Recipient, format!("RCPT TO:<{}>\r\n", mail.to))
            .await?;
        go_ahead(&self.exchange(Phase::Data, "DATA\r\n").await?)
    }

    /// One write, then all three replies, whatever the first ones are (RFC 2920).
    async fn envelope_at_once(&mut self, mail: &Mail) -> Result<(), Failure> {
        let commands = format!(
            "MAIL FROM:<{}>\r\nRCPT TO:<{}>\r\nDATA\r\n",
            mail.from, mail.to
        );
        let sender = refusal(self.exchange(Phase::Sender, commands).await)?;
        let recipient = refusal(self.reply(Phase::Recipient, sender.as_ref()).await)?;
        let refused = sender.or(recipient);
        let data = self.reply(Phase::Data, refused.as_ref()).await;
        match (refused, data) {
            (None, data) => go_ahead(&data?),
            (Some(refused), Ok(_)) => {
                // The relay waits for a mail that nobody is to get: an empty one ends that.
                within(self.patience.reply, Phase::Data, self.smtp.command(".\r\n"))
                    .await
                    .ok();
                Err(refused)
            }
            (Some(refused), Err(_)) => Err(refused),
        }
    }

    async fn exchange(&mut self, phase: Phase, command: impl Display) -> Result<Response, Failure> {
        within(self.patience.reply, phase, self.smtp.command(command)).await
    }

    /// A further reply. If it does not come, what was refused before it says more.
    async fn reply(&mut self, phase: Phase, before: Option<&Failure>) -> Result<Response, Failure> {
        let reply = within(self.patience.reply, phase, self.smtp.read_response()).await;
        match (reply, before) {
            (Err(Failure::Lost(_) | Failure::Silent(_)), Some(Failure::Refused(phase, reply))) => {
                Err(Failure::Refused(*phase, reply.clone()))
            }
            (reply, _) => reply,
        }
    }
}

/// Keeps a refusal apart from what makes the next replies worthless.
fn refusal(reply: Result<Response, Failure>) -> Result<Option<Failure>, Failure> {
    match reply {
        Ok(_) => Ok(None),
        Err(refused @ Failure::Refused(..)) => Ok(Some(refused)),
        Err(broken) => Err(broken),
    }
}

fn go_ahead(reply: &Response) -> Result<(), Failure> {
    if reply.has_code(354) {
        Ok(())
    } else {
        Err(Failure::Garbled(Phase::Data))
    }
}

async fn within(
    wait: Duration,
    phase: Phase,
    answer: impl Future<Output = Result<Response, lettre::transport::smtp::Error>>,
) -> Result<Response, Failure> {
    timeout(wait, answer)
        .await
        .map_err(|_| Failure::Silent(phase))?
        .map_err(|error| Failure::of(&error, phase))
}
