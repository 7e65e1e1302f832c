//! The processes under attack, with 1,024 descriptors each, and tokens for those who call them.

use std::process::Command;

use campanile_test_support::postgres::TestDatabase;
use campanile_test_support::rabbitmq::Names;

use crate::attacks::{FloodingRelay, SilentWebhook};
use crate::footprint::Footprint;
use crate::process::{Process, campanile};

const JWT_SECRET: &str = "0123456789abcdef0123456789abcdef";

/// What is attacked. The attackers are the tenant `default`; its relay and its webhook are hostile too.
pub struct Place {
    api: Process,
    _worker: Option<Process>,
    pub watched: Vec<Footprint>,
    pub relay: FloodingRelay,
    pub webhook: SilentWebhook,
    /// The tenant that only wants to be served: another one where there can be several.
    pub bystander: &'static str,
    environment: Vec<(String, String)>,
    _kept: Kept,
}

/// What goes away with the place.
enum Kept {
    Alone(#[expect(dead_code, reason = "kept for its end")] tempfile::TempDir),
    Cluster(#[expect(dead_code, reason = "kept for its end")] Box<(TestDatabase, Names)>),
}

impl Place {
    /// `campanile up`.
    pub async fn alone() -> Self {
        let (relay, webhook) = (FloodingRelay::start().await, SilentWebhook::start().await);
        let dir = tempfile::tempdir().unwrap();
        let mut environment = providers(&relay, &webhook);
        environment.push(("JWT_SECRET".to_owned(), JWT_SECRET.to_owned()));
        let data = dir.path().to_str().unwrap();
        let up = start(
            &["up", "--listen", "127.0.0.1:0", "--data-dir", data],
            &environment,
        );
        Self {
            watched: vec![footprint("up", &up)],
            api: up,
            _worker: None,
            relay,
            webhook,
            bystander: "default",
            environment,
            _kept: Kept::Alone(dir),
        }
    }

    /// `campanile api` and `campanile worker`.
    pub async fn cluster() -> Self {
        let (relay, webhook) = (FloodingRelay::start().await, SilentWebhook::start().await);
        let database = TestDatabase::empty().await;
        let name = database.url().rsplit('/').next().unwrap().to_owned();
        let server =
            |variable, usual: &str| std::env::var(variable).unwrap_or_else(|_| usual.to_owned());
        let redis = server("CAMPANILE_TEST_REDIS_URL", "redis://127.0.0.1:6379");
        let rabbitmq = server(
            "CAMPANILE_TEST_RABBITMQ_URL",
            "amqp://guest:guest@127.0.0.1:5672/%2f",
        );
        let mut environment = providers(&relay, &webhook);
        environment.extend(
            [
                ("DATABASE_URL", database.url()),
                ("REDIS_URL", &redis),
                ("RABBITMQ_URL", &rabbitmq),
                ("RABBITMQ_EXCHANGE", &name),
                ("RABBITMQ_QUEUE", &name),
                ("JWT_SECRET", JWT_SECRET),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let bystander = "bystander";
        for command in [&["migrate"][..], &["tenant", "create", bystander]] {
            let output = campanile(command, &borrowed(&environment))
                .output()
                .unwrap();
            let text = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{command:?}: {text}");
        }
        let api = start(&["api", "--listen", "127.0.0.1:0"], &environment);
        let worker = start(&["worker", "--listen", "127.0.0.1:0"], &environment);
        Self {
            watched: vec![footprint("api", &api), footprint("worker", &worker)],
            api,
            _worker: Some(worker),
            relay,
            webhook,
            bystander,
            environment,
            _kept: Kept::Cluster(Box::new((database, Names::new(rabbitmq, name)))),
        }
    }

    /// Where the API listens.
    pub fn authority(&self) -> String {
        self.api.address().to_string()
    }

    /// The address of a path of the API.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.authority())
    }

    /// A token of the attackers' tenant.
    pub fn token(&self, sub: &str, scope: &str) -> String {
        self.token_of("default", sub, scope)
    }

    /// A token of a tenant.
    pub fn token_of(&self, tenant: &str, sub: &str, scope: &str) -> String {
        let arguments = ["token", "--tenant", tenant, "--sub", sub, "--scope", scope];
        let output = campanile(&arguments, &borrowed(&self.environment))
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

/// The attackers' own relay and webhook, as settings.
fn providers(relay: &FloodingRelay, webhook: &SilentWebhook) -> Vec<(String, String)> {
    [
        ("SMTP_HOST", "127.0.0.1".to_owned()),
        ("SMTP_PORT", relay.port().to_string()),
        ("SMTP_TLS", "none".to_owned()),
        ("EMAIL_FROM", "campanile@example.org".to_owned()),
        ("WEBHOOK_URL", webhook.url()),
        (
            "WEBHOOK_SECRET",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(),
        ),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn borrowed(environment: &[(String, String)]) -> Vec<(&str, &str)> {
    environment
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// Starts a role with the number of descriptors that most systems give a process.
fn start(arguments: &[&str], environment: &[(String, String)]) -> Process {
    let plain = campanile(arguments, &borrowed(environment));
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", r#"ulimit -n 1024; exec "$0" "$@""#])
        .arg(plain.get_program())
        .args(plain.get_args())
        .env_clear()
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .current_dir(std::env::temp_dir());
    Process::of(command)
}

fn footprint(name: &'static str, process: &Process) -> Footprint {
    Footprint {
        name,
        pid: process.pid(),
    }
}
