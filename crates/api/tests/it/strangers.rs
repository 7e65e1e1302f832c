//! Walks every operation of the document as somebody else: another user, another tenant. What is not
//! theirs looks exactly as if it did not exist, and not a byte of it changes.

mod belongings;
mod dump;

use std::sync::Arc;

use campanile_api::{Draining, RequestLimits};
use campanile_domain::TenantId;
use campanile_storage::Storage;
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_storage_sqlite::SqliteStorage;
use campanile_test_support::postgres::TestDatabase;
use chrono::{TimeDelta, Utc};
use http::Request;
use serde_json::{Value, json};

use crate::support::{Answer, Folder, TestApi, healthy, over, shared_secret, token};
use belongings::Belongings;
use dump::Rows;

/// An id of the right form that nobody has.
const ABSENT: &str = "01939b1e-0000-7000-8000-00000000dead";

/// An operation of the document, with a scope that it takes.
struct Operation {
    method: String,
    path: String,
    scope: String,
    schema: Value,
}

fn guarded_operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(&campanile_api::openapi_json()).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let ways = operation["security"].as_array().into_iter().flatten();
            let scopes = ways.map(|way| way["bearer"][0].as_str().unwrap());
            // Whoever has `platform` is a stranger nowhere; what is changed is changed once.
            let scopes = scopes.filter(|scope| *scope != "platform");
            for scope in scopes.take(if method == "get" { usize::MAX } else { 1 }) {
                let body = &operation["requestBody"]["content"]["application/json"];
                all.push(Operation {
                    method: method.to_ascii_uppercase(),
                    path: path.clone(),
                    scope: scope.to_owned(),
                    schema: body["schema"].clone(),
                });
            }
        }
    }
    // By method, which is alphabetical: nobody has put one of their own before they look for another's.
    all.sort_by(|a, b| (&a.method, &a.path).cmp(&(&b.method, &b.path)));
    all
}

/// A valid body for an operation that reads one: what is walked is the id, not the body.
fn body(operation: &Operation) -> Value {
    let Some(reference) = operation.schema["$ref"].as_str() else {
        return Value::Null;
    };
    let person = json!({"user_id": "s", "username": "s"});
    match reference.rsplit('/').next().unwrap() {
        "SendRequest" => {
            json!({"notification_type": "t", "recipients": ["mine"], "content": {}})
        }
        "BulkRequest" => {
            json!({"items": [{"notification_type": "t", "recipients": ["mine"], "content": {}}]})
        }
        // The inbox needs no worker, so nobody waits.
        "TestRequest" => json!({"message": "m", "channels": ["in_app"], "user_id": "mine"}),
        "MessageCreated" => json!({"message_id": "m", "room_id": "r", "sender_id": "s",
            "recipient_ids": ["mine"], "message_content": "", "sender_info": person}),
        "RoomInvitation" => json!({"room_id": "r", "room_name": "R", "inviter_id": "s",
            "invitee_id": "mine", "inviter_info": person}),
        "FriendRequest" => json!({"sender_id": "s", "recipient_id": "mine", "sender_info": person,
            "request_type": "friend_request"}),
        "SnoozeRequest" => json!({"until": Utc::now() + TimeDelta::hours(1)}),
        "DeviceRequest" => json!({"kind": "token", "value": "mine", "platform": "web"}),
        "UserAddressRequest" => json!({"channel": "slack", "address": "Umine"}),
        "UserRequest" => json!({}),
        // The merge that runs.
        "UserMergeRequest" => json!({"into": "subscriber-of-acme"}),
        "SubscribersRequest" => json!({"user_ids": ["mine"]}),
        "PreferencesRequest" => json!({"push_notifications": false}),
        "MagicLinkRequest" => json!({"user_id": "mine", "purpose": "settings_view"}),
        "RetentionRequest" => json!({"days": 30}),
        "SuppressionAddRequest" => json!({"addresses": ["mine@example.com"]}),
        "SuppressionRemoveRequest" => json!({"address": "mine@example.com"}),
        "AuditRetentionRequest" => json!({"days": 60}),
        "DeadLetterChoice" => json!({"all": true}),
        "ProviderSettings" => json!({"channel": "webhook", "settings":
            {"url": "https://b.example.com/", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}}),
        "IngestRequest" => json!({"kind": "apprise", "name": "mine", "recipients": ["mine"]}),
        "TemplateRequest" => json!({"parts": {"title": "mine"}}),
        "VariantRequest" => json!({"weight": 10, "templates": {"en": {"title": "mine"}}}),
        "PromoteRequest" => json!({"channel": "push", "variant": "control"}),
        "PublishRequest" => json!({}),
        "RollbackRequest" => json!({"version": 1}),
        "PreviewRequest" => json!({"notification_type": "t", "content": {}}),
        "TemplateTestRequest" => json!({"content": {}, "channels": ["in_app"], "user_id": "mine"}),
        "BrandRequest" => json!({"name": "mine"}),
        "ApiKeyRequest" => json!({"name": "mine", "scopes": ["notifications:send"]}),
        "ApiKeyRotation" => json!({}),
        "SeeNotificationsRequest" => json!({"ids": ["0199d2f0-1c3b-7c2e-9a41-5d0c8d1f2a11"]}),
        "TypeRequest" => json!({"schema": {"type": "object"}}),
        other => panic!("say here what a valid {other} is"),
    }
}

