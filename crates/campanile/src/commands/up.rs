//! `campanile up`: the whole service in one process on SQLite.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use campanile_cache::InProcessBus;
use campanile_config::{Role, Settings};
use campanile_dashboard::{SignIn, Token};
use campanile_delivery::{Accounts, Delivery, DeliveryParts, DeliverySettings};
use campanile_domain::{Clock, Random, TenantId};
use campanile_pipeline::resume_account;
use campanile_providers::ProviderService;
use campanile_queue::{InProcessQueue, Queue};
use campanile_storage::Storage;
use campanile_storage_sqlite::SqliteStorage;
use campanile_wording::Wording;
use secrecy::SecretString;
use tokio::net::TcpListener;

use crate::cli::UpOptions;
use crate::wiring::data_dir::DataDir;
use crate::wiring::health::Surroundings;
use crate::wiring::server::{ApiServer, ApiServerParts};
use crate::wiring::shared::Shared;
use crate::wiring::tenants_accounts::TenantsAccounts;
use crate::wiring::{channels, identity, links, master_key, print, settings, signals, streams};

/// Who is notified while trying things out.
const DEMO_USER: &str = "alice";

/// The printed tokens serve for trying things out.
const PASTE_TTL: Duration = Duration::from_secs(24 * 60 * 60);

/// Serves and delivers until the stop signal.
pub(crate) async fn run(
    config: Option<&Path>,
    clock: &Arc<dyn Clock>,
    random: Random,
    options: UpOptions,
) -> anyhow::Result<()> {
    let started = Instant::now();
    let settings = settings::load(config, Role::Up)?;
    let traces = settings::start_logs(&settings, "up")?;
    let served = channels::served(&[], &[])?;
    let clock = Arc::clone(clock);
    let sender_factory = channels::sender_factory(&settings, Arc::clone(&clock));
    let operators = channels::accounts(&settings, &sender_factory)?;
    let accounts = Arc::new(Accounts::new(&operators));
    let operator_routes = accounts.routes();
    let data_dir = DataDir::at(&options.data.data_dir);
    data_dir.create()?;
    let jwt = &settings.jwt;
    let own_secret = if jwt.public_key.is_some() || jwt.jwks_url.is_some() {
        None
    } else {
        Some(data_dir.secret_or_new()?)
    };
    let keys = identity::keys(&settings, own_secret.clone())?;
    let listen = options
        .listen
        .unwrap_or_else(|| settings.http.listen_for(Role::Up));
    let listener = TcpListener::bind(listen).await.with_context(|| {
        format!("cannot listen on {listen}; choose another address with --listen")
    })?;
    let database = data_dir.database(&settings);
    data_dir.check_place(&database)?;
    let file = SqliteStorage::open(&database)
        .await
        .context("the database")?;
    let master = master_key::of_up(&settings, &data_dir, &file).await?;
    master_key::check(Some(&master), &file).await;
    let ring = master_key::ring(&settings, Some(&master), true)?;
    let file = Arc::new(file.with_random(random.clone()).with_keys(ring));
    let storage: Arc<dyn Storage> = file.clone();
    // The in-process queue of the last run is gone, so all dispatches are published again.
    storage.ring_all(clock.now()).await?;
    // Started anew, the receivers of the settings are called again, whatever they said in its last life.
    for account in &operators {
        resume_account(storage.as_ref(), &account.tenant, &account.name).await?;
    }
    let providers = ProviderService::new(
        Arc::clone(&storage),
        Some(Arc::clone(&master)),
        Arc::clone(&sender_factory),
        random.clone(),
    );
    let tenants = TenantsAccounts::new(
        Arc::clone(&storage),
        Arc::clone(&clock),
        Some(master),
        sender_factory,
        Arc::clone(&accounts),
        operators,
    );
    let tenants = tenants.start().await.context("tenants' providers")?;
    let bus = Arc::new(InProcessBus::new());
    let shared = Shared::alone(&settings);
    let queue: Arc<dyn Queue> = Arc::new(InProcessQueue::new());
    let delivery = Delivery::start(
        DeliveryParts {
            storage: Arc::clone(&storage),
            queue: Arc::clone(&queue),
            bus: bus.clone(),
            inboxes: Arc::clone(&shared.inboxes),
            wording: Wording::new(Arc::clone(&storage)).voided_by(bus.as_ref()),
            presence: Arc::clone(&shared.presence),
            clock: Arc::clone(&clock),
            random: random.clone(),
            accounts: Arc::clone(&accounts),
            channels: served,
        },
        DeliverySettings {
            retention: settings.retention.days,
            audit_days: settings.retention.audit_days,
            links: Some(links::links(&settings, &storage, &clock)),
            host: "up".into(),
            ..DeliverySettings::default()
        },
    )
    .await?;
    let secret = jwt.secret.clone().or(own_secret);
    let code = random.uuid().simple().to_string();
    let sign_in = match &secret {
        Some(secret) => sign_in(&settings, &clock, secret, code.clone()),
        None => SignIn::disabled(),
    };
    let hub = streams::hub(
        &settings,
        Arc::clone(&storage),
        &shared,
        Arc::clone(&clock),
        random.clone(),
    );
    let mut server = ApiServer::start(ApiServerParts {
        listener,
        storage: Arc::clone(&storage),
        waker: bus,
        shared: shared.clone(),
        clock: Arc::clone(&clock),
        random,
        keys,
        turns: identity::turns(&settings),
        failed_tokens: identity::failed_tokens(&settings),
        origins: identity::origins(&settings).with_loopback(),
        providers,
        retention: settings.retention.days,
        audit_days: settings.retention.audit_days,
        links: links::links(&settings, &storage, &clock),
        operator_routes,
        health: Surroundings {
            storage: Arc::clone(&storage),
            // Nothing that could be away: both are in this process.
            bus: None,
            has_broker: false,
            accounts: Some(accounts),
            shared,
            clock: Arc::clone(&clock),
            started,
        },
        home: Some(campanile_dashboard::home(sign_in)),
        serves_live_page: true,
        hub,
    })?;
    let stop_signal = signals::listen()?;
    if let Some(secret) = secret {
        let address = server.address();
        print::line(paste(&settings, clock.as_ref(), &secret, address, &code)?);
    }
    print::line(format_args!("ready on http://{}", server.address()));
    let failed = async {
        tokio::select! {
            () = server.failed() => {}
            () = delivery.failed() => {}
            () = file.failed() => {}
        }
    };
    signals::wait(stop_signal, failed).await?;
    tenants.abort();
    server.stop().await?;
    delivery.stop().await;
    queue.close().await;
    storage.close().await;
    settings::stop_traces(traces).await;
    Ok(())
}

