//! Settings with which the back end starts.

use std::fmt;

/// As whom a process works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Serves callers: sees the tenants of the request.
    Api,
    /// Plans and sends: claims across tenants.
    Worker,
}

impl Role {
    /// The database role.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Api => "campanile_app",
            Self::Worker => "campanile_worker",
        }
    }
}

/// Where the database is and as whom to use it. TCP and Unix-socket addresses both work.
#[derive(Clone)]
pub struct PostgresSettings {
    /// The address for everything a caller asks; its login becomes `campanile_app`.
    pub app_url: String,
    /// The workers' own address; without one, the login of `app_url` becomes `campanile_worker`.
    pub worker_url: Option<String>,
    /// The owner's own address; without one, the login of `app_url` becomes `campanile_owner`.
    pub owner_url: Option<String>,
    /// Connections of this process, for each of the two roles it uses.
    pub max_connections: u32,
    /// As whom this process works.
    pub role: Role,
    /// How sessions plan look-ups.
    pub look_ups: LookUps,
}

/// How sessions plan look-ups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LookUps {
    /// By index and by one plan for all values, whatever the planner thinks of how much there is: a plan that was made
    /// while a table was empty would read all of it whole later. What the service uses.
    #[default]
    Guarded,
    /// As the server is set up; for tests of the statements, which must not need the guard.
    Unguarded,
}

impl fmt::Debug for PostgresSettings {
    /// Addresses carry passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresSettings")
            .field("max_connections", &self.max_connections)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}
