//! One attack after the other, then all at once.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use crate::attacks::{self, Attack};
use crate::bystander::Bystander;
use crate::place::Place;

/// The longest that another tenant's call may take: 1 s of a release build. A debug build needs ten times the
/// processor time for the same attack.
const SERVED_WITHIN: Duration = Duration::from_secs(if cfg!(debug_assertions) { 5 } else { 1 });
/// What a process may keep of its limit when an attack is over, in eighths: of 256 MiB, `up` in a debug build kept 131 once.
const KEEPS: u64 = 5;

/// Plays everything against a place whose processes may have this many MiB each.
pub async fn lay(place: &Place, limit: u64) {
    attacks::prepare(place).await;
    let attacks = &Attack::ALL;
    for attack in attacks {
        play(place, limit, attack.name(), std::slice::from_ref(attack)).await;
    }
    play(place, limit, "all at once", attacks).await;
}

async fn play(place: &Place, limit: u64, name: &str, attacks: &[Attack]) {
    for process in &place.watched {
        process.forget_peak();
    }
    let bystander = Bystander::start(place);
    let begun = Instant::now();
    let attacked = join_all(attacks.iter().map(|attack| attack.play(place)));
    tokio::select! {
        _ = attacked => {}
        grown = outgrows(place, limit) => panic!("{name}: {grown}"),
    }
    let took = begun.elapsed();
    let served = bystander.ends().await;
    println!("{name}: {:.1} s, {served:?}", took.as_secs_f32());
    for process in &place.watched {
        let peak = process.peak();
        let open = process.descriptors();
        let back = process.shrinks_to(limit * KEEPS / 8).await;
        println!(
            "  {}: peak {peak} MiB, {open} descriptors at the end, {} MiB after {:.1} s",
            process.name,
            process.resident(),
            back.as_secs_f32()
        );
        assert!(
            peak < limit,
            "{name}: {} had {peak} MiB, more than {limit}",
            process.name
        );
    }
    // One tenant's bounds are shared by its users, so that beside attackers of the same tenant it may be shed.
    let is_shed = |what: &String| place.bystander == "default" && what.contains("503");
    assert!(
        served.refused.iter().all(is_shed),
        "{name}: {:?}",
        served.refused
    );
    assert!(served.calls > 0, "{name}: the bystander did not call");
    assert!(
        served.slowest < SERVED_WITHIN,
        "{name}: {} took {:?}",
        served.slowest_call,
        served.slowest
    );
}

/// Waits until a process has more memory than it may, as the kernel's killer would.
async fn outgrows(place: &Place, limit: u64) -> String {
    loop {
        for process in &place.watched {
            let peak = process.peak();
            if peak >= limit {
                return format!("{} had {peak} MiB, more than {limit}", process.name);
            }
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
