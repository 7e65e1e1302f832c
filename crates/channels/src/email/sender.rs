//! Who mail is from, and addresses as lettre has them.

use campanile_domain::EmailAddress;
use lettre::Address;
use lettre::message::Mailbox;

/// Reads `name@example.com` or `Name <name@example.com>`.
pub(super) fn sender(text: &str) -> Result<Mailbox, &'static str> {
    // Lettre panics at a name with a line break in it.
    if text.chars().any(char::is_control) {
        return Err("has a control character in it");
    }
    let (name, address) = match text.strip_suffix('>').map(|rest| rest.rsplit_once('<')) {
        None => ("", text),
        Some(Some((name, address))) => (name, address),
        Some(None) => return Err("has a bracket too much"),
    };
    let address = EmailAddress::parse(address.trim())
        .map_err(|_| "is neither `name@example.com` nor `Name <name@example.com>`")?;
    let name = name.trim().trim_matches('"').trim();
    let name = (!name.is_empty()).then(|| name.to_owned());
    Ok(Mailbox::new(name, mailbox(&address)?))
}

/// The same address, as lettre has it.
pub(super) fn mailbox(address: &EmailAddress) -> Result<Address, &'static str> {
    Address::new(address.local(), address.domain()).map_err(|_| "is not an address")
}
