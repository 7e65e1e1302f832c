//! What happens in an inbox reaches its streams.

use std::time::Duration;

use campanile_cache::{AllRead, InboxSignal, Mailbox, Read};
use campanile_domain::{InboxChange, NotificationId, NotificationType};
use campanile_live::{Ending, Event, Refused, StreamLimits};
use campanile_pipeline::change_notification;
use campanile_storage_contract::fixture::{self, notification, user};
use chrono::{TimeDelta, Utc};

use super::support::{Listener, Station};

#[tokio::test]
async fn a_stream_begins_with_the_numbers_and_goes_on_with_what_arrives() {
    let station = Station::new().await;
    station.send("anna", 3).await;
    let mut stream = Listener::of(station.try_open(station.of("anna")).await.unwrap());
    let first = stream.next().await;
    let Event::Connection {
        unread,
        total,
        resumed,
        cursor,
    } = first
    else {
        panic!("{first:?}");
    };
    assert_eq!((unread, total, resumed), (3, 3, false));
    assert!(cursor <= NotificationId::first_of(Utc::now()));
    station.send("bert", 1).await;
    let sent = station.send("anna", 2).await;
    assert_eq!(stream.ids(2).await, sent);
    let reported = stream.next().await;
    assert_eq!(
        reported,
        Event::Count {
            unread: 5,
            total: 5
        }
    );
}

#[tokio::test]
async fn two_streams_of_a_user_get_the_same() {
    let station = Station::new().await;
    let mut first = station.open(station.of("anna")).await;
    let sent = station.send("anna", 1).await;
    assert_eq!(first.ids(1).await, sent);
    let mut second = station.open(station.of("anna")).await;
    let sent = station.send("anna", 1).await;
    assert_eq!(first.ids(1).await, sent);
    assert_eq!(second.ids(1).await, sent);
    station.change("anna", sent[0], InboxChange::Read).await;
    let whose = Mailbox::new(&station.acme, &user("anna"));
    station.signal.read(&whose, Read::These(sent.clone()));
    let all = AllRead {
        notification_type: None,
        before: Utc::now(),
    };
    station.signal.read(&whose, Read::All(all.clone()));
    for stream in [&mut first, &mut second] {
        let read = stream.find(|event| match event {
            Event::Read(ids) => Some(ids.clone()),
            _ => None,
        });
        assert_eq!(read.await, sent);
        let reported = stream.find(|event| match event {
            Event::AllRead { before } => Some(*before),
            _ => None,
        });
        assert_eq!(reported.await, all.before);
    }
}

#[tokio::test]
async fn what_is_unread_again_or_back_in_the_list_is_sent_again() {
    let station = Station::new().await;
    let sent = station.send("anna", 3).await;
    let start = NotificationId::first_of(Utc::now());
    let mut stream = station.open(station.of("anna")).await;
    let mut resumed = station.open(station.resuming("anna", start)).await;
    let whose = Mailbox::new(&station.acme, &user("anna"));
    let back = |change, undo, id| {
        let station = &station;
        let whose = whose.clone();
        async move {
            station.change("anna", id, change).await;
            station.change("anna", id, undo).await;
            station.signal.returned(&whose, id);
        }
    };
    let until = Utc::now() + TimeDelta::hours(1);
    let changes = [
        (InboxChange::Read, InboxChange::Unread),
        (InboxChange::Archive, InboxChange::Unarchive),
        (InboxChange::Snooze { until }, InboxChange::Unsnooze),
    ];
    for ((change, undo), id) in changes.into_iter().zip(&sent) {
        back(change, undo, *id).await;
        for stream in [&mut stream, &mut resumed] {
            let again = stream.find(|event| match event {
                Event::Notification {
                    item,
                    is_cursor: false,
                } if item.notification.id == *id => Some(item.marks.read_at.is_none()),
                _ => None,
            });
            assert!(again.await, "{undo:?}");
        }
    }
    // One that is gone by then is not sent, nor is anything else.
    station.change("anna", sent[0], InboxChange::Archive).await;
    station.signal.returned(&whose, sent[0]);
    let later = station.send("anna", 1).await;
    assert_eq!(stream.ids(1).await, later);
}

