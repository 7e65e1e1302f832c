//! What mail looks like, whatever relay carries it.

use secrecy::SecretString;

use crate::check;
use crate::error::SettingErrors;
use crate::key::Key;
use crate::reader::Reader;
use crate::sections::smtp::Smtp;

const FROM: Key = Key::plain("email", "from", "EMAIL_FROM")
    .means("The sender address of emails. Its domain is also used in the `Message-ID`.")
    .expects("`name@example.com` or `Name <name@example.com>`");

const DKIM_SELECTOR: Key = Key::plain("email", "dkim_selector", "EMAIL_DKIM_SELECTOR")
    .means("The DKIM selector; the public key is published in DNS at `<selector>._domainkey.<domain>`.")
    .expects("a DNS label such as mail2026");
const DKIM_DOMAIN: Key = Key::plain("email", "dkim_domain", "EMAIL_DKIM_DOMAIN")
    .means("The signing domain of DKIM (default: the domain of EMAIL_FROM).")
    .expects("a domain such as example.com");
const DKIM_PRIVATE_KEY: Key = Key::secret("email", "dkim_private_key", "EMAIL_DKIM_PRIVATE_KEY")
    .means("The RSA key (2,048 bits or more) for DKIM signatures. If set, every email is signed.")
    .expects("a PEM block `-----BEGIN PRIVATE KEY-----`");

pub(crate) const KEYS: &[Key] = &[FROM, DKIM_SELECTOR, DKIM_DOMAIN, DKIM_PRIVATE_KEY];

/// How mail is written.
#[derive(Clone, Debug)]
pub struct Email {
    /// The sender, with or without a display name.
    pub from: Option<String>,
    /// Names the key of the signatures.
    pub dkim_selector: Option<String>,
    /// Who signs, if not the sender's domain.
    pub dkim_domain: Option<String>,
    /// Signs mail.
    pub dkim_private_key: Option<SecretString>,
}

impl Email {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            from: reader.optional(&FROM, sender),
            dkim_selector: reader.optional(&DKIM_SELECTOR, check::line),
            dkim_domain: reader.optional(&DKIM_DOMAIN, check::line),
            dkim_private_key: reader.optional(&DKIM_PRIVATE_KEY, |text| {
                check::pem(text, &["PRIVATE KEY", "RSA PRIVATE KEY"]).map(SecretString::from)
            }),
        }
    }

    pub(crate) fn validate(&self, smtp: &Smtp, problems: &mut SettingErrors) {
        if smtp.host.is_some() && self.from.is_none() {
            problems.report(
                &FROM,
                format!(
                    "is missing but required with SMTP_HOST, expected {}",
                    FROM.expected
                ),
            );
        }
        let missing = |key: &Key, present: &Key| {
            let (present, expected) = (present.env, key.expected);
            format!("is missing but required with {present}, expected {expected}")
        };
        match (&self.dkim_selector, &self.dkim_private_key) {
            (Some(_), None) => {
                problems.report(
                    &DKIM_PRIVATE_KEY,
                    missing(&DKIM_PRIVATE_KEY, &DKIM_SELECTOR),
                );
            }
            (None, Some(_)) => {
                problems.report(&DKIM_SELECTOR, missing(&DKIM_SELECTOR, &DKIM_PRIVATE_KEY));
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
    }

    /// Gives the domain that signs.
    pub fn dkim_domain(&self) -> Option<&str> {
        let from = self.from.as_deref()?;
        let domain = from.trim_end_matches('>').rsplit_once('@')?.1;
        Some(self.dkim_domain.as_deref().unwrap_or(domain))
    }
}

fn sender(text: &str) -> Result<String, String> {
    // A line break would let headers be smuggled in.
    let text = check::line(text)?;
    let address = match text.strip_suffix('>').map(|rest| rest.rsplit_once('<')) {
        None => text.as_str(),
        Some(Some((_, address))) => address,
        Some(None) => return Err("is not a sender address".to_owned()),
    };
    check::mail_address(address)?;
    Ok(text)
}
