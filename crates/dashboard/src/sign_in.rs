//! The link that `up` prints: its code is exchanged for a token once.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

/// What the page is signed in with.
#[derive(Clone, Serialize)]
pub struct Token {
    /// A token that may send notifications and read the user's inbox.
    pub token: String,
    /// The user.
    pub user: String,
}

/// One code, and how its token is made. Cheap to clone; clones share the code.
#[derive(Clone)]
pub struct SignIn {
    code: Arc<Mutex<Option<String>>>,
    make: Arc<dyn Fn() -> Option<Token> + Send + Sync>,
}

impl SignIn {
    /// `code` must be hard to guess. `make` is called when it is spent.
    pub fn new(code: String, make: impl Fn() -> Option<Token> + Send + Sync + 'static) -> Self {
        Self {
            code: Arc::new(Mutex::new(Some(code))),
            make: Arc::new(make),
        }
    }

    /// No code is valid: the page asks for a token.
    pub fn disabled() -> Self {
        Self {
            code: Arc::default(),
            make: Arc::new(|| None),
        }
    }

    /// Exchanges the code, which is void afterwards.
    pub(crate) fn spend(&self, given: &str) -> Option<Token> {
        let mut code = self.code.lock().unwrap_or_else(PoisonError::into_inner);
        if code.as_deref() != Some(given) {
            return None;
        }
        *code = None;
        drop(code);
        (self.make)()
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn").finish_non_exhaustive()
    }
}
