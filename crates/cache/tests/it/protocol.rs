//! The rules of `inbox/mod.rs`, walked with the cache itself through every order of the steps of readers and
//! a writer, who may die before any of its steps.
//!
//! One inbox whose content is a number. The writer increments it, readers answer with it. A reader that
//! begins after a writer has answered its caller must answer with what was written, and when all have ended, what
//! is kept must be the truth. Taking a rule away must be noticed, or the walk proves nothing.

use bytes::Bytes;
use campanile_cache::{InProcessInboxCache, InboxCache, Life, Look, Mailbox, Ticket, WriteMark};
use campanile_domain::{TenantId, UserId};
use chrono::{DateTime, TimeDelta, Utc};

/// What each does, in its order.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Act {
    Look,
    Ask,
    Keep,
    Begin,
    Commit,
    Raise,
    End,
    Tell,
}

use Act::{Ask, Begin, Commit, End, Keep, Look as LookUp, Raise, Tell};

const READER: &[Act] = &[LookUp, Ask, Keep];
/// The steps of a change to an inbox. The API runs them in a task that a disconnecting caller does not abort.
const MARKED: &[Act] = &[Begin, Commit, End, Tell];
/// Who accepts a notification, and the relay that plans it.
const ACCEPTING: &[Act] = &[Commit, Raise, Tell];
const RELAY: &[Act] = &[Raise];

/// One inbox, and the cache that it shares with those of all other walks.
struct World<'a> {
    cache: &'a InProcessInboxCache,
    whose: Mailbox,
    now: DateTime<Utc>,
    database: u8,
    /// What a reader may rely on: a writer has answered its caller that it is stored.
    reported: u8,
    mark: Option<WriteMark>,
}

/// One who goes through a list of acts.
struct Actor {
    acts: &'static [Act],
    done: usize,
    ticket: Option<Ticket>,
    answer: u8,
}

impl Actor {
    fn new(acts: &'static [Act]) -> Self {
        Self {
            acts,
            done: 0,
            ticket: None,
            answer: 0,
        }
    }

    /// An `Err` is a stale answer.
    async fn step(&mut self, world: &mut World<'_>) -> Result<(), String> {
        let act = self.acts[self.done];
        self.done += 1;
        match act {
            LookUp => match world.cache.look(&world.whose, "list", world.now).await {
                Look::Hit(answer) if answer[0] < world.reported => {
                    return Err(format!(
                        "{} after {} was reported",
                        answer[0], world.reported
                    ));
                }
                Look::Hit(_) => self.done = self.acts.len(),
                Look::Miss(ticket) => self.ticket = Some(ticket),
                Look::Bypass => {}
            },
            Ask => self.answer = world.database,
            Keep => {
                if let Some(ticket) = self.ticket.take() {
                    let answer = Bytes::copy_from_slice(&[self.answer]);
                    let life = Life::until(world.now + TimeDelta::hours(1));
                    let cache = world.cache;
                    cache.keep(&world.whose, "list", ticket, answer, life).await;
                }
            }
            Begin => world.mark = Some(world.cache.begin(&world.whose).await),
            Commit => world.database += 1,
            Raise => world.cache.raise(std::slice::from_ref(&world.whose)).await,
            End => {
                if let Some(mark) = world.mark.take() {
                    world.cache.end(&world.whose, mark).await;
                }
            }
            Tell => world.reported = world.database,
        }
        Ok(())
    }
}

/// All orders in which so many actors can take so many steps each, as who goes next.
fn orders(left: &mut [usize], so_far: &mut Vec<usize>, all: &mut Vec<Vec<usize>>) {
    if left.iter().all(|steps| *steps == 0) {
        all.push(so_far.clone());
        return;
    }
    for who in 0..left.len() {
        if left[who] > 0 {
            left[who] -= 1;
            so_far.push(who);
            orders(left, so_far, all);
            so_far.pop();
            left[who] += 1;
        }
    }
}

/// Goes through every order of two readers, a writer that dies before its step `dies_at`, and a relay. How
/// many orders there are, or how one of them is stale.
async fn walk(
    reader: &'static [Act],
    writer: &'static [Act],
    relay: &'static [Act],
    dies_at: usize,
) -> Result<usize, String> {
    let cache = InProcessInboxCache::new(100_000);
    let acme = TenantId::parse("acme").expect("a tenant");
    let writer = &writer[..dies_at];
    let (mut all, mut walked) = (Vec::new(), 0);
    let mut lengths = [reader.len(), reader.len(), writer.len(), relay.len()];
    orders(&mut lengths, &mut Vec::new(), &mut all);
    for order in all {
        let commits = order.iter().enumerate().filter(|(_, who)| **who == 2);
        let commit = writer.iter().position(|act| *act == Commit);
        let committed = commit.and_then(|step| commits.map(|(at, _)| at).nth(step));
        let relayed = order.iter().position(|who| *who == 3);
        // The relay finds what is committed, and nothing else.
        if relayed.is_some_and(|relayed| committed.is_none_or(|committed| relayed < committed)) {
            continue;
        }
        walked += 1;
        let mut world = World {
            cache: &cache,
            whose: Mailbox::new(
                &acme,
                &UserId::parse(&format!("u{walked}")).expect("a user"),
            ),
            now: Utc::now(),
            database: 0,
            reported: 0,
            mark: None,
        };
        let mut actors = [reader, reader, writer, relay].map(Actor::new);
        for who in &order {
            // One that found an answer has no more to do.
            if actors[*who].done < actors[*who].acts.len() {
                let step = actors[*who].step(&mut world).await;
                step.map_err(|stale| format!("{stale} in {order:?}"))?;
            }
        }
        let kept = world.cache.look(&world.whose, "list", world.now).await;
        if matches!(&kept, Look::Hit(answer) if answer[0] != world.database) {
            return Err(format!(
                "{kept:?} is kept, {} is true, {order:?}",
                world.database
            ));
        }
    }
    Ok(walked)
}

/// Walks through every death of the writer.
async fn walk_all(
    reader: &'static [Act],
    writer: &'static [Act],
    relay: &'static [Act],
) -> Result<usize, String> {
    let mut walked = 0;
    for dies_at in 0..=writer.len() {
        walked += walk(reader, writer, relay, dies_at).await?;
    }
    Ok(walked)
}

#[tokio::test]
async fn no_order_of_steps_and_no_death_leaves_anything_stale() {
    for (writer, relay) in [(MARKED, &[][..]), (ACCEPTING, RELAY)] {
        let walked = walk_all(READER, writer, relay).await;
        let walked = walked.unwrap_or_else(|stale| panic!("{writer:?}: {stale}"));
        assert!(walked > 4_000, "only {walked}");
    }
}

#[tokio::test]
async fn without_any_of_the_rules_something_is_stale() {
    for (rule, reader, writer, relay) in [
        ("ticket first", &[Ask, LookUp, Keep][..], MARKED, &[][..]),
        ("marks", READER, &[Commit, Raise, Tell], &[]),
        (
            "the mark before the commit",
            READER,
            &[Commit, Begin, End, Tell],
            &[],
        ),
        (
            "raise before the answer",
            READER,
            &[Commit, Tell, Raise],
            RELAY,
        ),
        ("the relay raises", READER, ACCEPTING, &[]),
    ] {
        assert!(
            walk_all(reader, writer, relay).await.is_err(),
            "{rule} makes no difference"
        );
    }
}
