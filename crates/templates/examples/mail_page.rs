//! Prints the page of a type in a language, to look at in a browser, or writes all pages into a folder:
//!
//! ```sh
//! cargo run -p campanile-templates --example mail_page -- new_message de > page.html
//! cargo run -p campanile-templates --example mail_page -- all pages
//! ```

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use std::io::Write;
use std::path::Path;

use campanile_domain::{
    Notification, NotificationId, NotificationType, Priority, TenantId, UserId,
};
use campanile_templates::{Form, Language, render};

const SAMPLES: [(&str, &str); 5] = [
    (
        "new_message",
        r#"{"sender_info": {"username": "ada", "display_name": "Ada Lovelace"}, "room_name": "Analytical Engine",
            "message_preview": "The notes are ready.\n\nWould you read them before Friday? I would like to talk about the table in section G: example.org/notes"}"#,
    ),
    (
        "room_invitation",
        r#"{"inviter_username": "grace", "room_name": "Compilers",
            "room_description": "Everything between a source file and a program that runs."}"#,
    ),
    ("friend_request", r#"{"sender_username": "katherine"}"#),
    (
        "friend_request_accepted",
        r#"{"sender_info": {"display_name": "Émilie du Châtelet"}}"#,
    ),
    (
        "order.shipped",
        r#"{"text": "طلبك في الطريق إليك.\nرقم التتبع: 12345"}"#,
    ),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let wanted = arguments.next().unwrap_or_default();
    let second = arguments.next();
    if wanted == "all" {
        return all(Path::new(&second.ok_or("name a folder")?));
    }
    let known = || SAMPLES.map(|(name, _)| name).join(", ");
    let (name, content) = SAMPLES
        .into_iter()
        .find(|(name, _)| *name == wanted)
        .ok_or_else(|| format!("name a type of {}, or \"all\" and a folder", known()))?;
    let page = page(name, content, second.as_deref().unwrap_or("en"))?;
    std::io::stdout().write_all(page.as_bytes())?;
    Ok(())
}

/// Writes a page for each type and language.
fn all(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    std::fs::create_dir_all(folder)?;
    for (name, content) in SAMPLES {
        for language in Language::ALL {
            let file = folder.join(format!("{name}.{}.html", language.tag()));
            std::fs::write(file, page(name, content, language.tag())?)?;
        }
    }
    Ok(())
}

fn page(name: &str, content: &str, locale: &str) -> Result<String, Box<dyn std::error::Error>> {
    let now = chrono::Utc::now();
    let notification = Notification {
        id: NotificationId::at(now),
        tenant: TenantId::parse("acme")?,
        user_id: UserId::parse("u1")?,
        notification_type: NotificationType::parse(name)?,
        priority: Priority::Normal,
        title: None,
        body: None,
        content: content.into(),
        channels: None,
        send_at: None,
        expires_at: None,
        collapse_key: None,
        item: Default::default(),
        correlation_id: String::new(),
        created_at: now,
    };
    Ok(render(&notification, Form::Mail, locale)
        .html
        .unwrap_or_default())
}
