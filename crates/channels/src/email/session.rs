//! One connection, and the dialogue of one mail after the other on it.

use super::classify::Phase;
use super::dialogue::Dialogue;
use super::failure::Failure;
use super::message::Mail;
use super::reply::Reply;

/// A connection that is greeted, protected and logged in.
pub(super) struct Session {
    dialogue: Dialogue,
    pipelining: bool,
    mails: u32,
    usable: bool,
}

impl Session {
    pub(super) fn new(dialogue: Dialogue, pipelining: bool) -> Self {
        Self {
            dialogue,
            pipelining,
            mails: 0,
            usable: true,
        }
    }

    /// How many mails it was used for.
    pub(super) fn mails(&self) -> u32 {
        self.mails
    }

    /// Whether the next email can begin; not while one is in progress, so a call that was cancelled or panicked
    /// leaves a connection that is not used again.
    pub(super) fn is_usable(&self) -> bool {
        self.usable
    }

    /// Sends a mail and gives the relay's last reply.
    pub(super) async fn send(&mut self, mail: &Mail) -> Result<Reply, Failure> {
        self.usable = false;
        self.mails += 1;
        self.dialogue.begin();
        let sent = self.transaction(mail).await;
        self.usable = match &sent {
            Ok(_) => true,
            // The relay hangs up.
            Err(Failure::Refused(_, reply)) if reply.code == 421 => false,
            // The last reply has ended the transaction.
            Err(Failure::Refused(Phase::Content, _)) => true,
            Err(Failure::Refused(..)) => self.reset().await.is_ok(),
            Err(_) => false,
        };
        self.usable &= self.dialogue.is_in_step();
        sent
    }

    /// Whether the relay still answers.
    pub(super) async fn is_alive(&mut self) -> bool {
        self.dialogue.begin();
        self.dialogue.ask(Phase::Connect, "NOOP\r\n").await.is_ok()
    }

    /// Ends it; politely if that is possible.
    pub(super) async fn quit(self) {
        self.dialogue.quit().await;
    }

    async fn reset(&mut self) -> Result<Reply, Failure> {
        self.dialogue.begin();
        self.dialogue.ask(Phase::Connect, "RSET\r\n").await
    }

    async fn transaction(&mut self, mail: &Mail) -> Result<Reply, Failure> {
        if self.pipelining {
            self.envelope_at_once(mail).await?;
        } else {
            self.envelope_in_turn(mail).await?;
        }
        self.dialogue.ask(Phase::Content, &mail.content).await
    }

    async fn envelope_in_turn(&mut self, mail: &Mail) -> Result<(), Failure> {
        let dialogue = &mut self.dialogue;
        let sender = format!("MAIL FROM:<{}>\r\n", mail.from);
        dialogue.ask(Phase::Sender, &sender).await?;
        let recipient = format!("RCPT TO:<{}>\r\n", mail.to);
        dialogue.ask(Phase::Recipient, &recipient).await?;
        dialogue.ask(Phase::Data, "DATA\r\n").await?;
        Ok(())
    }

    /// One write, then all three replies, whatever the first ones are (RFC 2920).
    async fn envelope_at_once(&mut self, mail: &Mail) -> Result<(), Failure> {
        let commands = format!(
            "MAIL FROM:<{}>\r\nRCPT TO:<{}>\r\nDATA\r\n",
            mail.from, mail.to
        );
        let sender = refusal(self.dialogue.ask(Phase::Sender, &commands).await)?;
        let recipient = refusal(self.answer(Phase::Recipient, sender.as_ref()).await)?;
        let refused = sender.or(recipient);
        let data = self.answer(Phase::Data, refused.as_ref()).await;
        match (refused, data) {
            (None, data) => data.map(drop),
            (Some(refused), Ok(_)) => {
                // The relay waits for an email without recipients: an empty one ends that.
                self.dialogue.ask(Phase::Connect, ".\r\n").await.ok();
                Err(refused)
            }
            (Some(refused), Err(_)) => Err(refused),
        }
    }

    /// A further reply. If it does not come, what was refused before it says more.
    async fn answer(&mut self, phase: Phase, before: Option<&Failure>) -> Result<Reply, Failure> {
        match (self.dialogue.answer(phase).await, before) {
            (Err(Failure::Lost(_) | Failure::Silent(_)), Some(Failure::Refused(phase, reply))) => {
                Err(Failure::Refused(*phase, reply.clone()))
            }
            (reply, _) => reply,
        }
    }
}

/// Keeps a refusal apart from what makes the next replies worthless.
fn refusal(reply: Result<Reply, Failure>) -> Result<Option<Failure>, Failure> {
    match reply {
        Ok(_) => Ok(None),
        Err(refused @ Failure::Refused(..)) => Ok(Some(refused)),
        Err(broken) => Err(broken),
    }
}
