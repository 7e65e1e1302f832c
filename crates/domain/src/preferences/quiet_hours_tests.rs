//! Nights around both changes of the clock, and any night against minutes counted one by one.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;

fn hours(start: &str, end: &str) -> QuietHours {
    let time = |text: &str| text.parse().expect("a time of day");
    QuietHours::new(true, time(start), time(end), None).expect("a window")
}

fn moment(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect(text).to_utc()
}

/// Start and end, when it comes, and when it is delivered; `""`: at once.
type Case = (&'static str, &'static str, &'static str, &'static str);

/// Forward on 29 March 2026 at 02:00, back on 25 October at 03:00.
const BERLIN: &[Case] = &[
    ("22:00", "08:00", "2026-03-28T21:59:59+01:00", ""),
    (
        "22:00",
        "08:00",
        "2026-03-28T22:00:00+01:00",
        "2026-03-29T08:00:00+02:00",
    ),
    (
        "22:00",
        "08:00",
        "2026-03-28T23:00:00+01:00",
        "2026-03-29T08:00:00+02:00",
    ),
    (
        "22:00",
        "08:00",
        "2026-03-29T01:59:59+01:00",
        "2026-03-29T08:00:00+02:00",
    ),
    (
        "22:00",
        "08:00",
        "2026-03-29T03:00:00+02:00",
        "2026-03-29T08:00:00+02:00",
    ),
    ("22:00", "08:00", "2026-03-29T08:00:00+02:00", ""),
    // Its end, its beginning and the whole of it in the hour that is not there.
    (
        "22:00",
        "02:30",
        "2026-03-29T01:30:00+01:00",
        "2026-03-29T03:00:00+02:00",
    ),
    (
        "22:00",
        "02:00",
        "2026-03-29T01:30:00+01:00",
        "2026-03-29T03:00:00+02:00",
    ),
    ("02:30", "06:00", "2026-03-29T01:59:59+01:00", ""),
    (
        "02:30",
        "06:00",
        "2026-03-29T03:00:00+02:00",
        "2026-03-29T06:00:00+02:00",
    ),
    ("02:10", "02:50", "2026-03-29T01:59:59+01:00", ""),
    ("02:10", "02:50", "2026-03-29T03:00:00+02:00", ""),
    (
        "22:00",
        "08:00",
        "2026-10-24T23:00:00+02:00",
        "2026-10-25T08:00:00+01:00",
    ),
    (
        "22:00",
        "08:00",
        "2026-10-25T02:30:00+01:00",
        "2026-10-25T08:00:00+01:00",
    ),
    // Its end in the hour that comes twice: the clock passes it twice.
    (
        "22:00",
        "02:30",
        "2026-10-25T01:00:00+02:00",
        "2026-10-25T02:30:00+02:00",
    ),
    ("22:00", "02:30", "2026-10-25T02:45:00+02:00", ""),
    (
        "22:00",
        "02:30",
        "2026-10-25T02:15:00+01:00",
        "2026-10-25T02:30:00+01:00",
    ),
    (
        "22:00",
        "03:00",
        "2026-10-25T02:30:00+02:00",
        "2026-10-25T03:00:00+01:00",
    ),
    (
        "02:30",
        "02:45",
        "2026-10-25T02:40:00+02:00",
        "2026-10-25T02:45:00+02:00",
    ),
    (
        "02:30",
        "02:45",
        "2026-10-25T02:40:00+01:00",
        "2026-10-25T02:45:00+01:00",
    ),
];

