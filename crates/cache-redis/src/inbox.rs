//! Answers about inboxes, shared by all nodes.
//!
//! Per user one hash (`…:inbox:…`): `ticket` and an answer per question; deleting it voids them all
//! at once and gives their memory back, so a batch of writes is one `DEL`. A ticket begins with the
//! generation it was given out in (see `link`). Writers with a mark stand in a sorted set
//! (`…:write:…`) by the moment their lease ends; while it is there no ticket is given out.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use campanile_cache::{
    InboxCache, Life, Look, MARK_LEASE, MAX_ANSWER_BYTES, MAX_ANSWERS_PER_INBOX, MAX_LIFE, Mailbox,
    Ticket, WriteMark,
};
use campanile_domain::{Clock, Random};
use chrono::{DateTime, Utc};
use redis::{Cmd, FromRedisValue, RedisResult, Value};

use crate::kept::{pack, unpack};
use crate::keys::Keys;
use crate::link::{Link, Live};
use crate::scripts::{self, TICKET};

/// Inboxes named in one `DEL`.
const KEYS_AT_ONCE: usize = 512;
/// A ticket that nothing was kept under goes soon; longer than any query takes.
const TICKET_LIFE: Duration = Duration::from_secs(60);

/// The cluster's cache.
pub struct RedisInboxCache {
    pub(crate) link: Arc<Link>,
    pub(crate) keys: Keys,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Random,
}

impl RedisInboxCache {
    /// A globally unique text.
    fn unique(&self) -> String {
        self.random.uuid().simple().to_string()
    }

    /// One attempt with the connection there is.
    async fn ask<T: FromRedisValue>(&self, live: &mut Live, command: &Cmd) -> Option<T> {
        ask(&self.link, live, command).await
    }

    /// Tells Redis, or makes sure that no answer cached until now is ever found.
    async fn tell(&self, command: &Cmd) {
        // The first connection may have died unnoticed; a second one is new.
        for _ in 0..2 {
            let Some(mut live) = self.link.live_or_connect().await else {
                break;
            };
            if self.ask::<Value>(&mut live, command).await.is_some() {
                return;
            }
        }
        self.link.missed();
    }

    /// The ticket that is valid, with the answer that is kept under it.
    async fn found(
        &self,
        live: &mut Live,
        whose: &Mailbox,
        question: &str,
    ) -> RedisResult<CachedEntry> {
        type Reply = (Option<String>, (Option<String>, Option<Vec<u8>>));
        let (generation, (ticket, kept)): Reply = redis::pipe()
            .cmd("GET")
            .arg(self.keys.generation())
            .cmd("HMGET")
            .arg(self.keys.inbox(whose))
            .arg(TICKET)
            .arg(question)
            .query_async(&mut live.connection)
            .await?;
        let valid = ticket.filter(|ticket| {
            let of = ticket.split_once(':').map(|(generation, _)| generation);
            generation.is_some() && of == generation.as_deref()
        });
        Ok(valid.map(|ticket| (ticket, kept)))
    }

    /// Keeps an answer unless its ticket is void; nothing where it has no life left.
    fn keeping(
        &self,
        whose: &Mailbox,
        question: &str,
        ticket: &str,
        answer: &[u8],
        life: Life,
    ) -> Option<Cmd> {
        let left = (life.ends - self.clock.now()).num_milliseconds();
        let left = left.min(i64::try_from(millis(MAX_LIFE)).unwrap_or(i64::MAX));
        if left <= 0 {
            return None;
        }
        let mut keep = script(scripts::KEEP, &[&self.keys.inbox(whose)]);
        keep.arg(ticket).arg(question).arg(pack(answer, &life));
        // The ticket is a field too.
        keep.arg(left).arg(MAX_ANSWERS_PER_INBOX + 1);
        Some(keep)
    }
}

/// One attempt with the connection there is.
async fn ask<T: FromRedisValue>(link: &Link, live: &mut Live, command: &Cmd) -> Option<T> {
    let answer = command.query_async(&mut live.connection).await;
    answer.map_err(|error| link.lost(live, &error)).ok()
}

/// A valid ticket, and what is kept under it as the answer to a question.
type CachedEntry = Option<(String, Option<Vec<u8>>)>;

#[async_trait]
impl InboxCache for RedisInboxCache {
    async fn look(&self, whose: &Mailbox, question: &str, now: DateTime<Utc>) -> Look {
        let Some(mut live) = self.link.live() else {
            return Look::Bypass;
        };
        match self.found(&mut live, whose, question).await {
            Err(error) => {
                self.link.lost(&live, &error);
                return Look::Bypass;
            }
            Ok(Some((ticket, kept))) => {
                let Some((answer, life)) = kept.and_then(|kept| unpack(kept, now)) else {
                    return Look::Miss(Ticket(ticket));
                };
                let prolonged = life.prolonged(now);
                if let Some(keep) =
                    prolonged.and_then(|life| self.keeping(whose, question, &ticket, &answer, life))
                {
                    // The answer is at hand and need not wait; Redis has its own time limit.
                    let link = Arc::clone(&self.link);
                    tokio::spawn(async move { ask::<Value>(&link, &mut live, &keep).await });
                }
                return Look::Hit(answer);
            }
            Ok(None) => {}
        }
        let mut open = script(
            scripts::OPEN,
            &[
                self.keys.generation(),
                &self.keys.inbox(whose),
                &self.keys.writers(whose),
            ],
        );
        open.arg(self.unique()).arg(millis(TICKET_LIFE));
        let opened: Option<Option<String>> = self.ask(&mut live, &open).await;
        opened
            .flatten()
            .map_or(Look::Bypass, |ticket| Look::Miss(Ticket(ticket)))
    }

    async fn keep(
        &self,
        whose: &Mailbox,
        question: &str,
        ticket: Ticket,
        answer: Bytes,
        life: Life,
    ) {
        // Not kept is not wrong.
        if answer.len() <= MAX_ANSWER_BYTES
            && let Some(mut live) = self.link.live()
            && let Some(keep) = self.keeping(whose, question, &ticket.0, &answer, life)
        {
            self.ask::<Value>(&mut live, &keep).await;
        }
    }

    async fn raise(&self, whose: &[Mailbox]) {
        for some in whose.chunks(KEYS_AT_ONCE) {
            let mut delete = redis::cmd("DEL");
            for one in some {
                delete.arg(self.keys.inbox(one));
            }
            self.tell(&delete).await;
        }
    }

    async fn begin(&self, whose: &Mailbox) -> WriteMark {
        let mark = self.unique();
        let keys = [&*self.keys.inbox(whose), &self.keys.writers(whose)];
        let mut begin = script(scripts::BEGIN, &keys);
        begin.arg(&mark).arg(millis(MARK_LEASE));
        self.tell(&begin).await;
        WriteMark(mark)
    }

    async fn end(&self, whose: &Mailbox, mark: WriteMark) {
        let keys = [&*self.keys.inbox(whose), &self.keys.writers(whose)];
        let mut end = script(scripts::END, &keys);
        end.arg(&mark.0);
        self.tell(&end).await;
    }

    async fn size(&self) -> Option<u64> {
        let mut live = self.link.live()?;
        self.ask(&mut live, &redis::cmd("DBSIZE")).await
    }
}

fn script(text: &str, keys: &[&str]) -> Cmd {
    let mut command = redis::cmd("EVAL");
    command.arg(text).arg(keys.len()).arg(keys);
    command
}

fn millis(life: Duration) -> u64 {
    u64::try_from(life.as_millis()).unwrap_or(u64::MAX)
}
