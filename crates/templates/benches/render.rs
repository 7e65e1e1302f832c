//! What a text costs: resolved and compiled, so as the second one of a version. `cargo bench -p campanile-templates`.
//!
//! The bars: a built-in text 20 µs, a stored text 50 µs, a stored mail of 10 KB of HTML 200 µs, each the median on one
//! thread.

#![allow(missing_docs, reason = "a program")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a measurement"
)]

use std::collections::BTreeMap;

use campanile_domain::{
    Notification, NotificationId, NotificationType, Priority, TenantId, UserId,
};
use campanile_templates::{
    Compiled, Context, Form, PartSources, Source, TemplateKind, User, compile, render,
};

#[global_allocator]
static ALLOC: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
}

const CONTENT: &str = r#"{"sender_username": "ada", "sender_info": {"display_name": "Ada Lovelace"}, "room_name": "Engine",
    "message_preview": "The notes are ready. Would you read them before Friday?", "at": "2026-03-01T09:30:00Z", "total": "1234.5",
    "items": [{"name": "Cup", "price": 4.5}, {"name": "Tea & Co", "price": 12}, {"name": "Pot", "price": 30}]}"#;

fn notification() -> Notification {
    let now = chrono::DateTime::from_timestamp(1_772_357_400, 0).unwrap();
    Notification {
        id: NotificationId::at(now),
        tenant: TenantId::parse("acme").unwrap(),
        user_id: UserId::parse("u1").unwrap(),
        notification_type: NotificationType::parse("new_message").unwrap(),
        priority: Priority::Normal,
        title: None,
        body: None,
        content: CONTENT.into(),
        channels: None,
        send_at: None,
        expires_at: None,
        collapse_key: None,
        item: std::sync::Arc::default(),
        correlation_id: String::new(),
        created_at: now,
    }
}

fn context() -> Context {
    Context {
        tenant: "acme".into(),
        notification_type: "new_message".into(),
        title: "New message from Ada Lovelace in Engine".into(),
        body: "The notes are ready.".into(),
        content: CONTENT.into(),
        user: User {
            id: "u1".into(),
            attributes: r#"{"first_name": "Zoë"}"#.into(),
            locale: Some("de-AT".into()),
            timezone: Some("Europe/Vienna".into()),
        },
        brand: r#"{"name": "Acme"}"#.into(),
        now: chrono::DateTime::from_timestamp(1_772_360_000, 0).unwrap(),
        ..Context::default()
    }
}

fn compiled(kind: TemplateKind, parts: &[(&str, &str)]) -> Compiled {
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    compile(Source {
        kind,
        locale: "de",
        parts: &PartSources(parts.iter().map(owned).collect()),
        partials: &BTreeMap::new(),
        layouts: &BTreeMap::new(),
        link_schemes: &[],
    })
    .unwrap()
}

#[divan::bench]
fn built_in_short(bencher: divan::Bencher<'_, '_>) {
    let notification = notification();
    bencher.bench(|| render(divan::black_box(&notification), Form::Short, "de"));
}

#[divan::bench]
fn built_in_mail(bencher: divan::Bencher<'_, '_>) {
    let notification = notification();
    bencher.bench(|| render(divan::black_box(&notification), Form::Mail, "de"));
}

#[divan::bench]
fn stored_text(bencher: divan::Bencher<'_, '_>) {
    let parts = [
        (
            "title",
            "{{ content.sender_info.display_name }} schreibt in {{ content.room_name }}",
        ),
        (
            "body",
            "{{ content.message_preview|truncate(80) }} ({{ content.at|datetime }}, {{ content.items|length }} Anhänge, {{ content.total|money('EUR') }})",
        ),
    ];
    let (compiled, context) = (compiled(TemplateKind::Push, &parts), context());
    bencher.bench(|| compiled.render(divan::black_box(&context)).unwrap());
}

/// A page of 10 KB with styles, a list and a text that is made of it.
#[divan::bench]
fn stored_mail(bencher: divan::Bencher<'_, '_>) {
    let paragraph = "<p class=\"text\">Sehr geehrte Damen und Herren, dies ist ein Absatz einer längeren Nachricht.</p>\n";
    let html = format!(
        "<html><head><style>.text {{ margin: 0 }}</style></head><body><h1>{{{{ title }}}}</h1>{}<table>\
        {{% for item in content.items %}}<tr><td><a href=\"https://shop.example/{{{{ item.name|urlencode }}}}\">{{{{ item.name }}}}</a></td>\
        <td>{{{{ item.price|money('EUR') }}}}</td></tr>{{% endfor %}}</table></body></html>",
        paragraph.repeat(84),
    );
    let parts = [
        ("subject", "{{ title }}"),
        ("preheader", "{{ body }}"),
        ("html", &html),
    ];
    let (compiled, context) = (compiled(TemplateKind::Email, &parts), context());
    let page = compiled.render(&context).unwrap().remove("html").unwrap();
    assert!((10_000..12_000).contains(&page.len()), "{}", page.len());
    bencher.bench(|| compiled.render(divan::black_box(&context)).unwrap());
}
