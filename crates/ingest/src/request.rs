//! From a message and the address that it came to, to a request to send.

use campanile_domain::{Action, IngestAddress, IngestTarget, Link, LinkScheme, TopicKey, UserId};
use campanile_intake::SendRequest;
use chrono::{DateTime, Utc};

use crate::Message;
use crate::texts;

impl Message {
    /// Whom it is for: users by name, or the subscribers of a topic. `None` where the address leaves that to a caller who
    /// has not said it.
    pub fn recipients(&self, address: &IngestAddress) -> Option<Result<Vec<UserId>, TopicKey>> {
        match &address.target {
            IngestTarget::Users(users) => Some(Ok(users.clone())),
            IngestTarget::Topic(topic) => Some(Err(topic.clone())),
            IngestTarget::Named => self.topic.clone().map(Err),
        }
    }

    /// The links that may be opened only where the tenant has allowed their schemes.
    pub fn has_own_schemes(&self) -> bool {
        let links = self.actions.iter().map(|(_, link)| link);
        let mut links = links
            .chain(&self.link)
            .filter_map(|link| Link::parse(link).ok());
        links.any(|link| !link.is_https())
    }

    /// The request to send; its recipients are still to be set. Links that may not be opened are left out: they
    /// stand in `content` as they were written.
    pub fn request(
        self,
        address: &IngestAddress,
        own_schemes: &[LinkScheme],
        now: DateTime<Utc>,
    ) -> SendRequest {
        let allowed = |text: &str| {
            let link = Link::parse(text).ok();
            link.filter(|link| link.is_allowed(own_schemes))
        };
        let actions = self.actions.iter().filter_map(|(title, link)| {
            let title = texts::cut(&texts::title(title)?, Action::MAX_TITLE_BYTES);
            Some((title, allowed(link)?))
        });
        let actions = actions.take(Action::MOST).enumerate();
        let actions = actions.map(|(place, (title, link))| Action {
            id: format!("action-{place}"),
            title,
            link,
        });
        let settings = &address.settings;
        let by_group = self.group.as_ref().map(crate::Group::collapse_key);
        SendRequest {
            notification_type: settings.notification_type.clone(),
            recipients: Vec::new(),
            content: self.content.to_json().into(),
            channels: settings.channels.clone(),
            priority: self.priority.unwrap_or(settings.priority),
            title: self.title.or_else(|| texts::title(&address.name)),
            body: self.body,
            link: self.link.as_deref().and_then(allowed),
            actions: actions.collect(),
            send_at: self.send_at.filter(|at| *at > now),
            send_at_as_written: self.send_at,
            expires_at: None,
            is_late: false,
            collapse_key: self.collapse_key.or(by_group),
            lane: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use campanile_domain::{
        Channel, IngestId, IngestKind, IngestSettings, NotificationType, Priority, TenantId,
    };

    use super::*;

    fn address(target: IngestTarget) -> IngestAddress {
        let now = Utc::now();
        IngestAddress {
            id: IngestId::at(now),
            tenant: TenantId::parse("acme").expect("valid"),
            kind: IngestKind::Ntfy,
            name: "The attic".into(),
            target,
            settings: IngestSettings {
                notification_type: NotificationType::parse("home").expect("valid"),
                priority: Priority::Low,
                channels: Some(vec![Channel::Push]),
                rate: None,
                notify_resolved: false,
                mapping: None,
            },
            sealed: None,
            created_at: now,
            revoked_at: None,
        }
    }

    #[test]
    fn the_address_says_what_the_caller_has_not_said() {
        let address = address(IngestTarget::Named);
        let request = Message::default().request(&address, &[], Utc::now());
        assert_eq!(request.title.as_deref(), Some("The attic"));
        assert_eq!(request.priority, Priority::Low);
        assert_eq!(request.channels, Some(vec![Channel::Push]));
        assert_eq!(&*request.content, "{}");
        assert!(Message::default().recipients(&address).is_none());
        let said = Message {
            title: Some("Fire".into()),
            priority: Some(Priority::Critical),
            topic: Some(TopicKey::parse("home").expect("valid")),
            ..Message::default()
        };
        assert!(matches!(said.recipients(&address), Some(Err(topic)) if topic.as_str() == "home"));
        let request = said.request(&address, &[], Utc::now());
        assert_eq!(request.title.as_deref(), Some("Fire"));
        assert_eq!(request.priority, Priority::Critical);
    }

    #[test]
    fn only_links_that_may_be_opened_are_kept() {
        let address = address(IngestTarget::Named);
        let message = || Message {
            link: Some("http://192.168.1.2/".into()),
            actions: [
                ("Evil", "javascript:alert(1)"),
                ("App", "myapp://door"),
                ("Site", "https://example.com/"),
            ]
            .map(|(title, link)| (title.to_owned(), link.to_owned()))
            .into(),
            ..Message::default()
        };
        assert!(message().has_own_schemes());
        let request = message().request(&address, &[], Utc::now());
        assert!(request.link.is_none());
        let titles: Vec<_> = request.actions.iter().map(|one| &*one.title).collect();
        assert_eq!(titles, ["Site"]);
        let own = [LinkScheme::parse("myapp").expect("a scheme")];
        let request = message().request(&address, &own, Utc::now());
        assert_eq!(request.actions.len(), 2);
    }
}
