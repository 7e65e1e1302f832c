//! What the words of a message cost: what is in use is resolved and its templates are compiled, as for the second message of
//! a version. `cargo bench -p campanile-wording`.
//!
//! The bars are those of `campanile-templates`, with resolving: built-in words 20 µs, a stored text 50 µs, a stored mail of 10 KB of
//! HTML 200 µs, each the median on one thread.

#![allow(missing_docs, reason = "a program")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a measurement"
)]

use std::sync::Arc;

use campanile_domain::{
    Channel, Notification, NotificationType, Precondition, TemplateKey, TemplateSnapshot, TenantId,
    User, UserId,
};
use campanile_pipeline::{Publication, Published, SaveDraft, publish, put_user, save_draft};
use campanile_storage::Storage;
use campanile_storage_contract::fixture::{notification, now, tenants};
use campanile_storage_sqlite::SqliteStorage;
use campanile_wording::{Group, Wording};
use tokio::runtime::Runtime;

#[global_allocator]
static ALLOC: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
}

const CONTENT: &str = r#"{"sender_username": "ada", "sender_info": {"display_name": "Ada Lovelace"}, "room_name": "Engine",
    "message_preview": "The notes are ready. Would you read them before Friday?", "at": "2026-03-01T09:30:00Z", "total": "1234.5",
    "items": [{"name": "Cup", "price": 4.5}, {"name": "Tea & Co", "price": 12}, {"name": "Pot", "price": 30}]}"#;

/// A tenant with templates of one type and none of another.
struct Bench {
    runtime: Runtime,
    wording: Wording,
    tenant: TenantId,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (wording, tenant) = runtime.block_on(async {
            let storage = SqliteStorage::open(&folder.path().join("b.db"))
                .await
                .unwrap();
            let [tenant] = tenants(&storage, ["acme"]).await;
            let storage: Arc<dyn Storage> = Arc::new(storage);
            published(storage.as_ref(), &tenant).await;
            let user = User {
                tenant: tenant.clone(),
                id: UserId::parse("u1").unwrap(),
                email: None,
                email_gone_at: None,
                locale: Some("de-AT".into()),
                timezone: Some("Europe/Vienna".into()),
                attributes: r#"{"first_name": "Zoë"}"#.into(),
                created_at: now(),
                updated_at: now(),
            };
            put_user(storage.as_ref(), &user).await.unwrap();
            (Wording::new(storage), tenant)
        });
        Self {
            runtime,
            wording,
            tenant,
            _folder: folder,
        }
    }

    fn asked(&self, of: &str) -> Notification {
        Notification {
            notification_type: NotificationType::parse(of).unwrap(),
            content: CONTENT.into(),
            ..notification(&self.tenant, "u1")
        }
    }

    /// As it is stored.
    fn accepted(&self, of: &str) -> Notification {
        let mut one = self.asked(of);
        let group = Group::of(std::slice::from_ref(&one)).unwrap();
        let items = self.runtime.block_on(self.wording.items(&[group])).unwrap();
        one.item = Arc::clone(&items[0][0]);
        one
    }

    fn message(&self, bencher: divan::Bencher<'_, '_>, of: &str, channel: Channel) {
        let one = self.accepted(of);
        let message = || {
            let made = self.wording.message(divan::black_box(&one), channel, None);
            self.runtime.block_on(made).unwrap()
        };
        let page = message().message.html;
        if of == "stored" && channel == Channel::Email {
            let bytes = page.unwrap().len();
            assert!((10_000..12_500).contains(&bytes), "{bytes}");
        }
        bencher.bench_local(message);
    }
}

async fn published(storage: &dyn Storage, tenant: &TenantId) {
    let of = NotificationType::parse("stored").unwrap();
    let paragraph = "<p class=\"text\">Sehr geehrte Damen und Herren, dies ist ein Absatz einer längeren Nachricht.</p>\n";
    let html = format!(
        "<html><head><style>.text {{ margin: 0 }}</style></head><body><h1>{{{{ title }}}}</h1>{}<table>\
        {{% for item in content.items %}}<tr><td><a href=\"https://shop.example/{{{{ item.name|urlencode }}}}\">{{{{ item.name }}}}</a></td>\
        <td>{{{{ item.price|money('EUR') }}}}</td></tr>{{% endfor %}}</table></body></html>",
        paragraph.repeat(84),
    );
    let title = "{{ content.sender_info.display_name }} schreibt in {{ content.room_name }}";
    let body = "{{ content.message_preview|truncate(80) }} ({{ content.at|datetime }}, {{ content.items|length }} Anhänge, {{ content.total|money('EUR') }})";
    let short = [("title", title), ("body", body)];
    let mail = [("subject", title), ("preheader", body), ("html", &*html)];
    for (channel, parts) in [
        (Channel::InApp, &short[..]),
        (Channel::Push, &short),
        (Channel::Email, &mail),
    ] {
        let own = |(name, source): &(&str, &str)| ((*name).to_owned(), (*source).to_owned());
        let save = SaveDraft {
            key: TemplateKey {
                notification_type: of.clone(),
                channel,
                locale: "de".into(),
            },
            parts: parts.iter().map(own).collect(),
            seen: Precondition::None,
            by: "ann".into(),
            now: now(),
        };
        save_draft(storage, tenant, save).await.unwrap();
    }
    let drafts = storage.template_drafts(tenant, Some(&of)).await.unwrap();
    let publication = Publication {
        notification_type: of,
        snapshot: TemplateSnapshot::of(drafts, None),
        in_use: Vec::new(),
        at: None,
        comment: None,
        seen: None,
        by: "ann".into(),
        now: now(),
    };
    let done = publish(storage, tenant, publication).await.unwrap();
    assert!(matches!(done, Published::Version(_)), "{done:?}");
}

#[divan::bench]
fn built_in_push(bencher: divan::Bencher<'_, '_>) {
    Bench::new().message(bencher, "new_message", Channel::Push);
}

#[divan::bench]
fn built_in_mail(bencher: divan::Bencher<'_, '_>) {
    Bench::new().message(bencher, "new_message", Channel::Email);
}

#[divan::bench]
fn stored_push(bencher: divan::Bencher<'_, '_>) {
    Bench::new().message(bencher, "stored", Channel::Push);
}

#[divan::bench]
fn stored_mail(bencher: divan::Bencher<'_, '_>) {
    Bench::new().message(bencher, "stored", Channel::Email);
}

/// One request's inbox texts.
#[divan::bench(args = ["new_message", "stored"])]
fn item(bencher: divan::Bencher<'_, '_>, of: &str) {
    let bench = Bench::new();
    let one = bench.asked(of);
    bencher.bench_local(|| {
        let group = Group::of(std::slice::from_ref(divan::black_box(&one))).unwrap();
        bench
            .runtime
            .block_on(bench.wording.items(&[group]))
            .unwrap()
    });
}
