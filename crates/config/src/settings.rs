//! All settings together: loading and checking.

use std::path::{Path, PathBuf};

use crate::error::SettingErrors;
use crate::layers;
use crate::reader::Reader;
use crate::role::Role;
use crate::sections::all_keys;
use crate::sections::cache::Cache;
use crate::sections::database::Database;
use crate::sections::email::Email;
use crate::sections::fcm::Fcm;
use crate::sections::http::Http;
use crate::sections::jwt::Jwt;
use crate::sections::limits::Limits;
use crate::sections::logs::Logs;
use crate::sections::pages::Pages;
use crate::sections::profile::Profile;
use crate::sections::rabbitmq::Rabbitmq;
use crate::sections::recipes::Recipes;
use crate::sections::redis::Redis;
use crate::sections::retention::Retention;
use crate::sections::security::Security;
use crate::sections::smtp::Smtp;
use crate::sections::stream::Stream;
use crate::sections::traces::Traces;
use crate::sections::webhook::Webhook;

/// Names the settings file where the command line does not.
const CONFIG_VARIABLE: &str = "CAMPANILE_CONFIG";

/// The settings of one process. Its `Debug` form is safe to log.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the truth is kept.
    pub database: Database,
    /// Where hints are kept.
    pub redis: Redis,
    /// The cache of a process that is alone.
    pub cache: Cache,
    /// Where work is announced.
    pub rabbitmq: Rabbitmq,
    /// How tokens are checked.
    pub jwt: Jwt,
    /// Where to listen.
    pub http: Http,
    /// The pages for browsers.
    pub pages: Pages,
    /// How often callers may come.
    pub limits: Limits,
    /// Open streams of users.
    pub stream: Stream,
    /// How long notifications are kept.
    pub retention: Retention,
    /// What guards data and networks.
    pub security: Security,
    /// The channels that recipes describe.
    pub recipes: Recipes,
    /// The sizes; absent, those of the role: see [`Settings::profile_for`].
    pub profile: Option<Profile>,
    /// The operator's FCM account.
    pub fcm: Fcm,
    /// The operator's mail relay.
    pub smtp: Smtp,
    /// How mail is written.
    pub email: Email,
    /// The operator's webhook.
    pub webhook: Webhook,
    /// How to log.
    pub logs: Logs,
    /// Where to send traces.
    pub traces: Traces,
    /// Variables that are given although this version does not use them.
    pub unused: Vec<&'static str>,
}

impl Settings {
    /// Loads the settings from the defaults, `file` (or the one that `CAMPANILE_CONFIG` names) and `env`.
    ///
    /// # Errors
    /// Everything that cannot be read or has no good value, all at once. What a role misses is reported by
    /// [`Settings::validate_for`]; [`Settings::load_for`] does both.
    pub fn load(
        file: Option<&Path>,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SettingErrors> {
        let (settings, problems) = Self::read(file, &env);
        problems.or(settings)
    }

    /// Loads the settings and checks them for a role, so that one start reports everything that is wrong.
    ///
    /// # Errors
    /// What [`Settings::load`] and [`Settings::validate_for`] find.
    pub fn load_for(
        role: Role,
        file: Option<&Path>,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SettingErrors> {
        let (settings, mut problems) = Self::read(file, &env);
        problems.add_unreported(settings.problems_for(role));
        problems.or(settings)
    }

    /// Checks that nothing contradicts and that `role` has what it needs.
    ///
    /// # Errors
    /// Everything that does or has not, all at once.
    pub fn validate_for(&self, role: Role) -> Result<(), SettingErrors> {
        self.problems_for(role).or(())
    }

    /// Gives the profile that is set, or the role's own.
    pub fn profile_for(&self, role: Role) -> Profile {
        self.profile.unwrap_or(Profile::default_for(role))
    }

    /// Lists the variables with keys that `role` has no use for: who does not hold a key cannot lose it.
    pub fn needless_for(&self, role: Role) -> Vec<&'static str> {
        let jwt = self.jwt.is_needless_for(role);
        jwt.then_some("JWT_SECRET").into_iter().collect()
    }

    fn read(file: Option<&Path>, env: &impl Fn(&str) -> Option<String>) -> (Self, SettingErrors) {
        let named = env(CONFIG_VARIABLE)
            .filter(|path| !path.trim().is_empty())
            .map(PathBuf::from);
        let file = match (file, &named) {
            (Some(path), _) => Some(("--config", path)),
            (None, Some(path)) => Some((CONFIG_VARIABLE, path.as_path())),
            (None, None) => None,
        };
        let mut problems = SettingErrors::default();
        let layers = layers::collect(file, env, &mut problems);
        let reader = &mut Reader {
            layers: &layers,
            problems: &mut problems,
        };
        let settings = Self {
            database: Database::read(reader),
            redis: Redis::read(reader),
            cache: Cache::read(reader),
            rabbitmq: Rabbitmq::read(reader),
            jwt: Jwt::read(reader),
            http: Http::read(reader),
            pages: Pages::read(reader),
            limits: Limits::read(reader),
            stream: Stream::read(reader),
            retention: Retention::read(reader),
            security: Security::read(reader),
            recipes: Recipes::read(reader),
            profile: Profile::read(reader),
            fcm: Fcm::read(reader),
            smtp: Smtp::read(reader),
            email: Email::read(reader),
            webhook: Webhook::read(reader),
            logs: Logs::read(reader),
            traces: Traces::read(reader),
            unused: all_keys()
                .filter(|key| key.is_reserved && layers.set.contains_key(key.env))
                .map(|key| key.env)
                .collect(),
        };
        (settings, problems)
    }

    fn problems_for(&self, role: Role) -> SettingErrors {
        let mut problems = SettingErrors::default();
        self.database.validate_for(role, &mut problems);
        self.rabbitmq.validate_for(role, &mut problems);
        self.jwt.validate_for(role, &mut problems);
        self.fcm.validate(&mut problems);
        self.smtp.validate(&mut problems);
        self.email.validate(&self.smtp, &mut problems);
        self.webhook.validate(&mut problems);
        problems
    }
}
