//! Checks of everything that is not Rust code: manifests, image, compose file, workflows, scripts, YAML.

use std::time::Instant;

use anyhow::{Result, bail};

use crate::tools::Tools;
use crate::{command, direction, manifests, migrations, monitoring, settings_table};

/// Long enough for the service's own check; used nowhere but here.
const SAMPLE_SECRET: &str = "only-for-checking-the-compose-file";
/// What the compose file must not have a value for.
const SECRETS: [&str; 4] = [
    "JWT_SECRET",
    "POSTGRES_PASSWORD",
    "RABBITMQ_PASSWORD",
    "GRAFANA_PASSWORD",
];

/// Every shell script.
const SCRIPTS: &[&str] = &[
    ".ci/run",
    "k8s/components/redis/primary.sh",
    "k8s/components/redis/redis.sh",
    "k8s/components/redis/sentinel.sh",
    "xtask/package/postinst",
    "xtask/package/postrm",
    "xtask/package/prerm",
];

/// Runs all checks and reports all faults.
///
/// `write` makes anew what is made of other files, in place of comparing it.
pub fn run(write: bool) -> Result<()> {
    let mut faults = Vec::new();
    let mut check = |name: &str, work: &mut dyn FnMut() -> Result<()>| {
        let begun = Instant::now();
        let result = work();
        let verdict = if result.is_ok() { "ok" } else { "FAULT" };
        println!("{name}: {verdict} ({:.1} s)", begun.elapsed().as_secs_f32());
        if let Err(error) = result {
            println!("{error:#}");
            faults.push(name.to_owned());
        }
    };

    println!("== top level");
    check("dependency direction", &mut direction::check);
    check("migrations", &mut migrations::check);
    check("settings of deployments", &mut settings_table::check);
    check("alerts and dashboards", &mut || monitoring::check(write));
    let mut tools = None;
    check("tools", &mut || {
        tools = Some(Tools::install()?);
        Ok(())
    });
    if let Some(tools) = tools {
        check("Kubernetes manifests", &mut || manifests::check(&tools));
        check("Dockerfile", &mut || {
            quiet(tools.call("hadolint").arg("Dockerfile"))
        });
        check("compose file", &mut || compose(&tools));
        check("workflows", &mut || workflows(&tools));
        check("scripts", &mut || {
            quiet(tools.call("shellcheck").args(SCRIPTS))
        });
        check("YAML", &mut || {
            quiet(tools.call("yamllint").args(["--strict", "."]))
        });
    }
    if !faults.is_empty() {
        bail!("faults at the top level: {}", faults.join(", "));
    }
    Ok(())
}

/// The compose file must be valid with its secrets, and refuse to start without any of them.
fn compose(tools: &Tools) -> Result<()> {
    let config = || {
        let mut config = tools.call("docker-compose");
        // A developer's own .env file must not decide the outcome.
        config.args(["--env-file", "/dev/null", "config", "--quiet"]);
        config.envs(SECRETS.map(|name| (name, SAMPLE_SECRET)));
        config
    };
    quiet(&mut config())?;
    for secret in SECRETS {
        match command::output(config().env_remove(secret)) {
            Ok(_) => bail!("docker-compose.yml must not be usable without {secret}"),
            Err(error) if error.to_string().contains(secret) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn workflows(tools: &Tools) -> Result<()> {
    let shellcheck = tools.path("shellcheck");
    quiet(tools.call("actionlint").arg("-shellcheck").arg(shellcheck))
}

fn quiet(command: &mut std::process::Command) -> Result<()> {
    command::output(command).map(drop)
}
