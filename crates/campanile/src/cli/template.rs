//! Options of `template`.

use std::path::PathBuf;

use campanile_domain::{Channel, InvalidName, NotificationType, TenantId};
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
        /// The folder; it is created if need be.
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

/// Options of `template push`.
#[derive(Debug, Args)]
pub(crate) struct PushOptions {
    /// The folder.
    pub(crate) folder: PathBuf,
    /// Only print what would change.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Remove drafts that have no file, of the types that have a folder.
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
    /// The reader, whose locale is used.
    #[arg(long, value_name = "ID")]
    pub(crate) user: Option<String>,
    /// The locale, instead of the reader's.
    #[arg(long)]
    pub(crate) locale: Option<String>,
    /// Only this channel.
    #[arg(long)]
    pub(crate) channel: Option<Channel>,
    /// A version, instead of the drafts.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) version: Option<u32>,
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
