//! A token: version, length of the tenant's name, the name, what is sealed with the tenant's key, and a code that shows that this
//! installation made it; in base64.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_domain::TenantId;
use campanile_sealing::MAC_BYTES;

/// The first byte; another layout gets another number.
const VERSION: u8 = 2;
/// Characters of a token: a name of 63 bytes, a user's id of 128, a type of 64, what sealing adds and the code.
pub(crate) const MOST_CHARS: usize = 512;
/// Characters of a token in a mail: a name, ids, a link of 1,300 bytes, what sealing adds and the code.
pub(crate) const MOST_OF_MAIL: usize = 2_048;

/// A token as it is read. Nothing of it is believed yet.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Whose it says it is.
    pub(crate) tenant: TenantId,
    /// What is sealed.
    pub(crate) sealed: Vec<u8>,
    /// The bytes that the code is about.
    pub(crate) signed: Vec<u8>,
    /// The code.
    pub(crate) mac: Vec<u8>,
}

/// Writes it. `mac` gives the code of what stands before it.
pub(crate) fn write(
    tenant: &TenantId,
    sealed: &[u8],
    mac: impl FnOnce(&[u8]) -> [u8; MAC_BYTES],
) -> String {
    let name = tenant.as_str().as_bytes();
    let mut bytes = Vec::with_capacity(2 + name.len() + sealed.len() + MAC_BYTES);
    bytes.push(VERSION);
    bytes.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
    bytes.extend_from_slice(name);
    bytes.extend_from_slice(sealed);
    let mac = mac(&bytes);
    bytes.extend_from_slice(&mac);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads it; `None` for a text that was never one, or has more characters than `most`.
pub(crate) fn read(token: &str, most: usize) -> Option<Token> {
    if token.len() > most {
        return None;
    }
    let mut signed = URL_SAFE_NO_PAD.decode(token).ok()?;
    let mac = signed.split_off(signed.len().checked_sub(MAC_BYTES)?);
    let (head, rest) = signed.split_at_checked(2)?;
    if head[0] != VERSION {
        return None;
    }
    let (name, sealed) = rest.split_at_checked(head[1].into())?;
    let tenant = TenantId::parse(std::str::from_utf8(name).ok()?).ok()?;
    let sealed = sealed.to_vec();
    Some(Token {
        tenant,
        sealed,
        signed,
        mac,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_a_cut_one_is_not() {
        let tenant = TenantId::parse("acme").expect("valid");
        let token = write(&tenant, b"sealed", |signed| {
            assert_eq!(signed, b"\x02\x04acmesealed");
            [9; MAC_BYTES]
        });
        let read_back = read(&token, 128).expect("a token");
        assert_eq!(
            (read_back.tenant, &*read_back.sealed, &*read_back.mac),
            (tenant, &b"sealed"[..], &[9; MAC_BYTES][..])
        );
        assert_eq!(read_back.signed, b"\x02\x04acmesealed");
        for wrong in [
            "",
            "!",
            "AQ",
            &token[..12],
            // The layout before this one.
            &format!("AQRhY21l{}", "A".repeat(64)),
            &"A".repeat(129),
        ] {
            assert_eq!(read(wrong, 128), None, "{wrong}");
        }
    }
}
