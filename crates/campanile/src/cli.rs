//! What can be asked on the command line. The doc comments are the `--help`.

mod audit;
mod dlq;
mod encryption;
mod examples;
mod health;
mod ingest;
mod key;
mod listen;
mod magic_link;
mod migrate;
mod moving;
mod preferences;
mod provider;
mod reach;
mod recipe;
mod retention;
mod shell;
mod size;
mod suppression;
mod template;
mod test;
mod user;

use std::net::SocketAddr;
use std::path::PathBuf;

use campanile_config::listen_address;
use campanile_domain::{Channel, Rate, TenantId};
use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use audit::{AuditCommand, AuditListOptions, AuditOptions, AuditTermOption};
pub(crate) use dlq::{Choice, DlqAction, DlqOptions, Filters, ListOptions};
pub(crate) use encryption::{EncryptionAction, EncryptionOptions, Whose};
pub(crate) use health::HealthOptions;
pub(crate) use ingest::{CreateIngestOptions, IngestAction, IngestOptions};
pub(crate) use key::{KeyAction, KeyOptions};
pub(crate) use listen::{EventFormat, ListenOptions};
pub(crate) use magic_link::{MagicLinkAction, MagicLinkOptions};
pub(crate) use migrate::MigrateOptions;
pub(crate) use moving::{ExportOptions, ImportOptions};
pub(crate) use preferences::PreferencesAction;
pub(crate) use provider::{ProviderAction, ProviderOptions};
pub(crate) use reach::ReachOptions;
pub(crate) use recipe::{RecipeAction, RecipeOptions};
pub(crate) use retention::{RetentionAction, RetentionOptions};
pub(crate) use shell::{CompletionsOptions, ManOptions};
pub(crate) use size::{ChannelShare, SizeOptions};
pub(crate) use suppression::{About, SuppressionCommand, SuppressionOptions};
pub(crate) use template::{
    PreviewOptions, PushOptions, TemplateAction, TemplateOptions, VariantsOptions, WatchOptions,
};
pub(crate) use test::TestOptions;
pub(crate) use user::{UserAddressAction, UserCommand, UserOptions};

