//! Accounts that will not do, and keys however they are written.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use campanile_channels::push::{PushError, PushSettings, ServiceAccount};
use campanile_channels::{Reach, SenderFactory};
use campanile_domain::{OutcomeKind, SystemClock};
use campanile_test_support::fcm::{FcmAccount, FcmServer};
use jsonwebtoken::EncodingKey;

use super::{account, channel_of, send};

fn good() -> ServiceAccount {
    let known = FcmAccount::new();
    ServiceAccount {
        project_id: Some(known.project_id),
        client_email: Some(known.client_email),
        private_key: Some(known.private_key.into()),
        private_key_id: None,
        token_uri: None,
        endpoint: None,
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        STANDARD.encode(der)
    )
}

fn ec_key() -> String {
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
    pem("PRIVATE KEY", key.as_ref())
}

#[test]
fn each_mistake_names_its_field_and_shows_no_secret() {
    let text = |text: &str| Some(text.to_owned());
    let key = |key: &str| Some(key.to_owned().into());
    let cases = [
        (
            "project_id",
            ServiceAccount {
                project_id: None,
                ..good()
            },
        ),
        (
            "project_id",
            ServiceAccount {
                project_id: text(" "),
                ..good()
            },
        ),
        (
            "project_id",
            ServiceAccount {
                project_id: text("../hunter2"),
                ..good()
            },
        ),
        (
            "client_email",
            ServiceAccount {
                client_email: None,
                ..good()
            },
        ),
        (
            "client_email",
            ServiceAccount {
                client_email: text("hunter2"),
                ..good()
            },
        ),
        (
            "private_key",
            ServiceAccount {
                private_key: None,
                ..good()
            },
        ),
        (
            "private_key",
            ServiceAccount {
                private_key: key("hunter2"),
                ..good()
            },
        ),
        (
            "private_key",
            ServiceAccount {
                private_key: key(&pem("PRIVATE KEY", b"hunter2")),
                ..good()
            },
        ),
        (
            "private_key",
            ServiceAccount {
                private_key: key(&ec_key()),
                ..good()
            },
        ),
        (
            "token_uri",
            ServiceAccount {
                token_uri: text("nowhere"),
                ..good()
            },
        ),
        (
            "token_uri",
            ServiceAccount {
                token_uri: text("ftp://host/"),
                ..good()
            },
        ),
        (
            "endpoint",
            ServiceAccount {
                endpoint: text("https://u:hunter2@host/"),
                ..good()
            },
        ),
        (
            "endpoint",
            ServiceAccount {
                endpoint: text("https://host/?key=hunter2"),
                ..good()
            },
        ),
    ];
    for (named, account) in cases {
        let refused = PushSettings::parse(&account).unwrap_err();
        assert!(
            matches!(refused, PushError::Field { field, .. } if field == named),
            "{named}: {refused}"
        );
        let text = format!("{refused} {refused:?}");
        assert!(text.contains(named) && !text.contains("hunter2"), "{text}");
    }
    let settings = format!("{:?} {:?}", PushSettings::parse(&good()).unwrap(), good());
    assert!(!settings.contains("BEGIN"), "{settings}");
    assert!(settings.contains("https://fcm.googleapis.com/v1/projects/project-1/messages:send"));
}

#[tokio::test]
async fn a_key_signs_however_it_was_pasted() {
    let server = FcmServer::start().await;
    let pkcs8 = server.account().private_key.clone();
    let pkcs1 = EncodingKey::from_rsa_pem(pkcs8.as_bytes()).unwrap();
    let pkcs1 = pem("RSA PRIVATE KEY", pkcs1.as_bytes());
    for key in [pkcs8.replace('\n', "\\n"), format!("  {pkcs8}\n"), pkcs1] {
        let pasted = ServiceAccount {
            private_key: Some(key.into()),
            ..account(&server)
        };
        let outcome = send(&channel_of(&pasted, 1), "token:device").await;
        assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
    }
}

#[test]
fn a_service_account_file_can_be_read_as_it_is() {
    let known = FcmAccount::new();
    let file = serde_json::json!({
        "type": "service_account", "project_id": known.project_id, "private_key_id": "k",
        "private_key": known.private_key, "client_email": known.client_email, "client_id": "1",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token", "universe_domain": "googleapis.com",
    });
    let account: ServiceAccount = serde_json::from_value(file).unwrap();
    PushSettings::parse(&account).unwrap();
}

#[tokio::test]
async fn a_tenants_account_leads_into_no_private_network() {
    let server = FcmServer::start().await;
    let guarded = |account: &ServiceAccount, allowed: &[&str]| {
        let allowed = allowed.iter().map(|net| net.parse().unwrap()).collect();
        let factory = SenderFactory::new(Arc::new(SystemClock), allowed);
        factory.push(PushSettings::parse(account).unwrap(), Reach::Public)
    };
    let by_address = guarded(&account(&server), &[]).err().unwrap();
    assert!(
        by_address
            .to_string()
            .contains("endpoint: is not on the public internet"),
        "{by_address}"
    );
    let only_tokens = ServiceAccount {
        endpoint: None,
        ..account(&server)
    };
    let by_address = guarded(&only_tokens, &[]).err().unwrap();
    assert!(by_address.to_string().contains("token_uri"), "{by_address}");

    let localhost = |url: &str| Some(url.replace("127.0.0.1", "localhost"));
    let by_name = ServiceAccount {
        token_uri: localhost(server.token_uri()),
        endpoint: localhost(&server.endpoint()),
        ..account(&server)
    };
    let outcome = send(&guarded(&by_name, &[]).unwrap(), "token:device").await;
    assert_eq!(
        (outcome.kind, outcome.code.as_str()),
        (OutcomeKind::Misconfigured, "address_forbidden")
    );
    assert_eq!((server.exchanges(), server.connections()), (0, 0));

    let allowed = guarded(&account(&server), &["127.0.0.0/8"]).unwrap();
    assert_eq!(
        send(&allowed, "token:device").await.kind,
        OutcomeKind::Delivered
    );
}