/// Forward on 8 March 2026 at 02:00, back on 1 November at 02:00.
const NEW_YORK: &[Case] = &[
    (
        "22:00",
        "08:00",
        "2026-03-07T22:00:00-05:00",
        "2026-03-08T08:00:00-04:00",
    ),
    (
        "22:00",
        "08:00",
        "2026-03-08T01:30:00-05:00",
        "2026-03-08T08:00:00-04:00",
    ),
    (
        "23:30",
        "07:15",
        "2026-03-08T07:14:59-04:00",
        "2026-03-08T07:15:00-04:00",
    ),
    ("23:30", "07:15", "2026-03-08T07:15:00-04:00", ""),
    (
        "01:00",
        "02:30",
        "2026-03-08T01:45:00-05:00",
        "2026-03-08T03:00:00-04:00",
    ),
    (
        "22:00",
        "08:00",
        "2026-10-31T23:59:59-04:00",
        "2026-11-01T08:00:00-05:00",
    ),
    (
        "22:00",
        "01:30",
        "2026-11-01T01:29:00-04:00",
        "2026-11-01T01:30:00-04:00",
    ),
    (
        "22:00",
        "01:30",
        "2026-11-01T01:10:00-05:00",
        "2026-11-01T01:30:00-05:00",
    ),
    (
        "22:00",
        "02:00",
        "2026-11-01T01:30:00-04:00",
        "2026-11-01T02:00:00-05:00",
    ),
    (
        "12:00",
        "13:00",
        "2026-11-01T12:30:00-05:00",
        "2026-11-01T13:00:00-05:00",
    ),
];

/// Half an hour: back on 5 April 2026 at 02:00, forward on 4 October at 02:00.
const LORD_HOWE: &[Case] = &[
    (
        "22:00",
        "07:00",
        "2026-04-04T22:30:00+11:00",
        "2026-04-05T07:00:00+10:30",
    ),
    (
        "22:00",
        "01:45",
        "2026-04-05T01:40:00+11:00",
        "2026-04-05T01:45:00+11:00",
    ),
    (
        "22:00",
        "01:45",
        "2026-04-05T01:35:00+10:30",
        "2026-04-05T01:45:00+10:30",
    ),
    (
        "22:00",
        "02:00",
        "2026-04-05T01:50:00+11:00",
        "2026-04-05T02:00:00+10:30",
    ),
    (
        "22:00",
        "07:00",
        "2026-10-03T22:00:00+10:30",
        "2026-10-04T07:00:00+11:00",
    ),
    (
        "22:00",
        "02:15",
        "2026-10-04T01:00:00+10:30",
        "2026-10-04T02:30:00+11:00",
    ),
    ("02:15", "05:00", "2026-10-04T01:59:59+10:30", ""),
    (
        "02:15",
        "05:00",
        "2026-10-04T02:30:00+11:00",
        "2026-10-04T05:00:00+11:00",
    ),
];

/// At midnight: back on 4 April 2026 at 24:00, forward on 5 September at 24:00.
const SANTIAGO: &[Case] = &[
    (
        "22:00",
        "08:00",
        "2026-04-04T23:30:00-03:00",
        "2026-04-05T08:00:00-04:00",
    ),
    (
        "22:00",
        "23:30",
        "2026-04-04T22:30:00-03:00",
        "2026-04-04T23:30:00-03:00",
    ),
    (
        "22:00",
        "23:30",
        "2026-04-04T23:10:00-04:00",
        "2026-04-04T23:30:00-04:00",
    ),
    (
        "22:00",
        "00:00",
        "2026-04-04T23:30:00-03:00",
        "2026-04-05T00:00:00-04:00",
    ),
    (
        "22:00",
        "08:00",
        "2026-09-05T23:59:59-04:00",
        "2026-09-06T08:00:00-03:00",
    ),
    (
        "22:00",
        "00:00",
        "2026-09-05T23:00:00-04:00",
        "2026-09-06T01:00:00-03:00",
    ),
    (
        "22:00",
        "00:30",
        "2026-09-05T23:00:00-04:00",
        "2026-09-06T01:00:00-03:00",
    ),
    (
        "00:00",
        "06:00",
        "2026-09-06T01:00:00-03:00",
        "2026-09-06T06:00:00-03:00",
    ),
];

