//! Reading an inbox, and marking what is in it.

use campanile_domain::{InboxChange, NotificationId, NotificationType};
use campanile_pipeline::{change_notification, delete_notification, see_notifications};
use campanile_storage::{
    InboxFilter, ItemsWanted, PageSize, PageStart, Search, UpdatesSize, UpdatesWanted,
};
use campanile_storage_contract::fixture::{accept, notification, now, read_all};
use chrono::TimeDelta;

use super::Tour;

impl Tour<'_> {
    pub(super) async fn read(&self) {
        let (storage, acme, who) = (self.storage, &self.acme, self.user("reader"));
        let all: Vec<_> = (0..6)
            .map(|_| notification(acme, &self.someone("reader")))
            .collect();
        let ids: Vec<NotificationId> = all.iter().map(|one| one.id).collect();
        accept(storage, all).await;
        let kind = NotificationType::parse("message").ok();
        let changes: [fn(&mut InboxFilter); 6] = [
            |_| {},
            |filter| filter.unread_only = true,
            |filter| filter.notification_type = NotificationType::parse("message").ok(),
            |filter| filter.archived = true,
            |filter| filter.from = Some(now() - TimeDelta::hours(1)),
            |filter| filter.search = Search::of("nowhere"),
        ];
        for change in changes {
            let mut filter = InboxFilter::default();
            change(&mut filter);
            for start in [PageStart::Offset(0), PageStart::After(ids[3])] {
                let page =
                    storage.inbox_page(acme, &who, &filter, start, PageSize::rows(20), now());
                page.await.unwrap();
            }
            let count = storage.inbox_count(acme, &who, &filter, now());
            count.await.unwrap();
        }
        let newer = ItemsWanted::Newer {
            after: ids[1],
            up_to: Some(ids[4]),
            known: vec![ids[2]],
        };
        let due = ItemsWanted::Due {
            after: (now(), ids[1]),
            up_to: None,
        };
        for (items, counts, read_since) in [(newer, true, None), (due, false, Some(now()))] {
            let wanted = UpdatesWanted {
                tenant: acme.clone(),
                user: who.clone(),
                items,
                counts,
                read_since,
            };
            let size = UpdatesSize {
                each: PageSize::rows(20),
                bytes: usize::MAX,
            };
            let wanted = [wanted.clone(), wanted];
            let updates = storage.inbox_updates(&wanted, size, now());
            updates.await.unwrap();
        }
        for (id, change) in ids.iter().zip([
            InboxChange::Seen,
            InboxChange::Read,
            InboxChange::Unread,
            InboxChange::Archive,
        ]) {
            let changed = change_notification(storage, acme, &who, *id, change, now());
            changed.await.unwrap().unwrap();
        }
        let seen = see_notifications(storage, acme, &who, ids.clone(), now());
        assert!(seen.await.unwrap() > 0);
        storage.timeline(acme, ids[0]).await.unwrap().unwrap();
        for reader in [None, Some(&who)] {
            let found = storage.notification(acme, reader, ids[0]);
            found.await.unwrap().unwrap();
        }
        let deleted = delete_notification(storage, acme, &who, ids[4], now());
        deleted.await.unwrap().unwrap();
        let found = storage.marks_of(acme, &who, ids[5], now()).await.unwrap();
        let marks = found.unwrap().marks;
        let replaced = storage.replace_marks(acme, &who, ids[5], marks, marks, now());
        assert!(replaced.await.unwrap());
        // Of a type the young ones, which are listed first, and then the older ones.
        let read = read_all(storage, acme, &who, kind.as_ref(), now()).await;
        assert!(read.updated > 0);
        read_all(storage, acme, &who, None, now()).await;
    }
}
