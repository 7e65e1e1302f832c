//! Question and answer with a relay: each bounded in time, and all that belong to one mail together.

use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};

use super::classify::Phase;
use super::failure::Failure;
use super::offers::Offers;
use super::patience::EmailPatience;
use super::reply::Reply;
use super::tls::Protection;
use super::wire::{NoReply, Said, Stream, Wire};

/// A farewell is a courtesy.
const QUIT: Duration = Duration::from_secs(5);

/// The conversation on one connection.
pub(super) struct Dialogue {
    wire: Wire,
    patience: EmailPatience,
    /// When what is under way must be over, however steadily the relay answers.
    ends_at: Instant,
}

impl Dialogue {
    /// Begins it, and with it [`EmailPatience::dialogue`].
    pub(super) fn new(stream: Box<dyn Stream>, patience: EmailPatience) -> Self {
        Self {
            wire: Wire::new(stream),
            patience,
            ends_at: Instant::now() + patience.dialogue,
        }
    }

    /// Grants [`EmailPatience::dialogue`] anew, to the next mail.
    pub(super) fn begin(&mut self) {
        self.ends_at = Instant::now() + self.patience.dialogue;
    }

    /// The same conversation, protected from here on.
    pub(super) async fn protected(self, protection: &Protection) -> Result<Self, Failure> {
        let by = self.by(Phase::Connect);
        let handshake = protection.add_to(self.wire);
        let wire = timeout_at(by, handshake)
            .await
            .map_err(|_| Failure::Silent(Phase::Connect))??;
        Ok(Self { wire, ..self })
    }

    /// Waits to be greeted.
    pub(super) async fn greeting(&mut self) -> Result<(), Failure> {
        self.answer(Phase::Connect).await.map(drop)
    }

    /// Sends EHLO with `name` and reads the offered extensions.
    pub(super) async fn hello(&mut self, name: &str) -> Result<Offers, Failure> {
        let said = self.say(Phase::Connect, &format!("EHLO {name}\r\n")).await;
        Ok(Offers::of(&said?))
    }

    /// Says something; a refusal is an error.
    pub(super) async fn ask(&mut self, phase: Phase, command: &str) -> Result<Reply, Failure> {
        Ok(Reply::of(&self.say(phase, command).await?))
    }

    /// Reads a further answer to what was asked.
    pub(super) async fn answer(&mut self, phase: Phase) -> Result<Reply, Failure> {
        let by = self.by(phase);
        Ok(Reply::of(&self.hear(phase, by).await?))
    }

    /// Ends it; politely if that is possible.
    pub(super) async fn quit(mut self) {
        // Nothing is lost if there is no answer.
        let _ = timeout(QUIT, self.say(Phase::Connect, "QUIT\r\n")).await;
    }

    /// Whether what comes next is the answer to what is asked next.
    pub(super) fn is_in_step(&self) -> bool {
        !self.wire.is_broken()
    }

    async fn say(&mut self, phase: Phase, command: &str) -> Result<Said, Failure> {
        let by = self.by(phase);
        let written = timeout_at(by, self.wire.write(command))
            .await
            .map_err(|_| Failure::Silent(phase))?;
        match (written, self.hear(phase, by).await) {
            (Ok(()), heard) => heard,
            // A relay that hangs up in the middle may have said why. That it took what it did not
            // read to its end is not believed.
            (Err(_), Err(refused @ Failure::Refused(..))) => Err(refused),
            (Err(_), _) => Err(Failure::Lost(phase)),
        }
    }

    async fn hear(&mut self, phase: Phase, by: Instant) -> Result<Said, Failure> {
        let heard = timeout_at(by, self.wire.reply()).await;
        let said = match heard.map_err(|_| Failure::Silent(phase))? {
            Ok(said) => said,
            Err(NoReply::Lost) => return Err(Failure::Lost(phase)),
            Err(NoReply::Garbled) => return Err(Failure::Garbled(phase)),
        };
        match said.code / 100 {
            4 | 5 => Err(Failure::Refused(phase, Reply::of(&said))),
            class if !phase.expects(class) => Err(Failure::Garbled(phase)),
            // The last reply leaves nothing to talk about, so its end is not needed.
            _ if said.is_whole || phase == Phase::Content => Ok(said),
            _ => Err(Failure::Garbled(phase)),
        }
    }

    fn by(&self, phase: Phase) -> Instant {
        match phase {
            Phase::Content => Instant::now() + self.patience.last_reply,
            _ => self.ends_at.min(Instant::now() + self.patience.reply),
        }
    }
}