/// A multi-tenant notification service.
///
/// Standalone: `campanile up`. Cluster: `campanile migrate`, then `campanile api` and `campanile worker` with
/// Postgres, Redis and RabbitMQ. Settings come from the environment and from a TOML file; docs/reference/settings.md
/// lists them.
#[derive(Debug, Parser)]
#[command(name = "campanile", version, max_term_width = 100, after_help = examples::ALL)]
pub(crate) struct Cli {
    /// A TOML file with settings; environment variables override it.
    #[arg(long, global = true, value_name = "FILE", env = "CAMPANILE_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Roles and operator commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the whole service in one process on SQLite, without any other server.
    ///
    /// Creates its keys and the tenant `default`, prints example commands, and prints `ready on …` when it accepts
    /// requests.
    #[command(after_help = examples::UP)]
    Up(UpOptions),
    /// Run the API of a cluster.
    ///
    /// Requires DATABASE_URL (a migrated database) and a key to verify tokens: JWT_SECRET, JWT_PUBLIC_KEY or
    /// JWT_JWKS_URL. With REDIS_URL deliveries start immediately instead of at the next poll.
    #[command(after_help = examples::API)]
    Api(ApiOptions),
    /// Run a worker of a cluster.
    ///
    /// Requires DATABASE_URL (a migrated database) and RABBITMQ_URL. Every worker runs relay, scheduler and sweeper,
    /// independent of its channels. It serves health and metrics on CAMPANILE_METRICS_LISTEN.
    #[command(after_help = examples::WORKER)]
    Worker(WorkerOptions),
    /// Migrate the database: schema, roles and partitions; create the tenant `default`.
    ///
    /// Several instances can run it at the same time.
    #[command(after_help = examples::MIGRATE)]
    Migrate(MigrateOptions),
    /// Check configuration, database, cache, broker and providers. Prints one line each; exits with 1 if a check
    /// fails.
    #[command(after_help = examples::DOCTOR)]
    Doctor(DataDirOptions),
    /// Ask a running process whether it is ready. Exits with 1 if it is not: the health check of containers.
    ///
    /// Asks /readyz of the API or worker on this machine and waits up to 5 s for the answer.
    #[command(after_help = examples::HEALTH)]
    Health(HealthOptions),
    /// Print a signed token, and nothing else.
    ///
    /// Signed with JWT_SECRET, or with the key in the data directory of `campanile up`.
    #[command(after_help = examples::TOKEN)]
    Token(TokenOptions),
    /// Create, list, change, suspend and delete tenants.
    ///
    /// Calls a running API with --url, and a token or key with the scope platform from --token-file or CAMPANILE_TOKEN.
    /// Otherwise it works on the cluster that DATABASE_URL names, or on the data directory of `campanile up`, which must be
    /// stopped first because only one process can open its database.
    #[command(after_help = examples::TENANT)]
    Tenant(TenantOptions),
    /// Create, list, rotate and revoke the API keys of a tenant's services.
    ///
    /// Calls a running API with --url, and a token or key from --token-file or CAMPANILE_TOKEN. Otherwise it works on the
    /// cluster that DATABASE_URL names, or on the data directory of `campanile up`, which must be stopped first because
    /// only one process can open its database.
    #[command(after_help = examples::KEY)]
    Key(KeyOptions),
    /// Rotate the keys that encrypt what is stored, and encrypt what was stored before.
    ///
    /// Calls a running API with --url, and a token or key with the scope platform from --token-file or CAMPANILE_TOKEN.
    /// Otherwise it works on the cluster that DATABASE_URL names, with CAMPANILE_MASTER_KEY, or on the data directory of
    /// `campanile up`, which must be stopped first because only one process can open its database.
    #[command(after_help = examples::ENCRYPTION)]
    Encryption(EncryptionOptions),
    /// Make links that open a page of a user without a login.
    ///
    /// Calls a running API with --url, and a token or key from --token-file or CAMPANILE_TOKEN. Otherwise it works on the
    /// cluster that DATABASE_URL names, or on the data directory of `campanile up`, which must be stopped first because
    /// only one process can open its database. CAMPANILE_PUBLIC_URL is the address in the links.
    #[command(after_help = examples::MAGIC_LINK)]
    MagicLink(MagicLinkOptions),
    /// List, replay and purge dead letters: deliveries that ran out of attempts or cannot succeed.
    ///
    /// Works on the cluster that DATABASE_URL names, or on the data directory of `campanile up`, which must be
    /// stopped first because only one process can open its database. Use the API while it runs.
    #[command(after_help = examples::DLQ)]
    Dlq(DlqOptions),
    /// List, export and verify the audit log: what operators did.
    ///
    /// Works on the cluster that DATABASE_URL names, or on the data directory of `campanile up`, which must be
    /// stopped first because only one process can open its database. Use the API while it runs.
    #[command(after_help = examples::AUDIT)]
    Audit(AuditOptions),
    /// List and change the suppression list: addresses to which nothing is sent.
    ///
    /// Works on the cluster that DATABASE_URL names, or on the data directory of `campanile up`, which must be
    /// stopped first because only one process can open its database. Use the API while it runs.
    #[command(after_help = examples::SUPPRESSION)]
    Suppression(SuppressionOptions),
    /// Export everything that is stored about a user.
    ///
    /// Works on the cluster that DATABASE_URL names, or on the data directory of `campanile up`, which must be
    /// stopped first because only one process can open its database. Use the API while it runs.
    #[command(after_help = examples::USER)]
    User(UserOptions),
    /// Set, list and remove a tenant's providers. Secrets are stored encrypted.
    ///
    /// Works on the cluster that DATABASE_URL names (and encrypts with CAMPANILE_MASTER_KEY), or on the data
    /// directory of `campanile up`, which must be stopped first. Use the API while it runs.
    #[command(after_help = examples::PROVIDER)]
    Provider(ProviderOptions),
    /// List, show and check recipes: files that describe how a service is called and what its replies mean.
    ///
    /// Works without a database. The folder CAMPANILE_RECIPES holds recipes of your own; docs/guides/add-a-channel.md says
    /// how one is written.
    #[command(after_help = examples::RECIPE)]
    Recipe(RecipeOptions),
    /// Create, list and revoke ingest addresses, to which programs send in their own protocol: the Apprise API, ntfy, webhooks of
    /// Alertmanager and Grafana, or JSON of any shape.
    ///
    /// Works on the cluster that DATABASE_URL names, or on the data directory of `campanile up`, which must be stopped first
    /// because only one process can open its database. Use the API while it runs.
    #[command(after_help = examples::INGEST)]
    Ingest(IngestOptions),
    /// Edit a tenant's templates: keep them as files in git, publish them, return to an earlier version.
    ///
    /// A folder has a file for each part of a template: `<type>/<channel>.<locale>.<part>.<extension>`, such as
    /// `order_shipped/push.en.title.txt` and `order_shipped/email.de.html.html`; `_shared/email.en.layout.html` is the
    /// partial `layout` of all mails in English, and `_shared/brand.json` the brand. Extensions are txt, html and mjml.
    ///
    /// Works on the cluster that DATABASE_URL names, or on the data directory of `campanile up`, which must be stopped first
    /// because only one process can open its database. Use the API while it runs.
    #[command(after_help = examples::TEMPLATE)]
    Template(TemplateOptions),
    /// Write a whole tenant to a file, to move it to another database of either kind.
    ///
    /// The tenant must be suspended. The file has everything: notifications, users, providers, templates, keys, the audit log
    /// and what is pending. It is encrypted with a passphrase. A tenant that was exported is imported into the target,
    /// deleted here, and resumed there; it must not be resumed here, or both databases deliver what is pending.
    ///
    /// Works on the cluster that DATABASE_URL names, with the login that migrates it, or on the data directory of
    /// `campanile up`, which must be stopped first because only one process can open its database.
    #[command(after_help = examples::EXPORT)]
    Export(ExportOptions),
    /// Import a tenant that `campanile export` wrote to a file.
    ///
    /// The whole file is checked before anything is stored. An import that was interrupted is continued by running the command
    /// again. The tenant stays suspended until `campanile tenant resume`.
    ///
    /// Works on the cluster that DATABASE_URL names, with the login that migrates it, or on the data directory of
    /// `campanile up`, which must be stopped first because only one process can open its database.
    #[command(after_help = examples::IMPORT)]
    Import(ImportOptions),
    /// Remove notifications older than the retention period, and show or set a tenant's retention period.
    ///
    /// Works on the cluster that DATABASE_URL names, or on the data directory of `campanile up`, which must be
    /// stopped first because only one process can open its database. Workers and `up` run retention once a day.
    #[command(after_help = examples::RETENTION)]
    Retention(RetentionOptions),
    /// Send a test notification through a running API and print the outcome of each channel.
    ///
    /// Waits up to 15 s. Exits with 1 unless every channel reports `sent`. Signs its own token if JWT_SECRET or the
    /// data directory of `campanile up` is available.
    #[command(after_help = examples::TEST)]
    Test(TestOptions),
    /// Print what a cluster for a given load needs: replicas, CPU, memory and disk of each part, and why.
    ///
    /// Calculates from measured costs (docs/sizing.md); it connects to no server. The default is 10,000 users and 1,000
    /// notifications per second.
    #[command(after_help = examples::SIZE)]
    Size(SizeOptions),
    /// Follow a user's inbox live: print each event as it happens.
    ///
    /// Reconnects when the connection is lost, and resumes where it was. With --forward it also posts each event to a
    /// program that you develop. Signs its own token if JWT_SECRET or the data directory of
    /// `campanile up` is available. Ends with Ctrl-C.
    #[command(after_help = examples::LISTEN)]
    Listen(ListenOptions),
    /// Print the OpenAPI 3.1 document.
    #[command(after_help = examples::OPENAPI)]
    Openapi,
    /// Print a script that completes commands and options in a shell.
    #[command(after_help = examples::COMPLETIONS)]
    Completions(CompletionsOptions),
    /// Write the manual pages, one per command.
    #[command(after_help = examples::MAN)]
    Man(ManOptions),
}

