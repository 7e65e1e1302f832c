//! `campanile-loadtest people`.

use clap::Args;

use super::tenants::Tenants;

pub(super) const EXAMPLES: &str = "\
A device and a mail address for each of 10,000 users of the tenant `default`:

  export JWT_SECRET=…   # that of the service
  campanile-loadtest people --users 10000 --devices --mail

The same people over ten tenants, and then the load on them:

  campanile-loadtest people --tenant-count 10 --users 10000 --devices
  campanile-loadtest run --tenant-count 10 --users 10000 --channel push --rate 1000";

/// Options of `people`.
#[derive(Debug, Default, Args)]
pub(crate) struct PeopleOptions {
    /// The API's address.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub(crate) url: String,
    /// The shared secret that tokens are signed with.
    #[arg(long, env = "JWT_SECRET", hide_env_values = true)]
    pub(crate) secret: String,
    #[command(flatten)]
    pub(crate) tenants: Tenants,
    /// How many users there are (`user-0`, `user-1`, …), over all tenants.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) users: u32,
    /// Registers a device for each, with the token `<tenant>-<user>`. So it does if neither this nor
    /// --mail is given.
    #[arg(long)]
    pub(crate) devices: bool,
    /// Gives each a mail address, `<user>@<tenant>.example`.
    #[arg(long)]
    pub(crate) mail: bool,
    /// Requests under way at once.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) connections: u32,
}

impl PeopleOptions {
    /// For an experiment, over so many tenants.
    pub(crate) fn of(url: &str, secret: &str, tenants: u32, users: u32) -> Self {
        Self {
            url: url.to_owned(),
            secret: secret.to_owned(),
            tenants: Tenants::count(tenants),
            users,
            connections: 64,
            ..Self::default()
        }
    }

    /// Whether devices are registered.
    pub(crate) fn wants_devices(&self) -> bool {
        self.devices || !self.mail
    }
}
