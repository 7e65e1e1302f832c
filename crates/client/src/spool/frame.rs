//! How entries stand in a segment: length, checksum, bytes.

use super::SpoolError;

/// Length and CRC-32, both little-endian.
pub(super) const HEADER_BYTES: usize = 8;

/// Four times what the service takes in one request.
const MAX_PAYLOAD_BYTES: usize = 1024 * 1024;

/// A frame found in a segment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    /// Its place, from the beginning of the bytes that were walked.
    pub(super) end: usize,
    /// With the header.
    pub(super) bytes: usize,
    /// Nothing if the checksum says that these are not the bytes that were written.
    pub(super) payload: Option<&'a [u8]>,
}

/// The bytes of a frame.
pub(super) fn encode(payload: &[u8]) -> Result<Vec<u8>, SpoolError> {
    let too_large = SpoolError::TooLarge {
        bytes: payload.len(),
    };
    if payload.len() > MAX_PAYLOAD_BYTES {
        return Err(too_large);
    }
    let length = u32::try_from(payload.len()).map_err(|_| too_large)?;
    let mut frame = Vec::with_capacity(HEADER_BYTES + payload.len());
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(&crc32fast::hash(payload).to_le_bytes());
    frame.extend_from_slice(payload);
    Ok(frame)
}

/// Walks from frame to frame by their lengths, as far as these lead.
pub(super) fn walk(bytes: &[u8]) -> impl Iterator<Item = Frame<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let header: [u8; HEADER_BYTES] = bytes.get(at..at + HEADER_BYTES)?.try_into().ok()?;
        let [l0, l1, l2, l3, c0, c1, c2, c3] = header;
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        // No entry is empty; a file's unwritten blocks are zeros.
        if length == 0 || length > MAX_PAYLOAD_BYTES {
            return None;
        }
        let begin = at + HEADER_BYTES;
        let payload = bytes.get(begin..begin + length)?;
        at = begin + length;
        let is_sound = crc32fast::hash(payload) == u32::from_le_bytes([c0, c1, c2, c3]);
        Some(Frame {
            end: at,
            bytes: HEADER_BYTES + length,
            payload: is_sound.then_some(payload),
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sound(bytes: &[u8]) -> Vec<Vec<u8>> {
        let payloads = walk(bytes).map_while(|frame| frame.payload);
        payloads.map(<[u8]>::to_vec).collect()
    }

    proptest! {
        /// Wherever the bytes break off, what was complete before is found, and nothing else.
        #[test]
        fn a_torn_tail_takes_nothing_with_it(
            payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..40), 1..8),
            cut in any::<prop::sample::Index>(),
        ) {
            let frames: Vec<_> = payloads.iter().map(|p| encode(p).unwrap()).collect();
            let all = frames.concat();
            let cut = cut.index(all.len() + 1);
            let mut end = 0;
            let whole = frames.iter().take_while(|f| { end += f.len(); end <= cut }).count();
            prop_assert_eq!(sound(&all[..cut]), &payloads[..whole]);
        }

        /// A flipped bit in a payload costs that entry only.
        #[test]
        fn damage_is_noticed_and_passed_by(bit in 0..80_usize) {
            let mut all = [encode(&[1; 10]), encode(&[2; 10])].map(Result::unwrap).concat();
            all[HEADER_BYTES + bit / 8] ^= 1 << (bit % 8);
            let found: Vec<_> = walk(&all).map(|frame| frame.payload).collect();
            prop_assert_eq!(found, [None, Some([2; 10].as_slice())]);
        }
    }

    #[test]
    fn zeros_and_nonsense_end_the_walk() {
        assert_eq!(walk(&[0; 64]).count(), 0);
        assert_eq!(walk(&[0xff; 64]).count(), 0);
        assert!(encode(&vec![0; MAX_PAYLOAD_BYTES + 1]).is_err());
    }
}
