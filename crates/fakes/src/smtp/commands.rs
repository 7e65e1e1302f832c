//! The commands of SMTP.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::dialogue::Dialogue;
use super::{ReceivedMail, SmtpStep};

/// What can stand in the answer to EHLO.
pub(super) const OFFERS: [&str; 4] = ["PIPELINING", "STARTTLS", "AUTH PLAIN LOGIN", "AUTH LOGIN"];

fn address(line: &str) -> String {
    let inside = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inside
        .map(|(address, _)| address)
        .unwrap_or_default()
        .to_owned()
}

fn decoded(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap_or_default()
}

impl Dialogue {
    pub(super) async fn ehlo(&mut self) -> io::Result<()> {
        let offers = &self.relay.offers;
        let [pipelining, starttls, all_routes, one_way] = OFFERS;
        let mut lines = vec!["relay.test"];
        if offers.pipelining {
            lines.push(pipelining);
        }
        if offers.starttls && !self.protected {
            lines.push(starttls);
        }
        if offers.login.is_some() {
            lines.push(if offers.login_only {
                one_way
            } else {
                all_routes
            });
        }
        lines.push("HELP");
        let last = lines.len() - 1;
        let text: Vec<String> = lines
            .iter()
            .enumerate()
            .map(|(at, line)| format!("250{}{line}", if at == last { ' ' } else { '-' }))
            .collect();
        self.at(SmtpStep::Ehlo, &text.join("\r\n")).await?;
        Ok(())
    }

    pub(super) async fn auth(&mut self, line: &str) -> io::Result<()> {
        let login = self.relay.offers.login.clone();
        let (right, given) = match line.strip_prefix("AUTH PLAIN ") {
            Some(given) => {
                let right = login.map(|(name, password)| format!("\0{name}\0{password}"));
                (right, decoded(given))
            }
            None => {
                let right = login.map(|(name, password)| format!("{name}\0{password}"));
                let name = self.challenge("334 VXNlcm5hbWU6").await?;
                let password = self.challenge("334 UGFzc3dvcmQ6").await?;
                (right, [name, vec![0], password].concat())
            }
        };
        let usual = if right.is_some_and(|right| right.into_bytes() == given) {
            "235 2.7.0 Welcome"
        } else {
            "535 5.7.8 Wrong name or password"
        };
        let said = self.at(SmtpStep::Auth, usual).await?;
        self.logged_in |= said.starts_with('2');
        Ok(())
    }

    async fn challenge(&mut self, challenge: &str) -> io::Result<Vec<u8>> {
        self.say(challenge).await?;
        let answer = self.line().await?;
        Ok(decoded(String::from_utf8_lossy(&answer).trim()))
    }

    pub(super) async fn mail(&mut self, line: &str) -> io::Result<()> {
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

    pub(super) async fn rcpt(&mut self, line: &str) -> io::Result<()> {
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

    pub(super) async fn data(&mut self) -> io::Result<()> {
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
