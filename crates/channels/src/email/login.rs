//! Logging in: AUTH PLAIN (RFC 4616), else AUTH LOGIN.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret;

use super::classify::Phase;
use super::dialogue::Dialogue;
use super::failure::Failure;
use super::offers::Offers;
use super::settings::Login;

/// Says name and password. A relay's challenges are answered in turn, whatever their text is: some
/// leave it out, and those that write one mean the same.
pub(super) async fn log_in(
    dialogue: &mut Dialogue,
    offers: &Offers,
    login: &Login,
) -> Result<(), Failure> {
    let (name, password) = (login.username.as_str(), login.password.expose_secret());
    let (command, answers) = if offers.auth_plain {
        let token = STANDARD.encode(format!("\0{name}\0{password}"));
        // A relay that passes over what stands beside the command asks for it once more.
        (format!("AUTH PLAIN {token}\r\n"), vec![token])
    } else if offers.auth_login {
        let answers = [name, password].map(|text| STANDARD.encode(text));
        ("AUTH LOGIN\r\n".to_owned(), answers.into())
    } else {
        return Err(Failure::NoLogin);
    };
    let mut reply = dialogue.ask(Phase::Auth, &command).await?;
    for answer in answers {
        if reply.code / 100 == 2 {
            return Ok(());
        }
        reply = dialogue.ask(Phase::Auth, &format!("{answer}\r\n")).await?;
    }
    match reply.code / 100 {
        2 => Ok(()),
        _ => Err(Failure::Garbled(Phase::Auth)),
    }
}
