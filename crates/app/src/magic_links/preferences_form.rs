//! The form of the preference page.

use std::collections::BTreeSet;

use campanile_domain::{
    EffectivePreferences, NotificationType, Preferences, QuietHours, TenantId, UserId, WallTime,
    canonical_timezone,
};
use campanile_pipeline::{preferences_of, put_preferences};
use campanile_storage::{Storage, StorageError};
use chrono::{DateTime, Utc};

use super::preferences_page::Note;
use super::switches::{Way, is_on, switch};

/// What was sent.
#[derive(Debug, Default, PartialEq, Eq)]
struct Form {
    ways: BTreeSet<String>,
    types: BTreeSet<NotificationType>,
    on: BTreeSet<(String, NotificationType)>,
    quiet: bool,
    from: String,
    to: String,
    timezone: String,
}

impl Form {
    fn read(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            match &*name {
                "way" => {
                    form.ways.insert(value.into_owned());
                }
                "type" => form.types.extend(NotificationType::parse(&value)),
                "on" => {
                    if let Some((way, of)) = value.split_once(':')
                        && let Ok(of) = NotificationType::parse(of)
                    {
                        form.on.insert((way.to_owned(), of));
                    }
                }
                "quiet" => form.quiet = true,
                "from" => form.from = value.into_owned(),
                "to" => form.to = value.into_owned(),
                "timezone" => form.timezone = value.into_owned(),
                _ => {}
            }
        }
        form
    }
}

/// Saves what a form says; only what differs from what holds becomes the user's own choice, so the tenant's defaults go on
/// holding for the rest. Says what the page is to tell.
///
/// # Errors
/// [`StorageError`]; nothing is changed.
pub async fn save(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    body: &[u8],
    now: DateTime<Utc>,
) -> Result<Note, StorageError> {
    let known = preferences_of(storage, tenant, user).await?;
    let zone = storage
        .user(tenant, user)
        .await?
        .and_then(|user| user.timezone);
    let known = known.in_zone(zone.as_deref());
    match changed(&known, &Form::read(body)) {
        Ok(choices) => {
            put_preferences(storage, tenant, user, &choices, now).await?;
            Ok(Note::Saved)
        }
        Err(note) => Ok(note),
    }
}

fn changed(known: &EffectivePreferences, form: &Form) -> Result<Preferences, Note> {
    let effective = known.effective();
    let mut own = known.own().cloned().unwrap_or_default();
    for way in Way::ALL {
        let wanted = form.ways.contains(way.name());
        let (was, own) = match way {
            Way::Email => (effective.email_notifications, &mut own.email_notifications),
            Way::Push => (effective.push_notifications, &mut own.push_notifications),
        };
        if was != Some(wanted) {
            *own = Some(wanted);
        }
    }
    let mandatory = known.mandatory_types();
    let is_free = |of: &&NotificationType| mandatory.is_none_or(|all| !all.contains(*of));
    for of in form.types.iter().filter(is_free) {
        for way in Way::ALL {
            let wanted = form.on.contains(&(way.name().to_owned(), of.clone()));
            if wanted != is_on(&effective, of, way) {
                switch(&mut own, &effective, of, way, wanted);
            }
        }
    }
    if let Some(hours) = hours(effective.quiet_hours.as_ref(), form)? {
        own.quiet_hours = Some(hours);
    }
    let fits = own.channels.len() <= Preferences::MAX_TYPES
        && own.notification_types.len() <= Preferences::MAX_TYPES
        && own.to_stored().to_string().len() <= Preferences::MAX_BYTES;
    if fits { Ok(own) } else { Err(Note::TooMany) }
}

/// The hours that are wanted, if they differ from those that hold.
fn hours(known: Option<&QuietHours>, form: &Form) -> Result<Option<QuietHours>, Note> {
    let time = |text: &str| text.parse::<WallTime>().map_err(|_| Note::WrongHours);
    let (start, end) = (time(&form.from)?, time(&form.to)?);
    let timezone = canonical_timezone(form.timezone.trim()).map_err(|_| Note::WrongTimezone)?;
    let hours = QuietHours::new(form.quiet, start, end, Some(timezone));
    let hours = hours.map_err(|_| Note::WrongHours)?;
    Ok((Some(&hours) != known).then_some(hours))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use campanile_domain::{Channel, TenantPreferences};

    use super::*;

    const HOURS: &str = "from=22:00&to=08:00&timezone=UTC";

    fn known(own: Preferences) -> EffectivePreferences {
        let mandatory = NotificationType::parse("alert").expect("a type");
        let tenant = TenantPreferences {
            mandatory_types: [mandatory].into(),
            ..TenantPreferences::default()
        };
        EffectivePreferences::new(Some(Arc::new(tenant)), Some(Arc::new(own)))
    }

    fn saved(own: Preferences, body: &str) -> Result<Preferences, Note> {
        changed(&known(own), &Form::read(body.as_bytes()))
    }

    #[test]
    fn what_is_as_before_stays_the_tenants_choice() {
        let body = format!("way=email&way=push&type=news&on=email:news&on=push:news&{HOURS}");
        assert_eq!(
            saved(Preferences::default(), &body),
            Ok(Preferences::default())
        );
    }

    #[test]
    fn what_differs_is_stored_and_mandatory_types_are_left_alone() {
        let body = format!("way=push&type=news&type=alert&on=push:news&quiet=on&{HOURS}");
        let own = saved(Preferences::default(), &body).expect("saved");
        assert_eq!(own.email_notifications, Some(false));
        assert_eq!(own.push_notifications, None);
        let news = NotificationType::parse("news").expect("a type");
        assert_eq!(
            own.channels,
            [(news, [(Channel::Email, false)].into())].into()
        );
        assert!(own.quiet_hours.expect("set").enabled);
    }

    #[test]
    fn what_cannot_be_stored_is_said() {
        let base = "way=email&way=push";
        for (hours, note) in [
            ("from=22:00&to=22:00&timezone=UTC", Note::WrongHours),
            ("from=x&to=08:00&timezone=UTC", Note::WrongHours),
            ("from=22:00&to=08:00&timezone=Mars", Note::WrongTimezone),
            ("", Note::WrongHours),
        ] {
            let body = format!("{base}&{hours}");
            assert_eq!(saved(Preferences::default(), &body), Err(note), "{hours}");
        }
        let types: String = (0..101).map(|n| format!("&type=t{n}")).collect();
        let body = format!("{base}&{HOURS}{types}");
        assert_eq!(saved(Preferences::default(), &body), Err(Note::TooMany));
    }
}
