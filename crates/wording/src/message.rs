//! What a channel sends.

use std::time::Instant;

use campanile_domain::{
    Assigned, CONTROL, Channel, Notification, NotificationType, TenantId, TextLevel,
};
use campanile_storage::StorageError;
use campanile_templates::{Form, Language, Message, locale_chain};

use crate::built_in::level;
use crate::count::{counted, render_built_in, timed};
use crate::stored::Asks;
use crate::stored_words::{ReaderFacts, Stored};
use crate::tenants::Set;
use crate::wording::stored;
use crate::{Worded, Wording};

impl Wording {
    /// What a channel sends of a stored notification, in the device's locale if it has one, else in that of the
    /// notification's row.
    ///
    /// # Errors
    /// The database does not answer: the message would be in other words than the tenant has published, so it is to be
    /// made later.
    pub async fn message(
        &self,
        notification: &Notification,
        channel: Channel,
        device: Option<&str>,
    ) -> Result<Worded, StorageError> {
        let item = &notification.item;
        let set = self.set_by(&notification.tenant).await?;
        let chain = |device| locale_chain(device, item.locale.as_deref(), set.locale.as_deref());
        let asked = chain(device);
        let (tenant, of) = (&notification.tenant, &notification.notification_type);
        let stored = self.stored(tenant, of, item.version, &set).await?;
        let mut assigned = None;
        if let Some(stored) = &stored {
            let begun = Instant::now();
            let reader = self
                .reader(notification, stored.version.asks(channel))
                .await?;
            let context = stored.context(notification, &asked, reader);
            let given = item.variants.get(&channel);
            assigned = stored.version.holding(channel, &asked, given).cloned();
            let variant = assigned.as_ref().map_or(CONTROL, |one| &one.variant);
            if let Some((worded, _)) = stored.words(channel, &asked, variant, &context).words {
                let worded = Worded { assigned, ..worded };
                return Ok(timed(channel, begun, worded));
            }
        }
        let of_user = device.map(|_| chain(None));
        let (of_user, stored) = (of_user.as_deref(), stored.as_ref());
        let worded = without_template(notification, channel, &asked, of_user, stored);
        let assigned = assigned.map(|one| Assigned { fault: true, ..one });
        Ok(Worded { assigned, ..worded })
    }

    /// What a template may ask of a notification's user. Nothing is looked up that it does not name.
    async fn reader(
        &self,
        notification: &Notification,
        asks: Asks,
    ) -> Result<ReaderFacts, StorageError> {
        let who = (notification.tenant.clone(), notification.user_id.clone());
        let mut reader = ReaderFacts::default();
        if asks.zone {
            let known = self.readers.get(&who).await?;
            reader.timezone = known.and_then(|known| known.timezone.clone());
        }
        if asks.user {
            reader.attributes = self.attributes.get(&who).await?.unwrap_or_default();
        }
        Ok(reader)
    }

    /// The version that a notification names, to render with; `None` if it names none or the version is gone.
    async fn stored(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
        number: Option<i64>,
        set: &Set,
    ) -> Result<Option<Stored>, StorageError> {
        let Some(number) = number else {
            return Ok(None);
        };
        let Ok(version) = u64::try_from(number) else {
            return Ok(None);
        };
        let key = (tenant.clone(), of.clone(), version);
        let found = self.versions.get(&key).await?;
        Ok(found.map(|found| stored(number, found, set)))
    }
}

/// What is said where the channel has no template, or it fails. The locales are those asked for, and those
/// of the user where they may be others.
fn without_template(
    notification: &Notification,
    channel: Channel,
    asked: &[String],
    of_user: Option<&[String]>,
    stored: Option<&Stored>,
) -> Worded {
    let (form, item) = (form(channel), &notification.item);
    if form == Form::Short
        && item.locale.is_some()
        && let Some(title) = notification.shown_title()
    {
        let language = |chain: &[String]| Language::of_chain(chain.iter().map(String::as_str));
        // What users see in the inbox is what a push says, so it need not be made again.
        if of_user.is_none_or(|of_user| language(asked) == language(of_user)) {
            let text = notification.shown_body().unwrap_or_default();
            let worded = Worded {
                message: Message {
                    title: title.to_owned(),
                    text: text.to_owned(),
                    html: None,
                    image: None,
                },
                level: match &stored {
                    Some(stored) if stored.version.has(Channel::InApp) => TextLevel::Stored,
                    _ => level(&notification.notification_type),
                },
                version: item.version,
                locale: language(asked).tag().to_owned(),
                assigned: None,
            };
            return counted(channel, worded);
        }
    }
    let made = stored.is_some_and(|stored| stored.version.has(Channel::InApp));
    if made && form == Form::Mail {
        let shown = as_shown(notification);
        return render_built_in(&shown, asked, channel, form);
    }
    render_built_in(notification, asked, channel, form)
}

const fn form(channel: Channel) -> Form {
    match channel {
        Channel::Email => Form::Mail,
        _ => Form::Short,
    }
}

/// With the title and text that a template gave its inbox item, so that a mail without a template says the same.
fn as_shown(notification: &Notification) -> Notification {
    Notification {
        title: notification.shown_title().map(str::to_owned),
        body: notification.shown_body().map(str::to_owned),
        ..notification.clone()
    }
}
