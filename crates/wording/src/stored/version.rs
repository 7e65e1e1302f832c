//! A version that is ready to render.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use campanile_domain::{
    Assigned, Assignments, Channel, TemplateParts, TemplateSnapshot, UserId, overlaid,
};
use campanile_telemetry::metrics;
use campanile_templates::{
    Compiled, Context, Fault, PartSources, Source, TemplateKind, compile, locale_chain,
};

use super::asks::Asks;
use super::compiled::CompiledTemplates;
use super::shared::Shared;
use super::versions::VersionKey;

/// A template of a version, or a variant of it: its channel, locale and variant.
type Place = (Channel, String, String);

/// A version of a type, with what it uses of `_shared`.
pub(crate) struct Version {
    whose: VersionKey,
    snapshot: TemplateSnapshot,
    shared: Arc<Shared>,
    bytes: usize,
    /// By channel, for those that it has.
    asks: BTreeMap<Channel, Asks>,
    compiled: CompiledTemplates,
    /// Its number among those compiled.
    number: u64,
    /// Templates whose fault is in the log.
    reported: Mutex<HashSet<Place>>,
    rest: Mutex<Rest>,
}

/// Whether the template for the inbox has cost too much lately.
#[derive(Default)]
struct Rest {
    until: Option<Instant>,
    is_reported: bool,
}

/// What a stored template made.
pub(crate) struct Rendered {
    /// The locale that it is written in.
    pub(crate) locale: String,
    /// Its parts.
    pub(crate) parts: BTreeMap<String, String>,
}

/// What a stored template made for a reader; `None` if it has failed, or there is none.
pub(crate) struct ForReader {
    pub(crate) rendered: Option<Rendered>,
    /// Processor time.
    pub(crate) cpu: Duration,
    /// Whether another reader of the same locale and time zone may be told something else.
    pub(crate) names_reader: bool,
}

impl Version {
    pub(super) fn new(
        whose: VersionKey,
        snapshot: TemplateSnapshot,
        shared: Arc<Shared>,
        compiled: CompiledTemplates,
    ) -> Self {
        let channels = snapshot.templates.keys();
        let asks = channels.map(|one| (*one, Asks::of(*one, &snapshot, &shared.snapshot)));
        Self {
            whose,
            asks: asks.collect(),
            bytes: snapshot.to_stored().len(),
            snapshot,
            shared,
            number: compiled.number(),
            compiled,
            reported: Mutex::default(),
            rest: Mutex::default(),
        }
    }

    /// Bytes of its sources.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// The tenant's brand as a JSON object, or nothing.
    pub(crate) fn brand(&self) -> Arc<str> {
        Arc::clone(&self.shared.brand)
    }

    /// Whether there is a template for a channel.
    pub(crate) fn has(&self, channel: Channel) -> bool {
        self.snapshot.templates.contains_key(&channel)
    }

    /// What its template for a channel may ask of the reader; nothing where there is none.
    pub(crate) fn asks(&self, channel: Channel) -> Asks {
        self.asks.get(&channel).copied().unwrap_or_default()
    }

    /// The variants for a reader whose locale has this chain.
    pub(crate) fn assign(&self, user: &UserId, chain: &[String]) -> Assignments {
        let (tenant, of, _) = &self.whose;
        let given = self.snapshot.trials.iter().filter_map(|(channel, trial)| {
            let (locale, _) = self.snapshot.best(*channel, chain)?;
            let assigned = trial.choose(tenant, of, *channel, user, locale)?;
            Some((*channel, assigned))
        });
        given.collect()
    }

