//! A tenant with users of several languages.

use std::path::PathBuf;
use std::sync::Arc;

use campanile_domain::{ItemTexts, Notification, NotificationType, TenantId, User, UserId};
use campanile_pipeline::put_user;
use campanile_storage_contract::fixture::{notification, now, tenants};
use campanile_storage_sqlite::SqliteStorage;
use campanile_wording::{Group, Wording};

pub struct House {
    pub storage: Arc<SqliteStorage>,
    pub wording: Wording,
    pub tenant: TenantId,
    dir: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

impl House {
    pub async fn new() -> Self {
        let dir = std::env::temp_dir().join(format!("campanile-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&dir).unwrap();
        let storage = Arc::new(SqliteStorage::open(&dir.join("t.db")).await.unwrap());
        let [tenant] = tenants(storage.as_ref(), ["acme"]).await;
        let house = Self {
            wording: Wording::new(storage.clone()),
            storage,
            tenant,
            dir,
        };
        for (name, locale) in [
            ("vienna", Some("de-AT")),
            ("tokyo", Some("ja")),
            ("mute", None),
        ] {
            house.put(name, locale).await;
        }
        house
    }

    pub async fn put(&self, name: &str, locale: Option<&str>) {
        let user = User {
            tenant: self.tenant.clone(),
            id: UserId::parse(name).unwrap(),
            email: None,
            email_gone_at: None,
            locale: locale.map(str::to_owned),
            timezone: None,
            attributes: "{}".into(),
            created_at: now(),
            updated_at: now(),
        };
        put_user(self.storage.as_ref(), &user).await.unwrap();
    }

    /// A friend request of Ada's.
    pub fn request(&self, to: &str) -> Notification {
        Notification {
            notification_type: NotificationType::parse("friend_request").unwrap(),
            content: r#"{"sender_username":"Ada"}"#.into(),
            ..notification(&self.tenant, to)
        }
    }

    /// What these users see of a notification.
    pub async fn items(&self, says: &Notification, users: &[&str]) -> Vec<Arc<ItemTexts>> {
        let users: Vec<_> = users
            .iter()
            .map(|name| UserId::parse(name).unwrap())
            .collect();
        let group = Group {
            says,
            users: users.iter().collect(),
        };
        self.wording.items(&[group]).await.unwrap().pop().unwrap()
    }
}