#[tokio::test]
async fn a_notification_that_is_read_once_more_ends_as_read() {
    let station = Station::new().await;
    let sent = station.send("anna", 40).await;
    let mut stream = station.open(station.of("anna")).await;
    let whose = Mailbox::new(&station.acme, &user("anna"));
    // What is announced before a read is older than what the read finds; what is announced afterwards is newer.
    for id in &sent {
        station.signal.read(&whose, Read::These(vec![*id]));
        station.signal.returned(&whose, *id);
    }
    let mut last = std::collections::HashMap::new();
    while last.values().filter(|is_unread| **is_unread).count() < sent.len() {
        match stream.next().await {
            Event::Read(ids) => last.extend(ids.into_iter().map(|id| (id, false))),
            Event::Notification { item, .. } => {
                last.insert(item.notification.id, item.marks.read_at.is_none());
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn marking_a_type_as_read_names_what_was_read() {
    let station = Station::new().await;
    let mut stream = station.open(station.of("anna")).await;
    let sent = station.send("anna", 2).await;
    assert_eq!(stream.ids(2).await, sent);
    station.change("anna", sent[1], InboxChange::Read).await;
    let whose = Mailbox::new(&station.acme, &user("anna"));
    let all = AllRead {
        notification_type: NotificationType::parse("message").ok(),
        before: Utc::now(),
    };
    station.signal.read(&whose, Read::All(all));
    let read = stream.find(|event| match event {
        Event::Read(ids) => Some(ids.clone()),
        Event::AllRead { .. } => panic!("others may be unread"),
        _ => None,
    });
    assert_eq!(read.await, sent[1..]);
}

#[tokio::test]
async fn types_that_are_not_wanted_are_left_out() {
    let station = Station::new().await;
    let mut opening = station.of("anna");
    opening.types = Some(vec![NotificationType::parse("wanted").unwrap()]);
    let mut stream = station.open(opening).await;
    station.send("anna", 1).await;
    let mut wanted = notification(&station.acme, "anna");
    wanted.notification_type = NotificationType::parse("wanted").unwrap();
    let sent = station.accept(vec![wanted]).await;
    assert_eq!(stream.ids(1).await, sent);
}

#[tokio::test]
async fn a_resumed_stream_gets_everything_it_missed_in_order() {
    let station = Station::new().await;
    let mut first = station.open(station.of("anna")).await;
    let seen = station.send("anna", 1).await;
    assert_eq!(first.ids(1).await, seen);
    drop(first);
    // More than a page.
    let missed = station.send("anna", 300).await;
    station.change("anna", missed[299], InboxChange::Read).await;
    let resume = station.resuming("anna", seen[0]);
    let mut second = Listener::of(station.try_open(resume).await.unwrap());
    let first = second.next().await;
    assert!(
        matches!(first, Event::Connection { unread: 300, total: 301, resumed: true, cursor } if cursor == seen[0])
    );
    // What is in the overlap is repeated under its id, after what is new.
    let all: Vec<_> = missed.iter().chain(&seen).copied().collect();
    assert_eq!(second.ids(301).await, all);
    assert_eq!(second.next().await, Event::Read(vec![missed[299]]));
    let count = Event::Count {
        unread: 300,
        total: 301,
    };
    assert_eq!(second.next().await, count);
    let later = station.send("anna", 1).await;
    assert_eq!(second.ids(1).await, later, "nothing comes twice");
}

#[tokio::test]
async fn a_resume_asks_two_questions_and_for_the_numbers_once() {
    let station = Station::new().await;
    let seen = station.send("anna", 3).await;
    let mut first = station.open(station.resuming("anna", seen[2])).await;
    // The overlap, nothing newer.
    assert_eq!(first.ids(3).await, seen);
    assert_eq!(station.reads.questions(), [(2, 1)]);
    drop(first);
    let missed = station.send("anna", 60).await;
    let mut second = station.open(station.resuming("anna", seen[2])).await;
    let all: Vec<_> = missed.iter().chain(&seen).copied().collect();
    assert_eq!(second.ids(63).await, all, "what is new comes first");
    assert_eq!(station.reads.questions(), [(2, 1)]);
    // More than a page, of which a part is newer; the rest of it follows, and then the overlap.
    drop(second);
    let more = station.send("anna", 40).await;
    let mut third = station.open(station.resuming("anna", seen[2])).await;
    let all: Vec<_> = missed.iter().chain(&more).chain(&seen).copied().collect();
    assert_eq!(third.ids(103).await, all);
    assert_eq!(station.reads.questions()[0], (2, 1));
}

#[tokio::test]
async fn streams_that_follow_and_resume_at_once_miss_nothing() {
    let station = Station::new().await;
    let start = NotificationId::first_of(Utc::now());
    let mut following = station.open(station.of("anna")).await;
    let mut sent = station.send("anna", 150).await;
    let mut resuming = station.open(station.resuming("anna", start)).await;
    sent.extend(station.send("anna", 150).await);
    assert_eq!(following.ids(300).await, sent);
    let mut came = resuming.ids(300).await;
    came.sort_unstable();
    came.dedup();
    assert_eq!(came, sent);
}

#[tokio::test]
async fn a_cursor_older_than_history_is_reported_about_the_gap() {
    let station = Station::new().await;
    let begin = Utc::now() - TimeDelta::days(30);
    let mut opening =
        station.resuming("anna", NotificationId::first_of(begin - TimeDelta::days(1)));
    opening.history_from = Some(begin);
    let mut stream = station.open(opening).await;
    assert_eq!(stream.next().await, Event::Gap { since: begin });
}

#[tokio::test]
async fn after_lost_announcements_everything_is_reported_again() {
    let station = Station::new().await;
    let mut stream = station.open(station.of("anna")).await;
    let sent = station.send("anna", 2).await;
    assert_eq!(stream.ids(2).await, sent);
    // Nobody announces these.
    let lost = notification(&station.acme, "anna");
    let lost_id = lost.id;
    fixture::accept(station.storage.as_ref(), vec![lost]).await;
    let (anna, now) = (user("anna"), Utc::now());
    let (storage, read) = (station.storage.as_ref(), InboxChange::Read);
    let marked = change_notification(storage, &station.acme, &anna, sent[0], read, now);
    marked.await.unwrap().unwrap();
    station.signal.lose();
    assert_eq!(stream.ids(1).await, [lost_id]);
    assert_eq!(stream.next().await, Event::Read(vec![sent[0]]));
    let count = Event::Count {
        unread: 2,
        total: 3,
    };
    assert_eq!(stream.next().await, count);
}

#[tokio::test]
async fn a_user_has_so_many_streams_and_a_closed_one_makes_room() {
    let limits = StreamLimits {
        user: 2,
        tenant: 3,
        process: 4,
        ..StreamLimits::default()
    };
    let station = Station::with(limits).await;
    let open = |name: &'static str| station.try_open(station.of(name));
    let (first, _second) = (open("anna").await.unwrap(), open("anna").await.unwrap());
    assert_eq!(open("anna").await.err(), Some(Refused::User));
    let _third = open("bert").await.unwrap();
    assert_eq!(open("carl").await.err(), Some(Refused::Tenant));
    drop(first);
    open("anna").await.unwrap();
}

#[tokio::test]
async fn a_stream_ends_with_its_token_or_its_life() {
    let limits = StreamLimits {
        life: Duration::from_secs(3),
        heartbeat: Duration::from_secs(1),
        ..StreamLimits::default()
    };
    let station = Station::with(limits).await;
    let mut opening = station.of("anna");
    opening.valid_until = Some(Utc::now() + TimeDelta::seconds(1));
    for (opening, expected) in [
        (opening, Ending::TokenExpired),
        (station.of("anna"), Ending::Life),
    ] {
        let mut stream = station.open(opening).await;
        let mut heartbeats = 0;
        let ending = loop {
            match stream.next().await {
                Event::Heartbeat => heartbeats += 1,
                Event::End(why) => break why,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(ending, expected);
        assert_eq!(stream.next_or_end().await, None);
        assert!(expected == Ending::TokenExpired || heartbeats > 0);
    }
}

#[tokio::test]
async fn who_waits_in_line_is_sent_away_by_a_drain() {
    let station = Station::new().await;
    let whose = |n: usize| Mailbox::new(&station.acme, &user(&format!("user{n}")));
    let mut admitted = Vec::new();
    for n in 0..32 {
        admitted.push(station.hub.admit(whose(n), None).await.unwrap());
    }
    let (hub, last) = (station.hub.clone(), whose(32));
    let waiting = tokio::spawn(async move { hub.admit(last, None).await.err() });
    while station.hub.open_streams() < 33 {
        tokio::task::yield_now().await;
    }
    let hub = station.hub.clone();
    let drain = tokio::spawn(async move { hub.drain(Duration::from_secs(60)).await });
    assert_eq!(waiting.await.unwrap(), Some(Refused::Draining));
    drop(admitted);
    drain.await.unwrap();
}

#[tokio::test]
async fn a_drain_ends_all_streams_and_opens_no_more() {
    let station = Station::new().await;
    let mut streams = Vec::new();
    for n in 0..100 {
        let name = format!("user{}", n % 20);
        streams.push(station.open(station.of(&name)).await);
    }
    let hub = station.hub.clone();
    let drain = tokio::spawn(async move { hub.drain(Duration::from_secs(60)).await });
    let mut waits = std::collections::BTreeSet::new();
    for mut stream in streams {
        let wait = stream.find(|event| match event {
            Event::End(Ending::Draining { reconnect_in }) => Some(*reconnect_in),
            _ => None,
        });
        waits.insert(wait.await);
    }
    drain.await.unwrap();
    assert!(waits.len() > 50, "reconnects are spread");
    let refused = station.try_open(station.of("anna")).await.err();
    assert_eq!(refused, Some(Refused::Draining));
}

#[tokio::test]
async fn clients_that_take_nothing_use_a_bounded_amount_of_memory() {
    const STREAMS: usize = 180;
    const BYTES: usize = 200_000;
    let limits = StreamLimits {
        heartbeat: Duration::from_secs(3_600),
        ..StreamLimits::default()
    };
    let station = Station::with(limits).await;
    let mut streams = Vec::new();
    for n in 0..STREAMS {
        streams.push(station.open(station.of(&format!("u{n}"))).await);
    }
    for n in 0..STREAMS {
        let mut one = notification(&station.acme, &format!("u{n}"));
        one.body = Some("x".repeat(BYTES));
        station.accept(vec![one]).await;
    }
    // Each takes once, and never says that it has sent what it took.
    let mut taken = 0;
    for stream in &mut streams {
        taken += match stream.next().await {
            Event::Notification { item, .. } => item.bytes(),
            Event::End(Ending::TooSlow) => 0,
            other => panic!("{other:?}"),
        };
    }
    assert!((20..=24).contains(&(taken >> 20)), "{taken}");
}