/// Options of `up`.
#[derive(Debug, Args)]
pub(crate) struct UpOptions {
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
    /// The address to listen on (default 127.0.0.1:8080, or CAMPANILE_LISTEN); port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", value_parser = listen)]
    pub(crate) listen: Option<SocketAddr>,
}

/// Options of `api`.
#[derive(Debug, Args)]
pub(crate) struct ApiOptions {
    /// The address to listen on (default 0.0.0.0:8080, or CAMPANILE_LISTEN).
    #[arg(long, value_name = "ADDRESS", value_parser = listen)]
    pub(crate) listen: Option<SocketAddr>,
}

/// Options of `worker`.
#[derive(Debug, Args)]
pub(crate) struct WorkerOptions {
    /// The channels this worker delivers (default: all).
    #[arg(long, value_delimiter = ',', value_name = "CHANNEL,…", value_parser = channel)]
    pub(crate) channels: Vec<Channel>,
    /// Deliver all channels apart from these, which other workers deliver.
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "CHANNEL,…",
        value_parser = channel,
        conflicts_with = "channels"
    )]
    pub(crate) except: Vec<Channel>,
    /// The address of the health and metrics endpoints (default 0.0.0.0:9090, or CAMPANILE_METRICS_LISTEN).
    #[arg(long, value_name = "ADDRESS", value_parser = listen)]
    pub(crate) listen: Option<SocketAddr>,
}

