//! One row of the table of replies.

use std::time::{Duration, SystemTime};

use campanile_domain::{Blame, Outcome, OutcomeKind};
use http::header::HeaderName;
use serde_json::Value;

use super::code::{at, code};
use super::status::Status;
use super::targets::Targets;
use super::{Kind, Reply, wait};
use crate::file::{ReplyFile, WaitFile};

/// Conditions, all of which must hold, and what the reply means then.
#[derive(Debug)]
pub(crate) struct Rule {
    status: Vec<Status>,
    headers: Vec<(HeaderName, Vec<String>)>,
    body: Vec<(String, Vec<Value>)>,
    body_has: Vec<(String, Vec<String>)>,
    given: Vec<String>,
    text: Vec<String>,
    kind: Kind,
    code: Option<String>,
    detail: Option<String>,
    /// Outcomes hold it without a copy, so it lives as long as the process: recipes are loaded once.
    remedy: Option<&'static str>,
    wait: Vec<WaitFile>,
    floor: Option<Duration>,
    targets: Option<Targets>,
    of_recipient: bool,
}

impl Rule {
    pub(crate) fn of(file: ReplyFile) -> Result<Self, String> {
        let headers = file.header.into_iter().map(|(name, values)| {
            let header = HeaderName::try_from(&name)
                .map_err(|_| format!("{name:?} is no name of a header"))?;
            Ok((header, values))
        });
        let is_mendable = matches!(
            file.outcome,
            Kind::Misconfigured | Kind::Retry | Kind::Quota
        );
        if file.status.is_empty() {
            return Err("a row has a status".into());
        }
        if file.remedy.is_some() && !is_mendable {
            return Err("only what time or an operator can resolve has a remedy".into());
        }
        if !file.wait.is_empty()
            && !matches!(
                file.outcome.outcome(),
                OutcomeKind::Retry | OutcomeKind::Ambiguous
            )
        {
            return Err("only what is tried again has a wait".into());
        }
        if file
            .wait
            .iter()
            .any(|place| place.header.is_some() == place.body.is_some())
        {
            return Err("a wait is read from a header or from the body".into());
        }
        if file.outcome == Kind::Delivered
            && file
                .status
                .iter()
                .any(|status| (300..=599).any(|n| status.has(n)))
        {
            return Err("only 2xx can be delivered".into());
        }
        Ok(Self {
            status: file.status,
            headers: headers.collect::<Result<_, String>>()?,
            body: file.body.into_iter().collect(),
            body_has: file.body_has.into_iter().collect(),
            given: file.given,
            text: file.text,
            kind: file.outcome,
            code: file.code,
            detail: file.detail,
            remedy: file.remedy.map(|text| &*text.leak()),
            wait: file.wait,
            floor: file.floor.map(Duration::from_secs),
            targets: file.targets.map(Targets::of).transpose()?,
            of_recipient: file.of_recipient,
        })
    }

    pub(super) fn holds(&self, reply: &Reply<'_>, body: &[u8], json: &Value) -> bool {
        let is_one = |name: &HeaderName, values: &[String]| {
            let header = reply
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok());
            header.is_some_and(|header| {
                values
                    .iter()
                    .any(|one| one.eq_ignore_ascii_case(header.trim()))
            })
        };
        let contains = |path: &str, words: &[String]| {
            let text = at(json, path)
                .and_then(Value::as_str)
                .map(str::to_lowercase);
            text.is_some_and(|text| words.iter().any(|word| text.contains(&word.to_lowercase())))
        };
        self.status
            .iter()
            .any(|status| status.has(reply.status.as_u16()))
            && self
                .headers
                .iter()
                .all(|(name, values)| is_one(name, values))
            && self
                .body
                .iter()
                .all(|(path, values)| at(json, path).is_some_and(|value| values.contains(value)))
            && self
                .body_has
                .iter()
                .all(|(path, words)| contains(path, words))
            && self.given.iter().all(|path| at(json, path).is_some())
            && (self.text.is_empty() || self.is_text(body))
    }

    fn is_text(&self, body: &[u8]) -> bool {
        let text = body.trim_ascii();
        self.text
            .iter()
            .any(|one| one.as_bytes().eq_ignore_ascii_case(text))
    }

    pub(super) fn outcome(
        &self,
        service: &str,
        reply: &Reply<'_>,
        json: &Value,
        now: SystemTime,
    ) -> Outcome {
        let named = self.code.as_ref().and_then(|path| {
            let value = at(json, path)?;
            let mut listed = self.body.iter().filter(|(by, _)| by == path);
            let is_listed = listed.any(|(_, values)| values.contains(value));
            // A code that the recipe itself names is no text of a person.
            code(value).or_else(|| value.as_str().filter(|_| is_listed).map(str::to_owned))
        });
        let of_text = || {
            self.text
                .iter()
                .find(|one| one.as_bytes().eq_ignore_ascii_case(reply.body.trim_ascii()))
        };
        let of_text = || of_text().filter(|_| self.kind != Kind::Delivered).cloned();
        let code = named
            .or_else(of_text)
            .unwrap_or_else(|| reply.status.as_str().to_owned());
        let detail = self
            .detail
            .clone()
            .unwrap_or_else(|| self.kind.detail(service));
        let targets = self.targets.as_ref().map(|targets| targets.told(json));
        let detail = detail + &targets.unwrap_or_default();
        let mut outcome = self.kind.told(code, detail);
        if self.of_recipient {
            outcome = outcome.blamed_on(Blame::Addressee);
        }
        let retry_after = match outcome.kind {
            OutcomeKind::Retry | OutcomeKind::Ambiguous => {
                let of_header = wait::of_header(reply.headers, now);
                wait::wait(&self.wait, reply.headers, json, now).max(of_header)
            }
            _ => None,
        };
        Outcome {
            retry_after,
            floor: self.floor,
            remedy: self.remedy,
            ..outcome
        }
    }
}
