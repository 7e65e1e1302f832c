//! The list itself.

use super::{AddressColumn, Holds, OpenTexts, SealedKey, SealedPlace};

/// All of them. Addresses come last: a pass that begins soon after a key was made leaves them out (ADR 93).
pub const SEALED_PLACES: &[SealedPlace] = &[
    SealedPlace {
        table: "providers",
        key: &[SealedKey::Text("name")],
        is_by_time: false,
        column: "sealed",
        holds: Holds::Blob {
            purpose: "provider",
            open: None,
        },
    },
    SealedPlace {
        table: "ingest_addresses",
        key: &[SealedKey::Id("id")],
        is_by_time: false,
        column: "sealed",
        holds: Holds::Blob {
            purpose: "ingest",
            open: None,
        },
    },
    SealedPlace {
        table: "fanouts",
        key: &[SealedKey::Id("id")],
        is_by_time: true,
        column: "sealed",
        holds: Holds::Blob {
            purpose: "fanouts",
            open: Some(OpenTexts {
                columns: [
                    Some("title"),
                    Some("body"),
                    Some("content"),
                    None,
                    None,
                    Some("link"),
                    Some("actions"),
                ],
                unless: None,
            }),
        },
    },
    SealedPlace {
        table: "notifications",
        key: &[SealedKey::Id("id")],
        is_by_time: true,
        column: "sealed",
        holds: Holds::Blob {
            purpose: "notifications",
            open: Some(OpenTexts {
                columns: [
                    Some("title"),
                    Some("body"),
                    Some("content"),
                    Some("item_title"),
                    Some("item_body"),
                    Some("link"),
                    Some("actions"),
                ],
                unless: Some("deleted_at"),
            }),
        },
    },
    SealedPlace {
        table: "suppressions",
        key: &[
            SealedKey::Text("channel"),
            SealedKey::Text("address"),
            SealedKey::Text("notification_type"),
        ],
        is_by_time: false,
        column: "address",
        holds: Holds::Address(AddressColumn::Listed),
    },
    SealedPlace {
        table: "users",
        key: &[SealedKey::Text("user_id")],
        is_by_time: false,
        column: "email",
        holds: Holds::Address(AddressColumn::Mailbox),
    },
    SealedPlace {
        table: "user_addresses",
        key: &[SealedKey::Text("user_id"), SealedKey::Text("channel")],
        is_by_time: false,
        column: "address",
        holds: Holds::Address(AddressColumn::OfUser),
    },
    SealedPlace {
        table: "devices",
        key: &[SealedKey::Id("id")],
        is_by_time: false,
        column: "value",
        holds: Holds::Address(AddressColumn::OfDevice),
    },
    SealedPlace {
        table: "deliveries",
        key: &[SealedKey::Id("notification_id"), SealedKey::Id("id")],
        is_by_time: true,
        column: "address",
        holds: Holds::Address(AddressColumn::OfDelivery),
    },
];
