//! A storage that passes every call on to another one, counts it, and fails where a test says so.

mod passed_on;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use campanile_storage::{Storage, StorageError};

/// What becomes of a call instead of an answer.
#[derive(Clone, Copy)]
pub enum Fault {
    Error,
    /// The next so many calls succeed.
    ErrorAfter(usize),
    Panic,
    Hang,
}

pub struct FaultyStorage {
    storage: Arc<dyn Storage>,
    /// By the name of the method.
    faults: Mutex<HashMap<&'static str, Fault>>,
    calls: Mutex<HashMap<&'static str, usize>>,
}

impl FaultyStorage {
    pub fn over(storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            faults: Mutex::default(),
            calls: Mutex::default(),
        }
    }

    /// Every call fails from now on.
    pub fn go_down(&self) {
        for call in passed_on::CALLS {
            self.break_call(call, Fault::Error);
        }
    }

    /// Calls of this method fail from now on.
    pub fn break_call(&self, call: &'static str, fault: Fault) {
        assert!(
            passed_on::CALLS.contains(&call),
            "no method is called {call}"
        );
        self.faults.lock().unwrap().insert(call, fault);
    }

    /// Nothing fails any more.
    pub fn recover(&self) {
        self.faults.lock().unwrap().clear();
    }

    /// How often these methods were called.
    pub fn calls(&self, of: &[&str]) -> usize {
        let calls = self.calls.lock().unwrap();
        let count = |call: &&str| {
            assert!(
                passed_on::CALLS.contains(call),
                "no method is called {call}"
            );
            calls.get(call).copied().unwrap_or_default()
        };
        of.iter().map(count).sum()
    }

    async fn before(&self, call: &'static str) -> Result<(), StorageError> {
        *self.calls.lock().unwrap().entry(call).or_default() += 1;
        let fault = match self.faults.lock().unwrap().get_mut(call) {
            Some(Fault::ErrorAfter(good)) if *good > 0 => {
                *good -= 1;
                None
            }
            fault => fault.copied(),
        };
        match fault {
            None => Ok(()),
            Some(Fault::Error | Fault::ErrorAfter(_)) => {
                Err(StorageError::Unavailable("switched off".into()))
            }
            Some(Fault::Panic) => panic!("a secret of ours"),
            Some(Fault::Hang) => std::future::pending().await,
        }
    }
}

/// While this is there, time that a test has paused does not run ahead: SQLite works on threads of its
/// own, which the runtime takes for idleness.
struct TimeStandsStill {
    _until_dropped: std::sync::mpsc::Sender<()>,
}

impl TimeStandsStill {
    fn begin() -> Self {
        let (sender, receiver) = std::sync::mpsc::channel();
        tokio::task::spawn_blocking(move || receiver.recv());
        Self {
            _until_dropped: sender,
        }
    }
}