async fn call(api: &TestApi, operation: &Operation, id: &str, token: &str) -> Answer {
    call_with(api, operation, id, token, None).await
}

async fn call_with(
    api: &TestApi,
    operation: &Operation,
    id: &str,
    token: &str,
    if_match: Option<&str>,
) -> Answer {
    let path = match operation.path.split_once('{') {
        Some((before, rest)) => {
            let (_, after) = rest.split_once('}').unwrap();
            format!("{before}{id}{after}")
        }
        // It does not know what to tell without one.
        None if operation.path.ends_with("/next-delivery") => {
            format!("{}?channel=push", operation.path)
        }
        None => operation.path.clone(),
    };
    let is_address = path.contains("/addresses/");
    let path = path
        .replace("{channel}", if is_address { "slack" } else { "push" })
        .replace("{locale}", "en")
        .replace("{variant}", "v")
        .replace("{version}", "1");
    let body = body(operation);
    let mut request = Request::builder()
        .method(operation.method.as_str())
        .uri(path)
        .header("authorization", format!("Bearer {token}"));
    if !body.is_null() {
        request = request.header("content-type", "application/json");
    }
    if let Some(seen) = if_match {
        request = request.header("if-match", seen);
    }
    let text = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    api.call(request.body(text.into()).unwrap()).await
}

/// The answer, byte for byte, without what differs from request to request.
fn alike(answer: &Answer) -> String {
    let id = answer.header("x-request-id").unwrap();
    let headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id" && *name != "date")
        .collect();
    format!(
        "{} {headers:?} {}",
        answer.status,
        answer.text.replace(id, "")
    )
}

async fn make_tenants(storage: &dyn Storage) {
    for tenant in ["acme", "other"] {
        let tenant = TenantId::parse(tenant).unwrap();
        storage.create_tenant(&tenant, Utc::now()).await.unwrap();
    }
}

