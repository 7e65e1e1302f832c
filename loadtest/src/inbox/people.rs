//! Users with their tokens, and what their apps remember from one request to the next.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use crate::population::Population;
use crate::token::Signer;

/// Notifications that wait to be read or deleted.
const UNREAD: usize = 10_000;
/// Who has a thousand pages; takes no part in the mix.
pub(super) const DEEP_USER: &str = "deep";

/// A user as its app knows it.
pub(super) struct Person {
    pub(super) name: String,
    pub(super) inbox: String,
    /// Of the tenant's calling service.
    pub(super) service: String,
    pages: Mutex<Pages>,
}

/// Where the pages after the first begin.
#[derive(Default)]
struct Pages {
    second: Option<String>,
    third: Option<String>,
}

/// All users.
pub(super) struct People {
    persons: Vec<Person>,
    unread: Mutex<VecDeque<(u32, Uuid)>>,
}

impl People {
    /// Signs for each of them.
    pub(super) fn new(population: &Population, signer: &Signer) -> anyhow::Result<Self> {
        let services = population.tenants().iter();
        let services = services.map(|tenant| signer.service(tenant));
        let services = services.collect::<anyhow::Result<Vec<_>>>()?;
        let person = |number: u64| {
            let (name, tenant) = population.user(number)?;
            Ok(Person {
                inbox: signer.token(tenant, &name, "inbox")?,
                service: services[population.turn(number)].clone(),
                name,
                pages: Mutex::default(),
            })
        };
        Ok(Self {
            persons: (0..population.users())
                .map(person)
                .collect::<anyhow::Result<_>>()?,
            unread: Mutex::default(),
        })
    }

    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.persons.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn person(&self, number: u32) -> &Person {
        &self.persons[number as usize]
    }

    /// Remembers one to be read later; the oldest are forgotten first.
    pub(super) fn sent(&self, user: u32, id: Uuid) {
        let mut unread = locked(&self.unread);
        if unread.len() == UNREAD {
            unread.pop_front();
        }
        unread.push_back((user, id));
    }

    /// One that was not read or deleted yet.
    pub(super) fn take_unread(&self) -> Option<(u32, Uuid)> {
        locked(&self.unread).pop_front()
    }
}

impl Person {
    /// What a first page said.
    pub(super) fn saw_first(&self, next: Option<String>) {
        locked(&self.pages).second = next;
    }

    /// What a later page said.
    pub(super) fn saw_page(&self, was_second: bool, next: Option<String>) {
        locked(&self.pages).third = next.filter(|_| was_second);
    }

    /// Where the page begins that it looks at next, and whether that is the second one.
    pub(super) fn next_page(&self, goes_on: bool) -> Option<(String, bool)> {
        let mut pages = locked(&self.pages);
        if let Some(third) = pages.third.take().filter(|_| goes_on) {
            return Some((third, false));
        }
        pages.second.clone().map(|second| (second, true))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
