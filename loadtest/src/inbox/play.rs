//! The order of things.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;

use super::caller::Caller;
use super::hits::HitsByKind;
use super::load::Load;
use super::people::{DEEP_USER, People};
use super::place::Place;
use super::report::{Report, Scene};
use super::{deep, fill, freshness, verdict};
use crate::cli::InboxOptions;
use crate::cluster::{Costs, Installation};
use crate::token::Signer;

/// Plays; what it starts ends with it.
pub(super) async fn play(
    options: InboxOptions,
    installation: Option<Installation>,
    work: PathBuf,
    tell: fn(&str),
) -> anyhow::Result<Report> {
    let secret = installation.as_ref().map(Installation::jwt_secret);
    let secret = secret.or(options.secret.as_deref());
    let signer = Signer::new(secret.context("--secret is needed")?)?;
    let filling = format!("filling: {} notifications", options.notifications);
    let (place, caller) = match &installation {
        Some(installation) => {
            let starter = Place::migrated(&options, installation, &work)?;
            tell(&filling);
            fill::by_sql(installation, &options).await?;
            tell("starting: worker, api");
            let place = Place::start(&options, starter).await?;
            let caller = Arc::new(Caller::new(&place.urls)?);
            (place, caller)
        }
        None => {
            let caller = Arc::new(Caller::new(&options.url)?);
            tell(&filling);
            fill::by_api(&caller, &signer, &options).await?;
            (Place::elsewhere(&options.url), caller)
        }
    };
    let load = Load {
        people: Arc::new(People::new(&fill::population(&options)?, &signer)?),
        caller: Arc::clone(&caller),
    };
    tell("warming up");
    load.run(&options, options.warm_up).await?;
    tell("reading and writing");
    let (hits, costs) = (
        HitsByKind::now(&caller).await?,
        Costs::now(place.processes())?,
    );
    let tally = load.run(&options, options.duration).await?;
    let costs = costs.until(&Costs::now(place.processes())?, tally.answered());
    let hits = hits.until(&HitsByKind::now(&caller).await?);

    let mut turned = None;
    if options.deep_pages > 0 {
        tell(&format!("turning {} pages", options.deep_pages));
        let token = signer.token("default", DEEP_USER, "inbox")?;
        turned = Some(deep::walk(&caller, &token, options.deep_pages).await?);
    }
    let mut checked = None;
    if options.check > 0 {
        tell(&format!(
            "checking {} times whether answers are fresh",
            options.check
        ));
        let wire = place
            .wire
            .as_ref()
            .map(|wire| (wire, options.redis_outages));
        checked = Some(freshness::check(&place.urls, &signer, options.check, wire).await?);
    }
    place.stop().await?;
    let mut report = Report {
        missed: Vec::new(),
        scene: Scene::of(&options),
        tally,
        hits,
        deep: turned,
        freshness: checked,
        costs: costs.into_iter().map(Into::into).collect(),
    };
    report.missed = verdict::missed(&options, &report);
    Ok(report)
}