/// The page's link signs in as the user of the lines to paste, once.
fn sign_in(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
    secret: &SecretString,
    code: String,
) -> SignIn {
    let (settings, clock, secret) = (settings.clone(), Arc::clone(clock), secret.clone());
    SignIn::new(code, move || {
        let tenant = TenantId::parse("default").expect("a valid name");
        let ttl = PASTE_TTL.min(settings.jwt.max_life);
        let scope = "inbox notifications:send";
        match identity::token(
            &settings,
            clock.as_ref(),
            &secret,
            &tenant,
            DEMO_USER,
            scope,
            ttl,
        ) {
            Ok(token) => Some(Token {
                token,
                user: DEMO_USER.to_owned(),
            }),
            Err(error) => {
                tracing::error!("cannot make a token for the page: {error:#}");
                None
            }
        }
    })
}

/// A link to click, and lines to paste: send, see, explain.
fn paste(
    settings: &Settings,
    clock: &dyn Clock,
    secret: &SecretString,
    address: SocketAddr,
    code: &str,
) -> anyhow::Result<String> {
    let tenant = TenantId::parse("default").expect("a valid name");
    let ttl = PASTE_TTL.min(settings.jwt.max_life);
    let token = |sub, scope| identity::token(settings, clock, secret, &tenant, sub, scope, ttl);
    let service = token("example-service", "notifications:send")?;
    let user = token(DEMO_USER, "inbox")?;
    let url = format!("http://{address}/api/v1/notifications");
    let lasts = humantime::format_duration(ttl);
    Ok(format!(
        r#"
Campanile runs alone on SQLite. See it (the link signs you in as {DEMO_USER}, once):

http://{address}/#start={code}

Or paste these into another terminal (the tokens last {lasts}).

# send a notification to alice
curl -s {url} \
  -H 'Authorization: Bearer {service}' \
  -H 'Content-Type: application/json' \
  -d '{{"notification_type":"new_message","recipients":["alice"],"title":"Hello","content":{{"text":"Good morning"}}}}'; echo

# see it in alice's inbox
curl -s {url} \
  -H 'Authorization: Bearer {user}'; echo

# what became of it: put the id that the first line printed in the place of ID
curl -s {url}/ID/timeline \
  -H 'Authorization: Bearer {service}'; echo

The API, with a form to try each call: http://{address}/docs
alice's inbox, live: http://{address}/docs/live#token={user}
"#
    ))
}