/// Walks everything as every stranger; gives how many operations and cases there were.
async fn walk(storage: Arc<dyn Storage>, rows: &Rows) -> (usize, usize) {
    let mut api = TestApi::new().await;
    let (limits, draining) = (RequestLimits::default(), Draining::default());
    api.router = over(storage, shared_secret(), limits, healthy(), draining);
    let belongings = Belongings::of_acme(&api).await;
    let mut before = rows.of("acme").await;
    assert!(
        before.len() >= 7,
        "one row of each kind at least: {before:#?}"
    );

    let operations = guarded_operations();
    let mut cases = 0;
    for operation in &operations {
        let what = format!("{} {}", operation.method, operation.path);
        // A user's id is the tenant's own: within the tenant, services and operators see all of it.
        let mut strangers = vec![("other", "u1")];
        if operation.scope == "inbox" {
            strangers.push(("acme", "u2"));
        }
        for (tenant, sub) in strangers {
            let token = token(tenant, sub, &operation.scope);
            let answer = if operation.path.contains('{') {
                let theirs = belongings.id(&operation.path);
                // Whether an id is taken elsewhere shows neither at the first nor at the next look.
                let absent = call(&api, operation, ABSENT, &token).await;
                let answer = call(&api, operation, theirs, &token).await;
                // A service may register an address for a user who is not in the address book yet.
                let of_addresses =
                    operation.path.ends_with("/addresses") && operation.method == "POST";
                let makes_one = !body(operation).is_null() && operation.method == "PUT";
                if of_addresses {
                    assert!(answer.status.is_success(), "{what}: {}", answer.text);
                    assert!(absent.status.is_success(), "{what}: {}", absent.text);
                } else if operation.path.ends_with("/merge") && operation.method == "POST" {
                    // The stranger has a user of this name, too; the one to keep is unknown to them.
                    assert_eq!(answer.status, 422, "{what}");
                    assert_eq!(absent.status, 404, "{what}");
                } else if !makes_one || operation.scope == "inbox" {
                    assert_eq!(answer.status, 404, "{what}");
                    assert_eq!(alike(&answer), alike(&absent), "{what} as {tenant} {sub}");
                } else {
                    // They may have one of that name themselves.
                    assert_eq!(answer.status, absent.status, "{what}");
                    // They have no template of which one could be a variant.
                    let is_variant = operation.path.contains("/variants/");
                    let expected = if is_variant { 422 } else { 200 };
                    assert_eq!(answer.status, expected, "{what}: {}", answer.text);
                }
                answer
            } else {
                let answer = call(&api, operation, "", &token).await;
                // A call is no handshake of a WebSocket.
                let is_refused = operation.path.ends_with("/ws") && answer.status == 400;
                // An entry that another tenant has is not on this one's list.
                let is_absent =
                    operation.path.ends_with("/suppressions") && operation.method == "DELETE";
                let is_absent = is_absent && answer.status == 404;
                let is_answered = answer.status.is_success() || is_refused || is_absent;
                assert!(is_answered, "{what}: {}", answer.text);
                answer
            };
            belongings.leaks_nothing(&what, &answer.text);
            let after = rows.of("acme").await;
            // Of the tenant's own rows only another user's device may be new.
            assert!(
                before.iter().all(|row| after.contains(row)),
                "{what}: {after:#?}"
            );
            let added: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
            let theirs = |row: &&String| tenant == "acme" && row.contains("u2");
            assert!(
                added.iter().all(theirs),
                "{what} as {tenant} {sub}: {added:#?}"
            );
            before = after;
            cases += 1;
        }
    }
    // It was all there: its owner is answered, and only then does it change.
    for operation in operations
        .iter()
        .filter(|o| o.path.contains('{') && o.method != "DELETE")
        // Setting the provider, which comes before, resumes it as well.
        .filter(|o| !o.path.ends_with("/resume"))
    {
        let token = token("acme", "u1", &operation.scope);
        let id = belongings.id(&operation.path);
        // Promoting, which comes before, removes the variants.
        let seen = Some("*").filter(|_| !operation.path.contains("/variants/"));
        let answer = call_with(&api, operation, id, &token, seen).await;
        let ends = |end: &str| operation.path.ends_with(end) && operation.method == "POST";
        // A rotation creates a key, and a merge goes on.
        let expected = match () {
            () if ends("/rotate") => 201,
            () if ends("/merge") => 202,
            () => 200,
        };
        assert_eq!(
            answer.status, expected,
            "{} {}",
            operation.path, answer.text
        );
    }
    assert_ne!(
        rows.of("acme").await,
        before,
        "a dump that shows what changes"
    );
    (operations.len(), cases)
}

#[tokio::test]
async fn strangers_see_and_change_nothing_on_sqlite() {
    let folder = Folder::new();
    let file = folder.0.join("walk.db");
    let storage = Arc::new(SqliteStorage::open(&file).await.unwrap());
    make_tenants(storage.as_ref()).await;
    let (operations, cases) = walk(storage, &Rows::sqlite(&file).await).await;
    println!("strangers on SQLite: {operations} operations, {cases} cases");
}

#[tokio::test]
async fn strangers_see_and_change_nothing_on_postgres() {
    let database = TestDatabase::create().await;
    // Tenants are made by the operator; callers get the role that row-level security binds.
    let operator = PostgresStorage::connect(database.settings(Role::Worker)).await;
    make_tenants(&operator.unwrap()).await;
    let storage = PostgresStorage::connect(database.settings(Role::Api)).await;
    let storage = Arc::new(storage.unwrap());
    let (operations, cases) = walk(storage, &Rows::postgres(database.url()).await).await;
    println!("strangers on Postgres: {operations} operations, {cases} cases");
}
