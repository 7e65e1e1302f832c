//! Sends to topics become notifications, a step at a time.
//!
//! A step's transaction stores the notifications and the place where the next step begins, so any worker can do it
//! and may die at any time. Steps pause while the relay is behind with the tenant: the rest of the fan-out waits as
//! one row. A fan-out whose step fails is postponed on its own row; the others continue.

use std::sync::Arc;
use std::time::Duration;

use campanile_cache::Wake;
use campanile_domain::{TenantId, UserId};
use campanile_pipeline::step_fanout;
use campanile_storage::{FanoutStep, FanoutTurn, StepLimits};
use campanile_telemetry::metrics;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::fanout_words::Words;
use crate::relay::raise;
use crate::trouble::Trouble;
use crate::{DeliveryParts, DeliverySettings};

static TROUBLE: Trouble = Trouble::of("running fan-outs", "steps will be retried");

/// From the beginning of one look that found nothing to that of the next, at least: every accept
/// wakes, and hardly any is for a topic.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How soon it looks again while the relay is behind, growing up to the poll: the relay takes about so
/// long for what a step has made.
const HELD: Duration = Duration::from_millis(10);

/// Runs until the stop signal, in every worker. A fan-out that another worker has locked is left to it.
pub(crate) async fn run(parts: DeliveryParts, settings: DeliverySettings, stop: CancellationToken) {
    let mut wakes = parts.bus.listen();
    let mut after: Option<TenantId> = None;
    let mut held = HELD;
    while !stop.is_cancelled() {
        let begun = Instant::now();
        // This look sees everything that was said until now.
        while let Ok(_) | Err(TryRecvError::Lagged(_)) = wakes.try_recv() {}
        match step(&parts, after.as_ref()).await {
            FanoutTurn {
                step: Some(step), ..
            } => {
                after = Some(step.tenant);
                held = HELD;
            }
            FanoutTurn {
                failed: Some(failed),
                ..
            } => after = Some(failed.tenant),
            FanoutTurn { held: true, .. } => {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(held) => {}
                }
                held = (held * 2).min(settings.poll.max(HELD));
            }
            FanoutTurn { .. } => {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = sleep_until(begun + LOOK_EVERY) => {}
                }
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(settings.poll) => {}
                    wake = wakes.recv() => match wake {
                        Ok(_) | Err(RecvError::Lagged(_)) => {}
                        // No bus any more: the poll remains.
                        Err(RecvError::Closed) => tokio::time::sleep(settings.poll).await,
                    },
                }
            }
        }
    }
}

async fn step(parts: &DeliveryParts, after: Option<&TenantId>) -> FanoutTurn {
    let (now, limits) = (parts.clock.now(), StepLimits::default());
    let timer = metrics().fanout_step_seconds.start_timer();
    let words = Arc::new(Words {
        wording: parts.wording.clone(),
        clock: Arc::clone(&parts.clock),
    });
    let turn = step_fanout(&parts.storage, words, limits, after, now).await;
    let turn = match TROUBLE.note(turn) {
        Ok(turn) => turn,
        Err(_) => {
            timer.stop_and_discard();
            return FanoutTurn::default();
        }
    };
    if let Some(failed) = &turn.failed {
        metrics().fanout_step_failures_total.inc();
        tracing::warn!(
            tenant.id = %failed.tenant, fanout.id = %failed.id, error = %failed.error,
            failures = failed.failures, retry_at = %failed.retry_at,
            "a fan-out step failed; it will be retried later"
        );
    }
    let Some(step) = &turn.step else {
        timer.stop_and_discard();
        return turn;
    };
    timer.observe_duration();
    tell(step);
    let whose = |user: &UserId| (step.tenant.clone(), user.clone());
    raise(parts, step.inboxes.iter().map(whose).collect()).await;
    if step.notifications > 0 {
        parts.bus.wake(Wake::Outbox);
    }
    turn
}

fn tell(step: &FanoutStep) {
    metrics()
        .fanout_notifications_total
        .inc_by(step.notifications as u64);
    if let Some(status) = step.finished {
        metrics()
            .fanouts_finished_total
            .with_label_values(&[status.name()])
            .inc();
        tracing::info!(
            tenant.id = %step.tenant, fanout.id = %step.id, status = status.name(),
            "a fan-out has ended"
        );
    }
}
