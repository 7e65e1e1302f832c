//! What one render has cost so far, and for whom it is. One render runs on one thread, from its beginning to its end.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use jiff::tz::TimeZone;

use crate::context::Context;
use crate::fault::FaultCode;
use crate::limits::{MAX_CPU, MAX_FILTERED_BYTES};

thread_local! {
    static CURRENT: RefCell<Option<Rc<Session>>> = const { RefCell::new(None) };
}

/// How often the clock is looked at: it costs as much as a step.
const LOOKS_PER_CLOCK: u32 = 8;

/// One render.
#[derive(Debug)]
pub(crate) struct Session {
    /// The locale in which dates and numbers are written.
    pub(crate) locale: String,
    pub(crate) now: DateTime<Utc>,
    zone_name: Option<String>,
    zone: std::cell::OnceCell<TimeZone>,
    started: Instant,
    started_cpu: Duration,
    looks: Cell<u32>,
    filtered: Cell<usize>,
    /// Why it must stop.
    stop: Cell<Option<FaultCode>>,
}

/// Ends a session when it is dropped, however its render ended.
pub(crate) struct Running(Rc<Session>);

impl Drop for Running {
    fn drop(&mut self) {
        CURRENT.with_borrow_mut(Option::take);
    }
}

impl std::ops::Deref for Running {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.0
    }
}

impl Session {
    /// Begins a render in the locale of a template.
    pub(crate) fn begin(context: &Context, locale: &str) -> Running {
        let session = Rc::new(Self {
            locale: reader_locale(context.user.locale.as_deref(), locale),
            now: context.now,
            zone_name: context.user.timezone.clone(),
            zone: std::cell::OnceCell::new(),
            started: Instant::now(),
            started_cpu: cpu_time(),
            looks: Cell::new(0),
            filtered: Cell::new(0),
            stop: Cell::new(None),
        });
        CURRENT.set(Some(Rc::clone(&session)));
        Running(session)
    }

    /// Processor time that it has taken.
    pub(crate) fn cpu(&self) -> Duration {
        cpu_time().saturating_sub(self.started_cpu)
    }

    /// Why it stopped, if a limit stopped it.
    pub(crate) fn stopped(&self) -> Option<FaultCode> {
        self.stop.get()
    }

    pub(crate) fn stop(&self, code: FaultCode) {
        if self.stop.get().is_none() {
            self.stop.set(Some(code));
        }
    }

    /// The reader's time zone.
    pub(crate) fn zone(&self) -> &TimeZone {
        self.zone.get_or_init(|| {
            let zone = self.zone_name.as_deref().map(TimeZone::get);
            zone.and_then(Result::ok).unwrap_or(TimeZone::UTC)
        })
    }

    /// Counts what filters return; whether there is room for it.
    pub(crate) fn has_room_for(&self, bytes: usize) -> bool {
        let filtered = self.filtered.get() + bytes;
        self.filtered.set(filtered);
        if filtered > MAX_FILTERED_BYTES {
            self.stop(FaultCode::OutputTooLarge);
        }
        self.stopped().is_none()
    }

    fn look(&self) {
        let looks = self.looks.get() + 1;
        self.looks.set(looks);
        if looks.is_multiple_of(LOOKS_PER_CLOCK) {
            self.check_time();
        }
    }

    /// Stops it if it took too long. The clock is cheap; only if it says that the time is over, the processor's time is
    /// asked for, which does not count what others had.
    pub(crate) fn check_time(&self) {
        if self.started.elapsed() > MAX_CPU && self.cpu() > MAX_CPU {
            self.stop(FaultCode::OutOfTime);
        }
    }
}

/// The session of this thread.
pub(crate) fn current() -> Option<Rc<Session>> {
    CURRENT.with_borrow(Clone::clone)
}

/// Called in each turn of a loop.
pub(crate) fn look_at_the_clock() {
    CURRENT.with_borrow(|current| {
        if let Some(session) = current {
            session.look();
        }
    });
}

/// Whether the render of this thread must stop.
pub(crate) fn must_stop() -> bool {
    CURRENT.with_borrow(|current| {
        current
            .as_ref()
            .is_some_and(|session| session.stopped().is_some())
    })
}

fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Dates are written as in the reader's country if the reader's language is the template's.
fn reader_locale(user: Option<&str>, template: &str) -> String {
    let language = |locale: &str| {
        locale
            .split(['-', '_'])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    match user {
        Some(user) if language(user) == language(template) => user.to_owned(),
        _ => template.to_owned(),
    }
}
