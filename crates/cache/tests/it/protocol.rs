//! The rules of `inbox/mod.rs` as a small model, walked through every order of its steps.
//!
//! One inbox whose content is a number. Writers increment it, readers answer with it; any writer may
//! die before any of its steps. A reader that begins after somebody was told "done" must answer with
//! what was written, and when everybody has ended, what is kept must be the truth. Taking a rule away
//! must be noticed, or the walk proves nothing.

use std::collections::HashSet;

/// The rules that can be taken away.
#[derive(Clone, Copy)]
struct Rules {
    /// Readers take the ticket before they ask the database.
    ticket_before_question: bool,
    /// `keep` looks whether the ticket is void.
    keep_checks_ticket: bool,
    /// Writers without a second raise lay a mark.
    marks: bool,
    /// Raises come before the answer.
    raise_before_answer: bool,
    /// What was accepted is raised again by the relay.
    relay_raises: bool,
    /// A node that could not tell Redis replaces the generation when it can.
    new_generation: bool,
}

const ALL: Rules = Rules {
    ticket_before_question: true,
    keep_checks_ticket: true,
    marks: true,
    raise_before_answer: true,
    relay_raises: true,
    new_generation: true,
};

#[derive(Clone, PartialEq, Eq, Hash, Default)]
struct World {
    database: u8,
    /// What a reader may rely on: somebody was told that it is written.
    told: u8,
    cache: Cache,
    readers: [Reader; 2],
    marked: Writer,
    accept: Writer,
    /// The relay has what was accepted to plan.
    outbox: bool,
    /// The writers' node is cut off, once, for a while.
    link: Link,
    /// It could not tell something.
    owes: bool,
    /// It could lay no mark.
    unmarked: bool,
}

#[derive(Clone, PartialEq, Eq, Hash, Default)]
struct Cache {
    /// The ticket, if one is given out; never the same twice.
    ticket: Option<u8>,
    next: u8,
    answer: Option<(u8, u8)>,
    marked: bool,
}

impl Cache {
    fn void(&mut self) {
        (self.ticket, self.answer) = (None, None);
    }