    /// The variant that a reader was given, if words of it are in the first locale of a chain that the template has. A
    /// device may have another locale than its user.
    pub(crate) fn holding<'a>(
        &self,
        channel: Channel,
        chain: &[String],
        assigned: Option<&'a Assigned>,
    ) -> Option<&'a Assigned> {
        let trial = self.snapshot.trials.get(&channel)?;
        let (locale, _) = self.snapshot.best(channel, chain)?;
        assigned.filter(|assigned| assigned.trial == trial.number && trial.has(locale))
    }

    /// The parts of a template in the words of a variant.
    fn parts_of(
        &self,
        channel: Channel,
        locale: &str,
        parts: &TemplateParts,
        variant: &str,
    ) -> TemplateParts {
        let trial = self.snapshot.trials.get(&channel);
        let variant = trial.and_then(|trial| trial.variants.get(variant));
        match variant.and_then(|variant| variant.templates.get(locale)) {
            Some(variant) => overlaid(parts, variant),
            None => parts.clone(),
        }
    }

    /// Renders the template for a channel, in the words of a variant and the first locale of a chain that there is one in.
    /// A fault is in the log once.
    pub(crate) fn render(
        &self,
        channel: Channel,
        chain: &[String],
        variant: &str,
        context: &Context,
    ) -> ForReader {
        let nothing = ForReader {
            rendered: None,
            cpu: Duration::ZERO,
            names_reader: false,
        };
        let Some((locale, parts)) = self.snapshot.best(channel, chain) else {
            return nothing;
        };
        let schemes = &context.link_schemes;
        let compiled = self.compiled.get(
            self.number,
            channel,
            (locale, variant),
            schemes,
            || {
                let chain = locale_chain(None, Some(locale), None);
                let partials = self.shared.snapshot.partials(channel, &chain);
                compile(Source {
                    kind: kind(channel),
                    locale,
                    parts: &PartSources(self.parts_of(channel, locale, parts, variant)),
                    partials: &partials,
                    layouts: &partials,
                    link_schemes: schemes,
                })
            },
            // It compiled when it was published, so another program has done that, or other schemes were allowed then.
            |fault| self.report(channel, locale, variant, fault),
        );
        let Some(compiled) = compiled else {
            return nothing;
        };
        let made = Compiled::render_for_reader(&compiled, context);
        let rendered = match made.parts {
            Ok(parts) => Some(Rendered {
                locale: locale.to_owned(),
                parts,
            }),
            Err(fault) => {
                self.report(channel, locale, variant, &fault);
                None
            }
        };
        ForReader {
            rendered,
            cpu: made.cpu,
            names_reader: made.names_reader,
        }
    }

    /// Whether the template for the inbox is not used for a while, because it has cost too much.
    pub(crate) fn rests(&self) -> bool {
        let mut rest = lock(&self.rest);
        if rest.until.is_some_and(|until| until <= Instant::now()) {
            rest.until = None;
        }
        rest.until.is_some()
    }

    /// The readers of one batch took more processor time than they may; it is in the log once. If the template is slow
    /// and not its readers many, it is not used for a while, so that it cannot take as much of each batch that follows.
    pub(crate) fn was_over_budget(&self, cpu: Duration, renders: u32, rest_for: Option<Duration>) {
        let mut rest = lock(&self.rest);
        rest.until = rest_for.map(|rest_for| Instant::now() + rest_for);
        if std::mem::replace(&mut rest.is_reported, true) {
            return;
        }
        drop(rest);
        let (tenant, of, version) = &self.whose;
        tracing::warn!(
            tenant.id = %tenant, r#type = %of, version, channel = %Channel::InApp, renders,
            cpu_ms = u64::try_from(cpu.as_millis()).unwrap_or(u64::MAX),
            "the template for the inbox takes too long for so many readers; the others are shown built-in words"
        );
    }

    fn report(&self, channel: Channel, locale: &str, variant: &str, fault: &Fault) {
        let code = fault.code.name();
        metrics()
            .template_faults_total
            .with_label_values(&[channel.name(), code])
            .inc();
        if lock(&self.reported).insert((channel, locale.to_owned(), variant.to_owned())) {
            let (tenant, of, version) = &self.whose;
            let (part, line, column) = (&fault.part, fault.line, fault.column);
            tracing::warn!(
                tenant.id = %tenant, r#type = %of, version, channel = %channel, locale, variant, part, line, column, code,
                error = fault.message,
                "a published template failed; built-in words are used in its place"
            );
        }
    }
}

/// What a channel's templates are compiled as.
pub(crate) const fn kind(channel: Channel) -> TemplateKind {
    match channel {
        Channel::InApp | Channel::Webhook => TemplateKind::InApp,
        Channel::Push | Channel::WebPush | Channel::Apns => TemplateKind::Push,
        Channel::Email => TemplateKind::Email,
        Channel::Slack
        | Channel::Discord
        | Channel::Pushover
        | Channel::Apprise
        | Channel::Recipe(_) => TemplateKind::Text,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
