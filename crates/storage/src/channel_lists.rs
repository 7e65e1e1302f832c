//! What the domain says of channels, as parts of statements of every SQL back end: which kind of device belongs to which channel is
//! said there alone.

use std::sync::LazyLock;

use campanile_domain::{Channel, DeviceKind};

/// The channels of devices, for `IN (…)`.
pub static OF_DEVICES: LazyLock<String> = LazyLock::new(|| list(Channel::of_devices()));

/// The channels that the suppression list knows, for `IN (…)`.
pub static OF_SUPPRESSIONS: LazyLock<String> = LazyLock::new(|| {
    list(
        Channel::ALL
            .into_iter()
            .filter(|one| one.has_suppressed_addresses()),
    )
});

/// The channel of a device `d`.
pub static OF_DEVICE: LazyLock<String> = LazyLock::new(|| {
    let cases = DeviceKind::ALL.map(|kind| format!("WHEN '{kind}' THEN '{}'", kind.channel()));
    format!("CASE d.kind {} END", cases.join(" "))
});

/// Names have the characters `a-z`, `0-9` and `_`.
fn list(channels: impl Iterator<Item = Channel>) -> String {
    let quoted: Vec<_> = channels.map(|one| format!("'{one}'")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_device_has_its_channel() {
        assert_eq!(*OF_DEVICES, "'push', 'web_push', 'apns'");
        assert_eq!(*OF_SUPPRESSIONS, "'push', 'email'");
        let expected = "CASE d.kind WHEN 'token' THEN 'push' WHEN 'fid' THEN 'push' \
            WHEN 'web_push' THEN 'web_push' WHEN 'apns' THEN 'apns' END";
        assert_eq!(*OF_DEVICE, expected);
    }
}
