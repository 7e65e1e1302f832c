//! Options of `template`.

use std::net::SocketAddr;
use std::path::PathBuf;

use campanile_domain::{Channel, InvalidName, NotificationType, TenantId, is_variant_name};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use super::{DataDirOptions, Format, examples, tenant};

/// Options of `template`.
#[derive(Debug, Args)]
pub(crate) struct TemplateOptions {
    #[command(subcommand)]
    pub(crate) action: TemplateAction,
    /// The tenant.
    #[arg(long, global = true, value_name = "NAME", default_value = "default", value_parser = tenant)]
    pub(crate) tenant: TenantId,
    /// The name under which changes are recorded.
    #[arg(long = "as", global = true, value_name = "NAME", default_value = "operator", value_parser = editor)]
    pub(crate) editor: String,
    #[command(flatten)]
    pub(crate) data: DataDirOptions,
}

/// Actions on templates.
#[derive(Debug, Subcommand)]
pub(crate) enum TemplateAction {
    /// List the notification types that have templates, with their versions and drafts.
    #[command(after_help = examples::TEMPLATE_LIST)]
    List {
        /// Output format.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Write the drafts and the brand into files below a folder, for git.
    ///
    /// Files that differ are not overwritten without --force; files that no draft has are left alone.
    #[command(after_help = examples::TEMPLATE_PULL)]
    Pull {
        /// The folder; it is created if it does not exist.
        folder: PathBuf,
        /// Only this type; _shared for layouts and partials.
        #[arg(long = "type", value_name = "TYPE", value_parser = notification_type)]
        only: Option<NotificationType>,
        /// Overwrite files that differ.
        #[arg(long)]
        force: bool,
    },
    /// Save the files of a folder as drafts, and publish them with --publish.
    ///
    /// Only what differs is saved. Drafts that have no file are left alone, unless --prune is given.
    #[command(after_help = examples::TEMPLATE_PUSH)]
    Push(PushOptions),
    /// Print what `push` would change. Exits with 1 if anything differs.
    #[command(after_help = examples::TEMPLATE_DIFF)]
    Diff {
        /// The folder.
        folder: PathBuf,
    },
    /// Print what a notification would say, from the drafts or from a version. Nothing is sent.
    #[command(after_help = examples::TEMPLATE_PREVIEW)]
    Preview(PreviewOptions),
    /// Serve a page on this machine that shows what the files of a folder say, and follows them as they change.
    ///
    /// Nothing is read from the database and nothing is stored or sent.
    #[command(after_help = examples::TEMPLATE_WATCH)]
    Watch(WatchOptions),
    /// Publish the drafts of a type, now or at a later time.
    #[command(after_help = examples::TEMPLATE_PUBLISH)]
    Publish {
        /// The type; _shared for layouts, partials and the brand.
        #[arg(value_name = "TYPE", value_parser = notification_type)]
        of: NotificationType,
        /// The time at which it is published, such as 2027-01-31T08:00:00Z.
        #[arg(long, value_name = "TIME")]
        at: Option<DateTime<Utc>>,
        /// Why, for other editors.
        #[arg(long, value_name = "TEXT", value_parser = comment)]
        comment: Option<String>,
    },
    /// Publish what an earlier version holds as a new version.
    #[command(after_help = examples::TEMPLATE_ROLLBACK)]
    Rollback {
        /// The type; _shared for layouts, partials and the brand.
        #[arg(value_name = "TYPE", value_parser = notification_type)]
        of: NotificationType,
        /// The version to return to.
        version: u64,
        /// Why, for other editors.
        #[arg(long, value_name = "TEXT", value_parser = comment)]
        comment: Option<String>,
    },
    /// Return a type to the built-in words: take its version out of use and remove its drafts.
    #[command(after_help = examples::TEMPLATE_RETIRE)]
    Retire {
        /// The type.
        #[arg(value_name = "TYPE", value_parser = notification_type)]
        of: NotificationType,
    },
    /// List, save or remove variants of a type's templates: other words for some of their readers.
    ///
    /// What is saved here is a draft; it is used when the type is published.
    #[command(after_help = examples::TEMPLATE_VARIANTS)]
    Variants(VariantsOptions),
    /// Print what the version in use compares, and what became of each variant.
    #[command(after_help = examples::TEMPLATE_RESULTS)]
    Results {
        /// The type.
        #[arg(value_name = "TYPE", value_parser = notification_type)]
        of: NotificationType,
        /// Output format.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Make a variant of the version in use the template itself, and end the comparison of its channel.
    #[command(after_help = examples::TEMPLATE_PROMOTE)]
    Promote {
        /// The type.
        #[arg(value_name = "TYPE", value_parser = notification_type)]
        of: NotificationType,
        /// The channel.
        channel: Channel,
        /// The variant; control keeps the template as it is.
        variant: String,
        /// Why, for other editors.
        #[arg(long, value_name = "TEXT", value_parser = comment)]
        comment: Option<String>,
    },
    /// List the versions of a type, newest first.
    #[command(after_help = examples::TEMPLATE_VERSIONS)]
    Versions {
        /// The type; _shared for layouts, partials and the brand.
        #[arg(value_name = "TYPE", value_parser = notification_type)]
        of: NotificationType,
        /// The maximum number of versions.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
        limit: u32,
        /// Output format.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

/// Options of `template watch`.
#[derive(Debug, Args)]
pub(crate) struct WatchOptions {
    /// The folder, as `template pull` writes it.
    pub(crate) folder: PathBuf,
    /// A JSON file with the content of the notifications, or with contents by type.
    #[arg(long, value_name = "FILE")]
    pub(crate) content: Option<PathBuf>,
    /// The locale that the page begins with.
    #[arg(long)]
    pub(crate) locale: Option<String>,
    /// The address of the page; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8091", value_parser = loopback)]
    pub(crate) listen: SocketAddr,
}

/// Options of `template variants`.
#[derive(Debug, Args)]
pub(crate) struct VariantsOptions {
    /// The type.
    #[arg(value_name = "TYPE", value_parser = notification_type)]
    pub(crate) of: NotificationType,
    /// Save this variant, with --weight and --file.
    #[arg(long, value_name = "CHANNEL/NAME", value_parser = variant, requires_all = ["weight", "file"])]
    pub(crate) set: Option<(Channel, String)>,
    /// Its share of readers in percent.
    #[arg(long, value_name = "PERCENT", requires = "set", value_parser = clap::value_parser!(u32).range(1..=99))]
    pub(crate) weight: Option<u32>,
    /// A JSON file with the sources that differ from the template, by locale and part.
    #[arg(long, value_name = "FILE", requires = "set")]
    pub(crate) file: Option<PathBuf>,
    /// Remove this variant.
    #[arg(long, value_name = "CHANNEL/NAME", value_parser = variant, conflicts_with = "set")]
    pub(crate) remove: Option<(Channel, String)>,
    /// Output format of the list.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// Options of `template push`.
#[derive(Debug, Args)]
pub(crate) struct PushOptions {
    /// The folder.
    pub(crate) folder: PathBuf,
    /// Only print what would change.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Remove drafts and variants that have no file, of the types that have a folder.
    #[arg(long)]
    pub(crate) prune: bool,
    /// Publish each type whose drafts were changed.
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) publish: bool,
    /// Why, for other editors; with --publish.
    #[arg(long, value_name = "TEXT", requires = "publish", value_parser = comment)]
    pub(crate) comment: Option<String>,
}

/// Options of `template preview`.
#[derive(Debug, Args)]
pub(crate) struct PreviewOptions {
    /// The type.
    #[arg(value_name = "TYPE", value_parser = notification_type)]
    pub(crate) of: NotificationType,
    /// A JSON file with the content of the notification; - reads standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) content: Option<PathBuf>,
    /// The reader, whose locale, time zone and attributes are used.
    #[arg(long, value_name = "ID")]
    pub(crate) user: Option<String>,
    /// The locale, instead of the reader's.
    #[arg(long)]
    pub(crate) locale: Option<String>,
    /// Only this channel.
    #[arg(long, value_parser = super::channel)]
    pub(crate) channel: Option<Channel>,
    /// A version, instead of the drafts.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) version: Option<u32>,
    /// A variant, in the channels that have it.
    #[arg(long, value_name = "NAME")]
    pub(crate) variant: Option<String>,
}

/// The page asks for no password, so it is for this machine alone.
fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text
        .parse()
        .map_err(|_| "must be an address such as 127.0.0.1:8091")?;
    match address.ip().is_loopback() {
        true => Ok(address),
        false => Err("must be an address of this machine alone, such as 127.0.0.1:8091".into()),
    }
}

/// Reads `CHANNEL/NAME`.
fn variant(text: &str) -> Result<(Channel, String), String> {
    let (channel, name) = text
        .split_once('/')
        .ok_or("must be a channel, / and a name")?;
    let channel = Channel::stored(channel);
    let channel = channel.map_err(|error| error.to_string())?;
    match is_variant_name(name) {
        true => Ok((channel, name.to_owned())),
        false => {
            Err("a name is 1 to 32 of the characters a-z, 0-9, _ and -, and not control".into())
        }
    }
}

fn notification_type(name: &str) -> Result<NotificationType, InvalidName> {
    NotificationType::parse(name)
}

fn comment(text: &str) -> Result<String, &'static str> {
    let fits = (1..=500).contains(&text.len()) && !text.contains(char::is_control);
    match fits {
        true => Ok(text.to_owned()),
        false => Err("must be 1 to 500 bytes without control characters"),
    }
}

fn editor(name: &str) -> Result<String, &'static str> {
    let fits = (1..=128).contains(&name.len()) && !name.contains(char::is_control);
    match fits {
        true => Ok(name.to_owned()),
        false => Err("must be 1 to 128 bytes without control characters"),
    }
}
