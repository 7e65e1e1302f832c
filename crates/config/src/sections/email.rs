//! What mail looks like, whatever relay carries it.

use crate::check;
use crate::error::SettingErrors;
use crate::key::Key;
use crate::reader::Reader;
use crate::sections::smtp::Smtp;

const FROM: Key = Key::plain("email", "from", "EMAIL_FROM")
    .means(
        "The sender of mail
    .reserved(); its domain is also that of the `Message-ID`.",
    )
    .expects("`name@example.com` or `Name <name@example.com>`");

pub(crate) const KEYS: &[Key] = &[FROM];

/// How mail is written.
#[derive(Clone, Debug)]
pub struct Email {
    /// The sender, with or without a display name.
    pub from: Option<String>,
}

impl Email {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            from: reader.optional(&FROM, sender),
        }
    }

    pub(crate) fn validate(&self, smtp: &Smtp, problems: &mut SettingErrors) {
        if smtp.host.is_some() && self.from.is_none() {
            problems.report(
                &FROM,
                format!(
                    "missing while SMTP_HOST is given, expected {}",
                    FROM.expected
                ),
            );
        }
    }
}

fn sender(text: &str) -> Result<String, String> {
    // A line break would let headers be smuggled in.
    let text = check::line(text)?;
    let address = match text.strip_suffix('>').map(|rest| rest.rsplit_once('<')) {
        None => text.as_str(),
        Some(Some((_, address))) => address,
        Some(None) => return Err("is not a sender".to_owned()),
    };
    check::mail_address(address)?;
    Ok(text)
}
