//! CRC-32 (IEEE 802.3), as the six characters at the end of a key.
//!
//! It protects against typing errors, not against forgery: a key that was not copied whole is refused without a look-up,
//! and a scanner can tell a key from a text that only looks like one.

use super::text::ALPHABET;

/// Characters of a checksum: 62^6 is more than 2^32.
pub(super) const CHARACTERS: usize = 6;

const TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut value = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 {
                value >> 1 ^ 0xedb8_8320
            } else {
                value >> 1
            };
            bit += 1;
        }
        table[byte] = value;
        byte += 1;
    }
    table
}

fn crc32(text: &[u8]) -> u32 {
    !text.iter().fold(!0, |crc: u32, byte| {
        let [low, ..] = crc.to_le_bytes();
        crc >> 8 ^ TABLE[usize::from(low ^ byte)]
    })
}

/// The checksum of the text before it.
pub(super) fn of(text: &str) -> [u8; CHARACTERS] {
    let mut rest = crc32(text.as_bytes());
    let mut characters = [0; CHARACTERS];
    for character in characters.iter_mut().rev() {
        *character = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    characters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_usual_crc() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(&of(""), b"000000");
    }
}