/// Back on 5 April 2026 at 03:00, forward on 27 September at 02:00.
const AUCKLAND: &[Case] = &[
    (
        "21:30",
        "06:45",
        "2026-04-04T22:00:00+13:00",
        "2026-04-05T06:45:00+12:00",
    ),
    (
        "21:30",
        "06:45",
        "2026-04-05T02:59:59+13:00",
        "2026-04-05T06:45:00+12:00",
    ),
    ("21:30", "06:45", "2026-04-05T06:45:00+12:00", ""),
    (
        "21:30",
        "02:15",
        "2026-04-05T02:10:00+12:00",
        "2026-04-05T02:15:00+12:00",
    ),
    ("21:30", "06:45", "2026-09-26T21:29:59+12:00", ""),
    (
        "21:30",
        "06:45",
        "2026-09-26T21:30:00+12:00",
        "2026-09-27T06:45:00+13:00",
    ),
    (
        "21:30",
        "02:45",
        "2026-09-27T01:00:00+12:00",
        "2026-09-27T03:00:00+13:00",
    ),
    (
        "03:00",
        "04:00",
        "2026-09-27T03:00:00+13:00",
        "2026-09-27T04:00:00+13:00",
    ),
];

/// Never changes, and is half an hour beside the others.
const KOLKATA: &[Case] = &[
    (
        "22:00",
        "08:00",
        "2026-03-29T02:00:00+05:30",
        "2026-03-29T08:00:00+05:30",
    ),
    (
        "09:00",
        "17:00",
        "2026-03-29T12:00:00.250+05:30",
        "2026-03-29T17:00:00+05:30",
    ),
    ("09:00", "17:00", "2026-03-29T17:00:00+05:30", ""),
    ("00:01", "00:00", "2026-03-29T00:00:30+05:30", ""),
    (
        "00:01",
        "00:00",
        "2026-03-29T00:01:00+05:30",
        "2026-03-30T00:00:00+05:30",
    ),
];

#[test]
fn nights_around_both_changes_of_the_clock() {
    let mut cases = 0;
    for (zone, table) in [
        ("Europe/Berlin", BERLIN),
        ("America/New_York", NEW_YORK),
        ("Australia/Lord_Howe", LORD_HOWE),
        ("America/Santiago", SANTIAGO),
        ("Pacific/Auckland", AUCKLAND),
        ("Asia/Kolkata", KOLKATA),
    ] {
        for (start, end, at, wakes) in table {
            let expected = (!wakes.is_empty()).then(|| moment(wakes));
            let found = hours(start, end).wakes_at(moment(at), zone);
            assert_eq!(found, expected, "{zone}: {start} to {end}, at {at}");
            cases += 1;
        }
    }
    assert!(cases >= 40, "{cases}");
}

#[test]
fn hours_that_are_off_or_of_no_length_hold_nothing_back() {
    let off = QuietHours::off();
    assert_eq!(off.wakes_at(moment("2026-01-01T23:00:00Z"), "UTC"), None);
    let time: WallTime = "22:00".parse().expect("a time of day");
    assert!(QuietHours::new(true, time, time, None).is_err());
}

#[test]
fn a_zone_that_is_gone_counts_as_utc_and_no_moment_is_too_far_away() {
    let night = hours("22:00", "08:00");
    let found = night.wakes_at(moment("2026-01-01T23:00:00Z"), "Mars/Base");
    assert_eq!(found, Some(moment("2026-01-02T08:00:00Z")));
    for odd in [
        DateTime::<Utc>::MIN_UTC,
        DateTime::<Utc>::MAX_UTC,
        moment("0000-01-01T00:00:00Z"),
        moment("9999-12-31T23:59:59Z"),
    ] {
        for zone in ["Pacific/Apia", "America/New_York", "UTC"] {
            let woken = night.wakes_at(odd, zone);
            assert!(woken.is_none_or(|woken| woken > odd), "{odd} {zone}");
        }
    }
}

