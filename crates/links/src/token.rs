//! A token: version, length of the tenant's name, the name, and what is sealed with the tenant's key; in base64.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_domain::TenantId;

/// The first byte; another layout gets another number.
const VERSION: u8 = 1;
/// Characters of a token to unsubscribe: a name of 63 bytes, a user's id of 128, a type of 64 and what sealing adds.
pub(crate) const MOST_TO_UNSUBSCRIBE: usize = 512;
/// Characters of a token in a mail: a name, ids, a link of 1,300 bytes and what sealing adds.
pub(crate) const MOST_OF_MAIL: usize = 2_048;

/// Writes it.
pub(crate) fn write(tenant: &TenantId, sealed: &[u8]) -> String {
    let name = tenant.as_str().as_bytes();
    let mut bytes = Vec::with_capacity(2 + name.len() + sealed.len());
    bytes.push(VERSION);
    bytes.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
    bytes.extend_from_slice(name);
    bytes.extend_from_slice(sealed);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whose it is, and what is sealed; `None` for a text that was never one, or has more characters than `most`.
pub(crate) fn read(token: &str, most: usize) -> Option<(TenantId, Vec<u8>)> {
    if token.len() > most {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (head, rest) = bytes.split_at_checked(2)?;
    if head[0] != VERSION {
        return None;
    }
    let (name, sealed) = rest.split_at_checked(head[1].into())?;
    let tenant = TenantId::parse(std::str::from_utf8(name).ok()?).ok()?;
    Some((tenant, sealed.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_a_cut_one_is_not() {
        let tenant = TenantId::parse("acme").expect("valid");
        let token = write(&tenant, b"sealed");
        assert_eq!(read(&token, 64), Some((tenant, b"sealed".to_vec())));
        for wrong in ["", "!", "AQ", "AQRh", "AgRhY21l", &"A".repeat(65)] {
            assert_eq!(read(wrong, 64), None, "{wrong}");
        }
    }
}
