//! One attempt: the token, the request, the answer.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Method, Response, Url};

use crate::answer::Answer;
use crate::retry_after::retry_after;
use crate::system;
use crate::token::TokenSource;
use crate::{Accepted, Failure, IdempotencyKey, Problem, Timeline};

/// A thousand recipients with the longest ids fit.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// A call's key and body.
pub(crate) type Call<'a> = (&'a IdempotencyKey, &'a [u8]);

/// The connection to one service.
pub(crate) struct Http {
    pub(crate) client: reqwest::Client,
    pub(crate) base: Url,
    pub(crate) token: Arc<dyn TokenSource>,
    /// For one attempt, from the connection to the last byte of the answer.
    pub(crate) timeout: Duration,
}

impl Http {
    /// Makes a call once; a second time if the token is refused, for the source may have a fresh one.
    pub(crate) async fn post(&self, path: &str, call: Call<'_>) -> Answer<Accepted> {
        self.with_fresh_token(Method::POST, path, Some(call)).await
    }

    /// Asks for something, likewise.
    pub(crate) async fn get<T: FromAnswer>(&self, path: &str) -> Answer<T> {
        self.with_fresh_token(Method::GET, path, None).await
    }

    async fn with_fresh_token<T: FromAnswer>(
        &self,
        method: Method,
        path: &str,
        call: Option<Call<'_>>,
    ) -> Answer<T> {
        let first = self.once(method.clone(), path, call).await;
        if !matches!(&first, Answer::Credential(problem) if problem.status == 401) {
            return first;
        }
        self.token.refused();
        self.once(method, path, call).await
    }

    async fn once<T: FromAnswer>(
        &self,
        method: Method,
        path: &str,
        call: Option<Call<'_>>,
    ) -> Answer<T> {
        let answer = self.try_once(method, path, call).await;
        answer.unwrap_or_else(|why| Answer::Again {
            why,
            retry_after: None,
        })
    }

    async fn try_once<T: FromAnswer>(
        &self,
        method: Method,
        path: &str,
        call: Option<Call<'_>>,
    ) -> Result<Answer<T>, Failure> {
        let token = self.token.token().await.map_err(Failure::Token)?;
        let mut request = self
            .client
            .request(method, self.url(path))
            .timeout(self.timeout)
            .bearer_auth(token);
        if let Some((key, body)) = call {
            request = request
                .header("Idempotency-Key", &*key.header())
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_vec());
        }
        let answer = request.send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = read(answer).await?;
        if status.is_success() {
            // Whatever else answers 200 on the way (a portal that wants a login) has not taken the call.
            let done = T::from_answer(&headers, &body);
            return done.map(Answer::Done).ok_or(Failure::Answer);
        }
        let problem = Problem::read(status.as_u16(), &body);
        let wait = retry_after(&headers, system::now());
        Ok(Answer::of_problem(problem, wait))
    }

    /// Relative to the base URL, which may have a path.
    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let joined = format!("{}{path}", self.base.path().trim_end_matches('/'));
        url.set_path(&joined);
        url
    }
}

/// The body, up to a useful length.
async fn read(mut answer: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(Failure::Answer);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What a body of success is read as.
pub(crate) trait FromAnswer: Sized {
    /// Nothing, if it is something else.
    fn from_answer(headers: &HeaderMap, body: &[u8]) -> Option<Self>;
}

impl FromAnswer for Accepted {
    fn from_answer(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let accepted: Self = serde_json::from_slice(body).ok()?;
        let replayed = headers.get("idempotency-replayed");
        Some(Self {
            replayed: replayed.is_some_and(|value| value == "true"),
            ..accepted
        })
    }
}

impl FromAnswer for Timeline {
    fn from_answer(_: &HeaderMap, body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }
}
