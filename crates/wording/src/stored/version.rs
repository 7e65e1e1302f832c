//! A version that is ready to render: what it holds, and what was compiled of it so far.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use campanile_domain::{Channel, NotificationType, TemplateSnapshot, TenantId};
use campanile_telemetry::metrics;
use campanile_templates::{
    Compiled, Context, Fault, PartSources, Source, TemplateKind, compile, locale_chain,
};

/// A template of a version.
type Place = (Channel, String);

/// A version of a type, with what it uses of `_shared`.
pub(crate) struct Version {
    whose: (TenantId, NotificationType, u64),
    snapshot: TemplateSnapshot,
    shared: TemplateSnapshot,
    brand: Arc<str>,
    bytes: u32,
    /// `None`: it does not compile.
    compiled: Mutex<HashMap<Place, Option<Compiled>>>,
    /// Templates whose fault is in the log.
    reported: Mutex<HashSet<Place>>,
}

/// What a stored template made.
pub(crate) struct Rendered {
    /// The locale that it is written in.
    pub(crate) locale: String,
    /// Its parts.
    pub(crate) parts: BTreeMap<String, String>,
}

impl Version {
    pub(crate) fn new(
        whose: (TenantId, NotificationType, u64),
        snapshot: TemplateSnapshot,
        shared: TemplateSnapshot,
    ) -> Self {
        let brand = shared.brand.as_ref();
        let brand = brand.map(|brand| serde_json::to_string(brand).unwrap_or_default());
        let bytes = snapshot.to_stored().len() + shared.to_stored().len();
        Self {
            whose,
            snapshot,
            brand: brand.unwrap_or_default().into(),
            shared,
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
            compiled: Mutex::default(),
            reported: Mutex::default(),
        }
    }

    /// Bytes of its sources.
    pub(crate) const fn bytes(&self) -> u32 {
        self.bytes
    }

    /// The tenant's brand as a JSON object, or nothing.
    pub(crate) fn brand(&self) -> Arc<str> {
        Arc::clone(&self.brand)
    }

    /// Whether there is a template for a channel.
    pub(crate) fn has(&self, channel: Channel) -> bool {
        self.snapshot.templates.contains_key(&channel)
    }

    /// Renders the template for a channel, in the first locale of a chain that there is one in. `None`: there is none, or
    /// it has failed, which is in the log once.
    pub(crate) fn render(
        &self,
        channel: Channel,
        chain: &[String],
        context: &Context,
    ) -> Option<Rendered> {
        let (locale, compiled) = self.compiled(channel, chain, &context.link_schemes)?;
        match compiled?.render(context) {
            Ok(parts) => Some(Rendered { locale, parts }),
            Err(fault) => {
                self.report(channel, &locale, &fault);
                None
            }
        }
    }

    fn compiled(
        &self,
        channel: Channel,
        chain: &[String],
        schemes: &[String],
    ) -> Option<(String, Option<Compiled>)> {
        let (locale, parts) = self.snapshot.best(channel, chain)?;
        let place = (channel, locale.to_owned());
        let mut all = lock(&self.compiled);
        if let Some(known) = all.get(&place) {
            return Some((place.1, known.clone()));
        }
        let partials = self
            .shared
            .partials(channel, &locale_chain(None, Some(locale), None));
        let source = Source {
            kind: kind(channel),
            locale,
            parts: &PartSources(parts.clone()),
            partials: &partials,
            layouts: &partials,
            link_schemes: schemes,
        };
        let compiled = match compile(source) {
            Ok(compiled) => Some(compiled),
            Err(faults) => {
                // It was compiled when it was published, so an older or newer program has done that.
                if let Some(fault) = faults.first() {
                    self.report(channel, locale, fault);
                }
                None
            }
        };
        all.insert(place.clone(), compiled.clone());
        Some((place.1, compiled))
    }

    fn report(&self, channel: Channel, locale: &str, fault: &Fault) {
        let code = fault.code.name();
        metrics()
            .template_faults_total
            .with_label_values(&[channel.name(), code])
            .inc();
        if lock(&self.reported).insert((channel, locale.to_owned())) {
            let (tenant, of, version) = &self.whose;
            let (part, line, column) = (&fault.part, fault.line, fault.column);
            tracing::warn!(
                tenant.id = %tenant, r#type = %of, version, channel = %channel, locale, part, line, column, code,
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
        Channel::Push | Channel::WebPush => TemplateKind::Push,
        Channel::Email => TemplateKind::Email,
        Channel::Slack | Channel::Discord | Channel::Pushover | Channel::Apprise => {
            TemplateKind::Text
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
