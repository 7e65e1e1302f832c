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
mod roles;
mod shell;
mod size;
mod suppression;
mod template;
mod tenant;
mod test;
#[cfg(test)]
mod tests;
mod token;
mod user;

use std::net::SocketAddr;
use std::path::PathBuf;

use campanile_config::listen_address;
use campanile_domain::{Channel, TenantId};
use clap::{Parser, Subcommand, ValueEnum};

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
pub(crate) use roles::{ApiOptions, DataDirOptions, UpOptions, WorkerOptions};
pub(crate) use shell::{CompletionsOptions, ManOptions};
pub(crate) use size::{ChannelShare, SizeOptions};
pub(crate) use suppression::{About, SuppressionCommand, SuppressionOptions};
pub(crate) use template::{
    PreviewOptions, PushOptions, TemplateAction, TemplateOptions, VariantsOptions, WatchOptions,
};
pub(crate) use tenant::{Most, MostOften, TenantAction, TenantOptions};
pub(crate) use test::TestOptions;
pub(crate) use token::TokenOptions;
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

/// Output format of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
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
