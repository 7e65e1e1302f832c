//! The task that looks keys up: what waits goes into one query, one query at a time.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use campanile_domain::ApiKeyId;
use campanile_storage::Storage;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::super::answers::Answers;
use super::super::shares::Share;
use super::super::voided::Voided;
use super::KNOWN;
use super::known_key::{Answer, KnownKey};
use super::used::Used;
use crate::problem::Problem;

/// Questions that wait at most; more are refused.
pub(super) const WAITING: usize = 1_024;
/// Keys of a query.
const AT_ONCE: usize = 256;
/// As long as a call waits for the database.
const LONGEST_QUERY: Duration = Duration::from_secs(2);
/// How often it is stored when keys were used last.
const NOTE_EVERY: Duration = Duration::from_secs(60);

/// A question for a key.
pub(super) struct Ask {
    pub(super) id: ApiKeyId,
    /// Where the answer goes; `None`: only the cache is refreshed.
    pub(super) reply: Option<oneshot::Sender<Result<Option<Arc<KnownKey>>, Problem>>>,
    /// Its place in the queue, taken until there is an answer, although its caller may have gone.
    pub(super) _share: Option<Share>,
}

/// What the task works with.
pub(super) struct LookUps {
    pub(super) storage: Arc<dyn Storage>,
    pub(super) answers: Answers<ApiKeyId, Answer>,
    pub(super) used: Used,
    pub(super) voided: Voided,
}

impl LookUps {
    /// Answers until the last sender of questions is dropped.
    pub(super) async fn run(self, mut asked: mpsc::Receiver<Ask>) {
        let mut note = interval(NOTE_EVERY);
        note.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut batch = Vec::with_capacity(AT_ONCE);
        loop {
            tokio::select! {
                number = asked.recv_many(&mut batch, AT_ONCE) => {
                    if number == 0 {
                        break;
                    }
                    self.answer(&mut batch).await;
                }
                // Beside the look-ups, which do not wait for it.
                _ = note.tick() => drop(tokio::spawn(self.used.clone().store(Arc::clone(&self.storage)))),
            }
        }
        self.used.clone().store(self.storage).await;
    }

    async fn answer(&self, batch: &mut Vec<Ask>) {
        let now = Instant::now();
        // Some were answered by the query for those before them. The replies come from what was read here: others may
        // forget an answer meanwhile.
        let mut known = HashMap::new();
        let mut unknown = BTreeSet::new();
        for id in batch.iter().map(|ask| ask.id) {
            let holds = |last: &Answer| last.until > now && !self.voided.has_voided(last.at);
            match self.answers.get(&id).filter(holds) {
                Some(last) => drop(known.insert(id, last.found)),
                None => drop(unknown.insert(id)),
            }
        }
        let unknown: Vec<_> = unknown.into_iter().collect();
        let mut failed = None;
        if !unknown.is_empty() {
            match self.look_up(&unknown, now).await {
                Ok(found) => known.extend(found),
                Err(problem) => failed = Some(problem),
            }
        }
        for ask in batch.drain(..) {
            let Some(reply) = ask.reply else { continue };
            let answer = match (known.get(&ask.id), &failed) {
                (Some(found), _) => Ok(found.clone()),
                (None, Some(problem)) => Err(problem.clone()),
                (None, None) => Err(Problem::internal()),
            };
            // The caller may have disconnected.
            let _ = reply.send(answer);
        }
    }

    async fn look_up(
        &self,
        ids: &[ApiKeyId],
        now: Instant,
    ) -> Result<HashMap<ApiKeyId, Option<Arc<KnownKey>>>, Problem> {
        let found = timeout(LONGEST_QUERY, self.storage.api_keys_by_id(ids)).await;
        let found = found.map_err(|_| Problem::unavailable("The database does not answer"))??;
        let mut found: HashMap<_, _> = found
            .into_iter()
            .map(|(key, hash)| (key.id, Arc::new(KnownKey::new(key, hash))))
            .collect();
        let answers = ids.iter().map(|id| (*id, found.remove(id)));
        let answers: HashMap<_, _> = answers.collect();
        for (id, found) in &answers {
            let answer = Answer {
                found: found.clone(),
                at: now,
                until: now + KNOWN,
            };
            self.answers.remember(id, answer);
        }
        Ok(answers)
    }
}
