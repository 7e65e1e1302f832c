//! The address of one mailbox, as strict as the mail that goes out: what passes here cannot smuggle
//! a second recipient, a header or a command of SMTP.
//!
//! Narrower than RFC 5321 on purpose: no quoted local parts, no address literals, no comments.

use std::fmt;

/// RFC 5321, section 4.5.3.1.3: a path has 256 bytes, two of them brackets.
const MAX_BYTES: usize = 254;
/// RFC 5321, section 4.5.3.1.1.
const MAX_LOCAL_BYTES: usize = 64;
/// RFC 1035, section 2.3.4.
const MAX_LABEL_BYTES: usize = 63;

/// One mailbox. The domain is in lower case and in ASCII; the local part stays as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress {
    text: String,
    at: usize,
}

/// Why a text is no address that mail can be sent to; it never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailAddressError {
    /// A control character, a line break among them.
    #[error("the address has a control character")]
    Control,
    /// More than SMTP can carry.
    #[error("the address is longer than 254 bytes")]
    TooLong,
    /// The part before the `@` is longer than SMTP can carry.
    #[error("the part before the @ is longer than 64 bytes")]
    LocalTooLong,
    /// No `@`, or more than one.
    #[error("the address must have exactly one @")]
    OneAt,
    /// Nothing before the `@`.
    #[error("the part before the @ is empty")]
    LocalMissing,
    /// Letters that only servers with SMTPUTF8 take.
    #[error("the part before the @ must be ASCII, because not every mail server supports SMTPUTF8")]
    LocalNotAscii,
    /// A name, brackets, a group, a list, a comment, quotes, or dots in wrong places.
    #[error(
        "must be the address of one mailbox, without display name, brackets, comments or quotes"
    )]
    LocalInvalid,
    /// No host name with a dot.
    #[error("the part after the @ is not a domain name such as example.com")]
    DomainInvalid,
}

impl EmailAddress {
    /// Reads an address.
    ///
    /// # Errors
    /// The first rule of [`EmailAddressError`] that it breaks.
    pub fn parse(text: &str) -> Result<Self, EmailAddressError> {
        use EmailAddressError::{Control, DomainInvalid, OneAt, TooLong};
        if text.chars().any(char::is_control) {
            return Err(Control);
        }
        if text.len() > MAX_BYTES {
            return Err(TooLong);
        }
        let (local, domain) = text.split_once('@').ok_or(OneAt)?;
        if domain.contains('@') {
            return Err(OneAt);
        }
        check_local(local)?;
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| DomainInvalid)?;
        if !is_domain(&domain) {
            return Err(DomainInvalid);
        }
        // Punycode is longer than what was given.
        if local.len() + 1 + domain.len() > MAX_BYTES {
            return Err(TooLong);
        }
        Ok(Self {
            text: format!("{local}@{domain}"),
            at: local.len(),
        })
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands before the `@`.
    pub fn local(&self) -> &str {
        &self.text[..self.at]
    }

    /// What stands after the `@`, in lower case and ASCII.
    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn check_local(local: &str) -> Result<(), EmailAddressError> {
    use EmailAddressError::{LocalInvalid, LocalMissing, LocalNotAscii, LocalTooLong};
    if local.is_empty() {
        return Err(LocalMissing);
    }
    if !local.is_ascii() {
        return Err(LocalNotAscii);
    }
    if local.len() > MAX_LOCAL_BYTES {
        return Err(LocalTooLong);
    }
    // RFC 5322's dot-atom.
    let atom = |atom: &str| {
        let one = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
        !atom.is_empty() && atom.bytes().all(one)
    };
    if local.split('.').all(atom) {
        Ok(())
    } else {
        Err(LocalInvalid)
    }
}

/// Two labels or more of letters, digits and hyphens; the last one is no number, else it were an
/// IP address.
fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=MAX_LABEL_BYTES).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    domain.split('.').all(label)
        && domain
            .rsplit_once('.')
            .is_some_and(|(_, last)| !last.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::EmailAddressError::*;
    use super::*;

    #[test]
    fn an_address_is_taken_and_its_domain_normalised() {
        for (given, kept) in [
            ("zoe@example.com", "zoe@example.com"),
            (
                "Zoe.O'Hara+tag@Mail.EXAMPLE.com",
                "Zoe.O'Hara+tag@mail.example.com",
            ),
            ("a@b.co", "a@b.co"),
            ("info@münchen.example", "info@xn--mnchen-3ya.example"),
            ("info@BÜCHER.example", "info@xn--bcher-kva.example"),
            ("info@例え.テスト", "info@xn--r8jz45g.xn--zckzah"),
            ("info@xn--mnchen-3ya.example", "info@xn--mnchen-3ya.example"),
            ("1@2.example", "1@2.example"),
        ] {
            let address = EmailAddress::parse(given).expect(given);
            assert_eq!(address.as_str(), kept);
            assert_eq!(format!("{}@{}", address.local(), address.domain()), kept);
        }
    }

    #[test]
    fn everything_else_is_refused_for_one_reason() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long = format!("a@{}.com", "b".repeat(294));
        let long_label = format!("a@{}.com", "b".repeat(64));
        for (given, why) in [
            ("", OneAt),
            ("example.com", OneAt),
            ("a@b@example.com", OneAt),
            ("\"a@b\"@example.com", OneAt),
            ("a@example.com,b@example.com", OneAt),
            ("a@example.com\r\nBcc: b", Control),
            ("a\0@example.com", Control),
            ("a\u{85}@example.com", Control),
            ("@example.com", LocalMissing),
            ("zoë@example.com", LocalNotAscii),
            (&long_local, LocalTooLong),
            (&long, TooLong),
            ("a b@example.com", LocalInvalid),
            ("\"a\"@example.com", LocalInvalid),
            ("Zoe <a@example.com>", LocalInvalid),
            ("<a@example.com>", LocalInvalid),
            ("a(comment)@example.com", LocalInvalid),
            ("friends:a@example.com;", LocalInvalid),
            (".a@example.com", LocalInvalid),
            ("a..b@example.com", LocalInvalid),
            ("a.@example.com", LocalInvalid),
            ("a@", DomainInvalid),
            ("a@localhost", DomainInvalid),
            ("a@example.com>", DomainInvalid),
            ("a@example.com;", DomainInvalid),
            ("a@exam ple.com", DomainInvalid),
            ("a@example.com (x)", DomainInvalid),
            ("a@.example.com", DomainInvalid),
            ("a@example..com", DomainInvalid),
            ("a@example.com.", DomainInvalid),
            ("a@-example.com", DomainInvalid),
            ("a@example_.com", DomainInvalid),
            ("a@[127.0.0.1]", DomainInvalid),
            ("a@127.0.0.1", DomainInvalid),
            (&long_label, DomainInvalid),
        ] {
            assert_eq!(EmailAddress::parse(given), Err(why), "{given:?}");
        }
    }
}
