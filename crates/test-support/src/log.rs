//! The log of one test, apart from those of its neighbours in the same process.

use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tracing::Subscriber;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

/// Lines that were logged while a subscriber wrote to them.
#[derive(Debug, Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Lines {
    /// Collects this thread's log with `subscriber`, which writes to these lines, until the guard is dropped.
    pub fn collect(subscriber: impl Subscriber + Send + Sync + 'static) -> DefaultGuard {
        // While a process has one subscriber, `tracing` asks the thread that first reaches a line whether the line
        // is wanted. A neighbouring test has no subscriber, and its answer would hold for this test too.
        static ANOTHER: OnceLock<tracing::Dispatch> = OnceLock::new();
        ANOTHER.get_or_init(|| tracing::Dispatch::new(tracing_subscriber::registry()));
        tracing::subscriber::set_default(subscriber)
    }

    /// Everything up to now.
    ///
    /// # Panics
    /// If a line is not UTF-8.
    pub fn text(&self) -> String {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8(all.clone()).expect("the log is text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neighbour_without_a_subscriber_silences_no_line() {
        fn say() {
            tracing::info!("said");
        }
        let lines = Lines::default();
        let guard = Lines::collect(
            tracing_subscriber::fmt()
                .with_writer(lines.clone())
                .finish(),
        );
        std::thread::spawn(say).join().expect("it only speaks");
        say();
        drop(guard);
        assert_eq!(lines.text().lines().count(), 1, "{}", lines.text());
    }
}