#[test]
fn an_offset_is_a_zone_without_a_change_of_the_clock() {
    let time = |text: &str| text.parse().expect("a time of day");
    let night = QuietHours::new(true, time("22:00"), time("08:00"), None).expect("a window");
    for hour in 0..48 {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::hours(hour);
        for (offset, zone) in [
            ("+05:30", "Asia/Kolkata"),
            ("-03:00", "America/Argentina/Buenos_Aires"),
        ] {
            assert_eq!(
                night.wakes_at(now, offset),
                night.wakes_at(now, zone),
                "{now}"
            );
        }
    }
}

/// Minute by minute, as a person would who watches the clock.
fn counted(quiet: &QuietHours, now: DateTime<Utc>, zone: &str) -> Option<DateTime<Utc>> {
    let zone = jiff::tz::db().get(zone).expect("a zone");
    let (start, end) = (quiet.start().to_string(), quiet.end().to_string());
    let is_quiet = |at: DateTime<Utc>| {
        let at = Timestamp::new(at.timestamp(), 0).expect("in range");
        // "HH:MM" sorts as time goes.
        let clock = zone.to_datetime(at).strftime("%H:%M").to_string();
        if start < end {
            start <= clock && clock < end
        } else {
            start <= clock || clock < end
        }
    };
    if !is_quiet(now) {
        return None;
    }
    let mut at = DateTime::from_timestamp(now.timestamp() / 60 * 60, 0).expect("in range");
    while is_quiet(at) {
        at += TimeDelta::minutes(1);
    }
    Some(at)
}

const ZONES: [&str; 12] = [
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Antarctica/Troll",
];

fn time() -> impl Strategy<Value = WallTime> {
    (0_u16..24, 0_u16..60).prop_map(|(hour, minute)| {
        let text = format!("{hour:02}:{minute:02}");
        text.parse().expect("a time of day")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_moment_is_as_counted(
        zone in 0..ZONES.len(), start in time(), end in time(),
        second in 1_577_836_800_i64..2_051_222_400,
    ) {
        prop_assume!(start != end);
        let quiet = QuietHours::new(true, start, end, None).expect("a window");
        let now = DateTime::from_timestamp(second, 0).expect("in range");
        prop_assert_eq!(quiet.wakes_at(now, ZONES[zone]), counted(&quiet, now, ZONES[zone]));
    }

    /// Near a change of the clock, with a window that begins or ends near it.
    #[test]
    fn any_moment_near_a_change_of_the_clock_is_as_counted(
        zone in 0..ZONES.len(), year in 2020_i64..2035, autumn in any::<bool>(),
        before in -90_000_i64..90_000, near in 0_u16..240, other in time(), at_end in any::<bool>(),
    ) {
        let days = if autumn { 270 } else { 60 };
        let search = (year - 1970) * 31_556_952 + days * 86_400;
        let found = jiff::tz::db().get(ZONES[zone]).expect("a zone");
        let from = Timestamp::new(search, 0).expect("in range");
        let change = found.following(from).next().map_or(search, |c| c.timestamp().as_second());
        // The clock just before the change, and up to four hours around it.
        let clock = found.to_datetime(Timestamp::new(change - 1, 0).expect("in range"));
        let minute = (i32::from(clock.hour()) * 60 + i32::from(clock.minute()) + i32::from(near)
            - 120).rem_euclid(1_440);
        let near: WallTime = format!("{:02}:{:02}", minute / 60, minute % 60).parse().expect("a time");
        prop_assume!(near != other);
        let (start, end) = if at_end { (other, near) } else { (near, other) };
        let quiet = QuietHours::new(true, start, end, None).expect("a window");
        let now = DateTime::from_timestamp(change - before, 0).expect("in range");
        prop_assert_eq!(quiet.wakes_at(now, ZONES[zone]), counted(&quiet, now, ZONES[zone]));
    }
}