/// Where `up` keeps its data.
#[derive(Debug, Args)]
pub(crate) struct DataDirOptions {
    /// The directory where `up` keeps its database and keys.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        default_value = "campanile-data"
    )]
    pub(crate) data_dir: PathBuf,
}

/// Options of `token`.
#[derive(Debug, Args)]
pub(crate) struct TokenOptions {
    /// The tenant of the token.
    #[arg(long, value_parser = tenant)]
    pub(crate) tenant: TenantId,
    /// The subject: a user id for the scope `inbox`, any name for a service.
    #[arg(long)]
    pub(crate) sub: String,
    /// The scopes, separated by spaces: notifications:send, inbox, admin, platform, or a role: viewer, editor, operator.
    #[arg(long)]
    pub(crate) scope: String,
    /// The lifetime, at most a year.
    #[arg(long, default_value = "1h", value_parser = ttl)]
    pub(crate) ttl: std::time::Duration,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
}

/// Options of `tenant`.
#[derive(Debug, Args)]
pub(crate) struct TenantOptions {
    #[command(subcommand)]
    pub(crate) action: TenantAction,
    #[command(flatten)]
    pub(crate) reach: ReachOptions,
}

/// Actions on tenants.
#[derive(Debug, Subcommand)]
pub(crate) enum TenantAction {
    /// Create a tenant.
    #[command(after_help = examples::TENANT_CREATE)]
    Create {
        /// The name: 1 to 63 characters of a-z, 0-9 and -.
        #[arg(value_parser = tenant)]
        name: TenantId,
        /// The retry schedule, e.g. `5s,30s,2m` (default: seven steps up to 12 h).
        #[arg(long, value_delimiter = ',', value_parser = humantime::parse_duration)]
        retry_ladder: Vec<std::time::Duration>,
    },
    /// Change a tenant's retry schedule, link schemes, locale, limits or keys.
    #[command(after_help = examples::TENANT_SET)]
    Set {
        /// The name.
        #[arg(value_parser = tenant)]
        name: TenantId,
        /// The new retry schedule, e.g. `5s,30s,2m`; without any option it is reset to the default.
        #[arg(long, value_delimiter = ',', value_parser = humantime::parse_duration)]
        retry_ladder: Vec<std::time::Duration>,
        /// The schemes besides https that links may have, e.g. `myapp,tel`; `""` for none.
        #[arg(long, value_name = "SCHEMES")]
        link_schemes: Option<String>,
        /// The locale of users who have none, e.g. `de-AT`; `""` for English.
        #[arg(long)]
        locale: Option<String>,
        /// Whether pushes carry the number of unread notifications, for the badge of the app. Each push then costs one query.
        #[arg(long, value_name = "BOOL")]
        push_badge: Option<bool>,
        /// Whether it is counted which mails are opened. Needs CAMPANILE_PUBLIC_URL.
        #[arg(long, value_name = "BOOL")]
        track_opens: Option<bool>,
        /// Whether it is counted in which mails a link is opened. Needs CAMPANILE_PUBLIC_URL.
        #[arg(long, value_name = "BOOL")]
        track_clicks: Option<bool>,
        /// How many active API keys it can have; `default` for the default.
        #[arg(long, value_name = "NUMBER", value_parser = most)]
        max_keys: Option<Most>,
        /// How many requests it can make, e.g. `600/m burst 50`; `default` for the default.
        #[arg(long, value_name = "RATE", value_parser = most_often)]
        max_requests: Option<MostOften>,
        /// How many requests to send it can make, e.g. `100/s`; `default` for the default.
        #[arg(long, value_name = "RATE", value_parser = most_often)]
        max_sends: Option<MostOften>,
        /// How many open streams it can have on each server; `default` for the default.
        #[arg(long, value_name = "NUMBER", value_parser = most)]
        max_streams: Option<Most>,
        /// How many notification types can have templates or a schema; `default` for the default.
        #[arg(long, value_name = "NUMBER", value_parser = most)]
        max_types: Option<Most>,
        /// How many recipients one of its requests can name; `default` for the default.
        #[arg(long, value_name = "NUMBER", value_parser = most)]
        max_recipients: Option<Most>,
        /// How much of it can wait to be planned, sent or retried; `default` for no limit.
        #[arg(long, value_name = "NUMBER", value_parser = most)]
        max_queued: Option<Most>,
        /// How many notifications it can have stored; `default` for no limit.
        #[arg(long, value_name = "NUMBER", value_parser = most)]
        max_notifications: Option<Most>,
        /// A file with a JWK set of public keys that verify tokens of this tenant, `-` for standard input; `""` for none. It
        /// replaces the whole earlier set: for a rotation, the file has the old and the new key.
        #[arg(long, value_name = "FILE")]
        token_keys: Option<String>,
    },
    /// Suspend a tenant: it accepts and delivers nothing until it is resumed. Reading stays possible.
    #[command(after_help = examples::TENANT_SUSPEND)]
    Suspend {
        /// The name.
        #[arg(value_parser = tenant)]
        name: TenantId,
    },
    /// Resume a tenant: its pending notifications are delivered.
    #[command(after_help = examples::TENANT_RESUME)]
    Resume {
        /// The name.
        #[arg(value_parser = tenant)]
        name: TenantId,
    },
    /// Delete a tenant with everything that it has. This cannot be undone.
    ///
    /// The key that encrypts its secrets is removed at once. Workers, or `up`, then remove its rows.
    #[command(after_help = examples::TENANT_DELETE)]
    Delete {
        /// The name.
        #[arg(value_parser = tenant)]
        name: TenantId,
        /// The name once more, so that no other tenant is deleted by mistake.
        #[arg(long, value_name = "NAME", value_parser = tenant)]
        confirm: TenantId,
    },
    /// Show how much a tenant has: keys, providers, users, devices, topics, dead letters, what waits and what is stored.
    #[command(after_help = examples::TENANT_USAGE)]
    Usage {
        /// The name.
        #[arg(value_parser = tenant)]
        name: TenantId,
        /// Output format.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Show or set a tenant's default preferences, mandatory types and rate rules.
    #[command(after_help = examples::TENANT_PREFERENCES)]
    Preferences {
        #[command(subcommand)]
        action: PreferencesAction,
    },
    /// List all tenants.
    #[command(after_help = examples::TENANT_LIST)]
    List {
        /// Output format.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

/// Output format of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// A number, or none for the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Most(pub(crate) Option<u32>);

fn most(text: &str) -> Result<Most, &'static str> {
    match text {
        "default" => Ok(Most(None)),
        number => number
            .parse()
            .map(|number| Most(Some(number)))
            .map_err(|_| "expected a number or `default`"),
    }
}

/// A rate, or the default.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MostOften(pub(crate) Option<Rate>);

fn most_often(text: &str) -> Result<MostOften, &'static str> {
    match text {
        "default" => Ok(MostOften(None)),
        rate => rate
            .parse()
            .map(|rate| MostOften(Some(rate)))
            .map_err(|_| "expected a rate such as 100/s or 600/m burst 50, or `default`"),
    }
}

fn tenant(name: &str) -> Result<TenantId, campanile_domain::InvalidName> {
    TenantId::parse(name)
}

/// Any name that a channel can have: which there are is known when the settings are read.
fn channel(name: &str) -> Result<Channel, campanile_domain::UnknownChannel> {
    Channel::stored(name)
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    let example = "expected an address and a port such as 127.0.0.1:8080 or localhost:8080";
    listen_address(text).map_err(|why| format!("it {why}, {example}"))
}

/// A token cannot be revoked, so its lifetime is limited.
fn ttl(text: &str) -> Result<std::time::Duration, String> {
    const YEAR: std::time::Duration = std::time::Duration::from_secs(366 * 24 * 60 * 60);
    let ttl = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if ttl.is_zero() || ttl > YEAR {
        return Err("expected a duration of at most a year, e.g. 1h or 30d".into());
    }
    Ok(ttl)
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    /// Words as a shell would read them, as far as examples go: single quotes, and a variable before the command.
    fn words(line: &str) -> Vec<String> {
        let pieces = line.split('\'').enumerate();
        let words = pieces.flat_map(|(at, piece)| match at % 2 {
            0 => piece.split_whitespace().map(str::to_owned).collect(),
            _ => vec![piece.to_owned()],
        });
        words
            .skip_while(|word: &String| word.contains('='))
            .collect()
    }

    fn check(command: &clap::Command, path: &str) {
        let help = command.get_after_help().map(ToString::to_string);
        let help = help.unwrap_or_else(|| panic!("{path} has no example"));
        let examples: Vec<_> = help
            .lines()
            .filter(|line| line.contains("campanile "))
            .collect();
        assert!(!examples.is_empty(), "{path}: {help}");
        for line in examples {
            // What stands behind a pipe is another program's, and what stands behind `<` or `>` is a file.
            let ours = [" | ", " > ", " < "].into_iter().fold(line, |ours, mark| {
                ours.split(mark).next().unwrap_or_default()
            });
            let words = words(ours);
            assert_eq!(words[0], "campanile", "{line}");
            if let Err(error) = Cli::try_parse_from(&words) {
                panic!("{path}: {line}: {error}");
            }
        }
        for one in command.get_subcommands() {
            check(one, &format!("{path} {}", one.get_name()));
        }
    }

    #[test]
    fn every_command_has_examples_that_can_be_pasted() {
        check(&Cli::command(), "campanile");
    }
}
