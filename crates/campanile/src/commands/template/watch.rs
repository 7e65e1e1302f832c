//! A page on this machine that shows what the templates of a folder say, and follows their files.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use axum::Router;
use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use campanile_domain::{Clock, SystemClock};
use serde::Deserialize;
use tokio::net::TcpListener;

use super::watch_page::Page;
use crate::cli::WatchOptions;
use crate::wiring::print;

/// How often the files are looked at while a page waits.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long a page waits before it asks again.
const WAIT: Duration = Duration::from_secs(20);
/// Files beyond this are not followed: no folder of templates is so large.
const MOST_FILES: usize = 20_000;
/// Only what the page itself has runs or is loaded, and pictures of mails.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; script-src 'self'; \
    connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'";
/// Asks whether something has changed, and shows it.
const SCRIPT: &str = "\
const version = document.documentElement.dataset.version;
for (;;) {
  try {
    const answer = await fetch(`/changed?since=${version}`);
    if (answer.status === 200) location.reload();
    if (!answer.ok) await new Promise((after) => setTimeout(after, 2000));
  } catch {
    await new Promise((after) => setTimeout(after, 2000));
  }
}
";

/// What is shown.
struct Watched {
    options: WatchOptions,
}

/// Serves the page until the process ends.
pub(super) async fn watch(options: WatchOptions) -> anyhow::Result<()> {
    let is_folder = options.folder.is_dir();
    anyhow::ensure!(is_folder, "{} is not a folder", options.folder.display());
    let address = options.listen;
    let listener = TcpListener::bind(address).await;
    let listener = listener.with_context(|| format!("--listen: cannot listen on {address}"))?;
    let address = listener.local_addr()?;
    let watched = Arc::new(Watched { options });
    let pages = Router::new()
        .route("/", get(page))
        .route("/changed", get(changed))
        .route("/watch.js", get(script))
        .layer(from_fn(move |request, next| {
            only_here(address, request, next)
        }))
        .with_state(watched);
    print::line(format_args!("ready on http://{address}"));
    axum::serve(listener, pages).await?;
    Ok(())
}

/// A page of another site may know this address, and let its own name lead here. It learns nothing.
async fn only_here(address: SocketAddr, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let own = [address.to_string(), format!("localhost:{}", address.port())];
    match own.iter().any(|own| own == host) {
        true => next.run(request).await,
        false => StatusCode::MISDIRECTED_REQUEST.into_response(),
    }
}

/// What a page shows.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// The type; nothing: the first.
    #[serde(rename = "type")]
    pub(super) of: Option<String>,
    /// The locale; nothing: that of the command line.
    pub(super) locale: Option<String>,
}

async fn page(State(watched): State<Arc<Watched>>, Query(asked): Query<Asked>) -> Response {
    let now = SystemClock.now();
    // It compiles templates, which may take a while.
    let made = tokio::task::spawn_blocking(move || {
        let version = version_of(&watched.options);
        Page::of(&watched.options, &asked, now).html(version)
    });
    let Ok(html) = made.await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, html).into_response()
}

async fn script() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (headers, SCRIPT).into_response()
}

#[derive(Deserialize)]
struct Since {
    since: String,
}

/// 200 as soon as the files are others than those of a version; 204 if they are not for a while.
async fn changed(State(watched): State<Arc<Watched>>, Query(seen): Query<Since>) -> StatusCode {
    let begun = Instant::now();
    loop {
        let looking = Arc::clone(&watched);
        let version = tokio::task::spawn_blocking(move || version_of(&looking.options));
        if version
            .await
            .is_ok_and(|version| version.to_string() != seen.since)
        {
            return StatusCode::OK;
        }
        if begun.elapsed() > WAIT {
            return StatusCode::NO_CONTENT;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// A number that differs when a file was changed, added or removed.
fn version_of(options: &WatchOptions) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut files = Vec::new();
    collect(&options.folder, 0, &mut files);
    files.extend(options.content.clone());
    files.sort();
    for file in files {
        file.hash(&mut hasher);
        if let Ok(known) = std::fs::metadata(&file) {
            known.len().hash(&mut hasher);
            known.modified().ok().hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// The files of the folder and of the folders in it; deeper ones are no templates.
fn collect(folder: &Path, depth: u32, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if files.len() >= MOST_FILES {
            return;
        }
        let path = entry.path();
        match path.is_dir() {
            true if depth == 0 => collect(&path, 1, files),
            true => {}
            false => files.push(path),
        }
    }
}