    fn open(&mut self) -> Option<u8> {
        if self.marked {
            return None;
        }
        if self.ticket.is_none() {
            self.ticket = Some(self.next);
            self.next += 1;
        }
        self.ticket
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Default)]
enum Reader {
    #[default]
    Idle,
    /// Knows what was told when it began, and its ticket.
    Asks(u8, Option<u8>),
    /// Has an answer from the database.
    Has(Option<u8>, u8),
    Done,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
enum Writer {
    #[default]
    Idle,
    Begun,
    Committed(u8),
    Raised(u8),
    Done,
    Dead,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
enum Link {
    #[default]
    Up,
    Cut,
    Again,
}

/// Everything that may happen next; an `Err` is a stale answer.
fn steps(world: &World, rules: Rules) -> Result<Vec<World>, String> {
    let mut next = Vec::new();
    for n in 0..world.readers.len() {
        next.extend(read(world, n, rules)?);
    }
    for is_marked in [true, false] {
        next.extend(write(world, is_marked, rules));
    }
    if world.outbox {
        let mut planned = world.clone();
        planned.outbox = false;
        if rules.relay_raises {
            planned.cache.void();
        }
        next.push(planned);
    }
    let after = match world.link {
        Link::Up => Some(Link::Cut),
        Link::Cut => Some(Link::Again),
        Link::Again => None,
    };
    if let Some(after) = after {
        let mut changed = world.clone();
        changed.link = after;
        if after == Link::Again && changed.owes {
            changed.owes = false;
            if rules.new_generation {
                changed.cache.void();
            }
        }
        next.push(changed);
    }
    // A lease ends only when its writer is dead or done.
    if world.cache.marked && matches!(world.marked, Writer::Dead | Writer::Done) {
        let mut freed = world.clone();
        freed.cache.marked = false;
        next.push(freed);
    }
    Ok(next)
}

fn read(world: &World, n: usize, rules: Rules) -> Result<Option<World>, String> {
    let mut after = world.clone();
    after.readers[n] = match world.readers[n] {
        Reader::Idle => match (world.cache.ticket, world.cache.answer) {
            (Some(_), Some((_, answer))) => {
                // While the writers' node is cut off, it has told nobody but its own callers.
                if answer < world.told && !world.owes {
                    return Err(format!("{answer} after {} was told", world.told));
                }
                Reader::Done
            }
            _ if rules.ticket_before_question => Reader::Asks(world.told, after.cache.open()),
            _ => Reader::Asks(world.told, None),
        },
        Reader::Asks(_, ticket) => Reader::Has(ticket, world.database),
        Reader::Has(ticket, answer) => {
            let ticket = match rules.ticket_before_question {
                true => ticket,
                false => after.cache.open(),
            };
            let valid = ticket.is_some() && (ticket == after.cache.ticket);
            if valid || (!rules.keep_checks_ticket && ticket.is_some()) {
                let current = after.cache.ticket.or_else(|| after.cache.open());
                after.cache.answer = current.map(|ticket| (ticket, answer));
            }
            Reader::Done
        }
        Reader::Done => return Ok(None),
    };
    Ok(Some(after))
}

fn write(world: &World, is_marked: bool, rules: Rules) -> Vec<World> {
    let at = if is_marked {
        world.marked
    } else {
        world.accept
    };
    let mut after = world.clone();
    let tell = |world: &mut World| {
        if world.link == Link::Cut {
            world.owes = true;
            return false;
        }
        world.cache.void();
        true
    };
    let now = match at {
        Writer::Idle => {
            if is_marked && rules.marks {
                after.cache.marked = tell(&mut after);
                after.unmarked = !after.cache.marked;
            }
            Writer::Begun
        }
        Writer::Begun => {
            after.database += 1;
            after.outbox |= !is_marked;
            if !rules.raise_before_answer {
                after.told = after.database;
            }
            Writer::Committed(after.database)
        }
        Writer::Committed(written) => {
            if tell(&mut after) && is_marked {
                after.cache.marked = false;
            }
            Writer::Raised(written)
        }
        Writer::Raised(written) => {
            after.told = after.told.max(written);
            Writer::Done
        }
        Writer::Done | Writer::Dead => return Vec::new(),
    };
    let set = |world: &mut World, writer| match is_marked {
        true => world.marked = writer,
        false => world.accept = writer,
    };
    set(&mut after, now);
    let mut dead = world.clone();
    set(&mut dead, Writer::Dead);
    // What a mark does not cover, the next start of the node does: a new connection replaces the
    // generation.
    if (dead.owes || (is_marked && dead.unmarked)) && rules.new_generation {
        (dead.owes, dead.unmarked) = (false, dead.unmarked && !is_marked);
        dead.cache.void();
    }
    vec![after, dead]
}

/// How many worlds there are, or how one of them is stale.
fn walk(rules: Rules) -> Result<usize, String> {
    let mut seen = HashSet::from([World::default()]);
    let mut left = vec![World::default()];
    while let Some(world) = left.pop() {
        let next = steps(&world, rules)?;
        if next.is_empty() {
            let kept = world.cache.answer.map(|(_, answer)| answer);
            if kept.is_some_and(|answer| answer != world.database) {
                return Err(format!(
                    "{kept:?} is kept for good, {} is true",
                    world.database
                ));
            }
        }
        for world in next {
            if seen.insert(world.clone()) {
                left.push(world);
            }
        }
    }
    Ok(seen.len())
}

#[test]
fn no_order_of_steps_and_no_death_leaves_anything_stale() {
    let worlds = walk(ALL).unwrap_or_else(|stale| panic!("{stale}"));
    assert!(worlds > 1_000, "only {worlds}");
}

#[test]
fn without_any_of_the_rules_something_is_stale() {
    for (rule, rules) in [
        (
            "ticket first",
            Rules {
                ticket_before_question: false,
                ..ALL
            },
        ),
        (
            "ticket checked",
            Rules {
                keep_checks_ticket: false,
                ..ALL
            },
        ),
        (
            "marks",
            Rules {
                marks: false,
                ..ALL
            },
        ),
        (
            "raise first",
            Rules {
                raise_before_answer: false,
                ..ALL
            },
        ),
        (
            "relay raises",
            Rules {
                relay_raises: false,
                ..ALL
            },
        ),
        (
            "new generation",
            Rules {
                new_generation: false,
                ..ALL
            },
        ),
    ] {
        assert!(walk(rules).is_err(), "{rule} makes no difference");
    }
}
