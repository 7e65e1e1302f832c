//! The stamp of a mail: its delivery's id and a code, which only this installation can compute. A report about a mail is
//! believed because it quotes the stamp.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_domain::DeliveryId;
use campanile_sealing::{DataKey, MAC_BYTES};
use uuid::Uuid;

/// What is authenticated is of no other use.
const PURPOSE: &str = "mail/stamp";
const ID_BYTES: usize = 16;

/// Writes the stamp of a delivery.
pub(crate) fn write(key: &DataKey, delivery: DeliveryId) -> String {
    let id = delivery.0.as_bytes();
    let mut bytes = Vec::with_capacity(ID_BYTES + MAC_BYTES);
    bytes.extend_from_slice(id);
    bytes.extend_from_slice(&key.mac(PURPOSE, id));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a stamp; `None` if it was not made with this key.
pub(crate) fn read(key: &DataKey, stamp: &str) -> Option<DeliveryId> {
    let bytes = URL_SAFE_NO_PAD.decode(stamp).ok()?;
    let (id, mac) = bytes.split_at_checked(ID_BYTES)?;
    let is_ours = key.is_mac(PURPOSE, id, mac);
    is_ours.then(|| Uuid::from_slice(id).ok().map(DeliveryId))?
}

#[cfg(test)]
mod tests {
    use campanile_domain::TenantId;

    use super::*;

    #[test]
    fn a_stamp_is_of_one_tenant_and_cannot_be_made_from_another() {
        let key = |tenant: &str| {
            let tenant = TenantId::parse(tenant).expect("valid");
            DataKey::of_links(&tenant, &[7; 32])
        };
        let delivery = DeliveryId(Uuid::from_u128(5));
        let stamp = write(&key("acme"), delivery);
        assert_eq!(read(&key("acme"), &stamp), Some(delivery));
        assert_eq!(read(&key("other"), &stamp), None);
        let neighbour = write(&key("acme"), DeliveryId(Uuid::from_u128(6 << 64)));
        let mixed = format!("{}{}", &neighbour[..21], &stamp[21..]);
        for wrong in ["", "AAAA", &stamp[..20], &mixed] {
            assert_eq!(read(&key("acme"), wrong), None, "{wrong}");
        }
    }
}
