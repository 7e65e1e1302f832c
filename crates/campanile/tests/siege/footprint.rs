//! What a process uses, as the kernel tells it.

use std::time::{Duration, Instant};

/// How long a process has to give memory back once an attack is over.
const GIVES_BACK_WITHIN: Duration = Duration::from_secs(30);

/// One process that is watched.
#[derive(Clone, Copy)]
pub struct Footprint {
    pub name: &'static str,
    pub pid: u32,
}

impl Footprint {
    /// Resident memory now, in MiB.
    pub fn resident(self) -> u64 {
        self.status("VmRSS:")
    }

    /// The most resident memory since [`Self::forget_peak`], in MiB. The kernel keeps it, so no peak is missed.
    pub fn peak(self) -> u64 {
        self.status("VmHWM:")
    }

    /// Lets the peak begin anew.
    pub fn forget_peak(self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.pid), "5").unwrap();
    }

    /// Open descriptors.
    pub fn descriptors(self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.pid))
            .unwrap()
            .count()
    }

    /// Waits until resident memory is at most this many MiB; gives how long that took.
    pub async fn shrinks_to(self, mib: u64) -> Duration {
        let begun = Instant::now();
        loop {
            let now = self.resident();
            if now <= mib {
                return begun.elapsed();
            }
            assert!(
                begun.elapsed() < GIVES_BACK_WITHIN,
                "{} still has {now} MiB, more than {mib}, {GIVES_BACK_WITHIN:?} after the attack",
                self.name
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn status(self, field: &str) -> u64 {
        let path = format!("/proc/{}/status", self.pid);
        let text = std::fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("{} is gone: {error}", self.name));
        let line = text.lines().find(|line| line.starts_with(field)).unwrap();
        let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kib.div_ceil(1024)
    }
}
