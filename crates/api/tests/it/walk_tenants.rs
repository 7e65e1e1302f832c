//! Walks the operations as another tenant and as none: each tenant is alone in the world.

use serde_json::{Value, json};

use crate::support::{TestApi, message, operator, send_json, service, token, user};
use crate::walk::{OPERATIONS, request, scopes};

/// What `acme` has, as paths that name it.
async fn belongings(api: &TestApi) -> Vec<(&'static str, String)> {
    let sent = api.post(message(&["u1"]).to_string()).await.json();
    let deleted = api.post(message(&["u1"]).to_string()).await.json();
    let device = json!({"kind": "token", "value": "t1", "platform": "web"});
    let token = user("acme", "u1");
    let device = send_json("POST", "/api/v1/devices", &token, device.to_string());
    let device = api.call(device).await.json();
    let chat = json!({"channel": "slack", "address": "U024BE7LH"}).to_string();
    let chat = api.call(send_json("POST", "/api/v1/addresses", &token, chat));
    assert_eq!(chat.await.status, 201);
    let key = json!({"channel": "pushover", "address": "uQiRzpo4DXghDmr9QzzfQu27cmVRsG"});
    let path = "/api/v1/users/u1/addresses";
    let key = api.call(send_json("POST", path, &service("acme"), key.to_string()));
    assert_eq!(key.await.status, 201);
    for path in ["/api/v1/users/u1", "/api/v1/users/kept"] {
        let user = send_json("PUT", path, &service("acme"), "{}");
        assert_eq!(api.call(user).await.status, 200);
    }
    let (merge, into) = ("/api/v1/admin/users/u1/merge", json!({"into": "kept"}));
    let merge = send_json("POST", merge, &operator("acme"), into.to_string());
    assert_eq!(api.call(merge).await.status, 202);
    let hook = json!({"channel": "webhook", "settings": {"url": "https://a.example.com/",
        "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}});
    let (name, admin) = ("/api/v1/admin/providers/main", operator("acme"));
    let hook = send_json("PUT", name, &admin, hook.to_string());
    assert_eq!(api.call(hook).await.status, 200);
    let (news, subscribers) = (
        "/api/v1/topics/news/subscribers",
        json!({"user_ids": ["u1"]}),
    );
    let put = send_json("PUT", news, &service("acme"), subscribers.to_string());
    assert_eq!(api.call(put).await.status, 200);
    let mut to_topic = message(&[]);
    to_topic["topic"] = json!("news");
    to_topic["recipients"] = Value::Null;
    for (method, path, body) in crate::templates::belongings() {
        let call = send_json(method, path, &admin, body.to_string());
        let answer = api.call(call).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }
    let new = json!({"kind": "apprise", "name": "n", "recipients": ["u1"]});
    let new = send_json(
        "POST",
        "/api/v1/admin/ingest-addresses",
        &admin,
        new.to_string(),
    );
    let ingest = api.call(new).await.json();
    let fanout = api.post(to_topic.to_string()).await.json();
    let fanout = fanout["fanout_id"].as_str().unwrap();
    let of = |answer: &Value| {
        answer["notifications"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let key = json!({"name": "k", "scopes": ["notifications:send"]});
    let key = send_json("POST", "/api/v1/admin/api-keys", &admin, key.to_string());
    let key = api.call(key).await.json();
    let mut paths = vec![
        (
            "/api/v1/admin/api-keys/{id}",
            key["id"].as_str().unwrap().to_owned(),
        ),
        ("/api/v1/notifications/{id}", of(&deleted)),
        (
            "/api/v1/devices/{id}",
            device["id"].as_str().unwrap().to_owned(),
        ),
        ("/api/v1/addresses/{channel}", "slack".to_owned()),
        ("/api/v1/users/{user_id}/addresses", "u1".to_owned()),
        (
            "/api/v1/users/{user_id}/addresses/{channel}",
            "u1".to_owned(),
        ),
        ("/api/v1/users/{user_id}", "u1".to_owned()),
        ("/api/v1/admin/users/{user_id}/export", "u1".to_owned()),
        ("/api/v1/admin/users/{user_id}/merge", "u1".to_owned()),
        ("/api/v1/admin/providers/{name}", "main".to_owned()),
        ("/api/v1/topics/{key}", "news".to_owned()),
        ("/api/v1/topics/{key}/subscribers", "news".to_owned()),
        (
            "/api/v1/admin/ingest-addresses/{id}",
            ingest["address"]["id"].as_str().unwrap().to_owned(),
        ),
        ("/api/v1/fanouts/{id}", fanout.to_owned()),
        ("/api/v1/fanouts/{id}/cancel", fanout.to_owned()),
    ];
    let of_templates = |path: &&str| path.contains("{type}");
    let named = OPERATIONS.map(|(_, path, _)| path);
    let named = named.iter().filter(|path| of_templates(path));
    paths.extend(named.map(|path| (*path, "t".to_owned())));
    let about_one = |path: &&str| path.starts_with("/api/v1/notifications/{id}/");
    let patterns = OPERATIONS.map(|(_, path, _)| path);
    paths.extend(
        patterns
            .iter()
            .filter(|path| about_one(path))
            .map(|path| (*path, of(&sent))),
    );
    let concrete = |(pattern, id): (&'static str, String)| {
        let (before, rest) = pattern.split_once('{').unwrap();
        let (_, after) = rest.split_once('}').unwrap();
        // What else a path names is the same for all.
        (pattern, format!("{before}{id}{after}"))
    };
    paths.into_iter().map(concrete).collect()
}

/// Those that write a body of their own are walked elsewhere.
fn needs_a_body(method: &str, path: &str) -> bool {
    let by_path = path.starts_with("/api/v1/notifications/") && !path.ends_with("/snooze");
    let names_users = method == "delete" && path.ends_with("/subscribers");
    let of_templates = method == "post" && path.contains("/templates/");
    let rotates = path.ends_with("/rotate");
    let of_addresses = method == "post" && path.ends_with("/addresses");
    let merges = method == "post" && path.ends_with("/merge");
    method == "put" && !by_path || names_users || of_templates || rotates || of_addresses || merges
}

#[tokio::test]
async fn what_belongs_to_a_tenant_is_absent_for_another() {
    let api = TestApi::new().await;
    let belongings = belongings(&api).await;
    let named = OPERATIONS
        .iter()
        .filter(|(method, path, _)| path.contains('{') && !needs_a_body(method, path))
        // Only a receiver that answered 410 can be resumed, and none was called here.
        .filter(|(_, path, _)| !path.ends_with("/resume"))
        // Those of the installation are of no tenant.
        .filter(|(.., scope)| *scope != Some("platform"));
    // First everything as the other tenant, then as the owner: it was there, and nothing is lost.
    for (tenant, is_there) in [("other", false), ("acme", true)] {
        for (method, path, scope) in named.clone() {
            let (_, concrete) = belongings
                .iter()
                .find(|(pattern, _)| pattern == path)
                .expect("a path with a parameter has a belonging to name");
            let accepted = scopes(method, path, scope.expect("guarded"));
            // What is removed is there once only, and `platform` is of no tenant: its tests are apart.
            let accepted = match *method {
                "get" => accepted.as_slice(),
                _ => &accepted[..1],
            };
            for scope in accepted.iter().filter(|scope| **scope != "platform") {
                let token = token(tenant, "u1", scope);
                let answer = api.call(request(method, concrete, Some(&token))).await;
                let found = answer.status.is_success();
                assert_eq!(found, is_there, "{tenant} {method} {path}: {}", answer.text);
                assert!(found || answer.status == 404, "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn a_tenant_that_does_not_exist_has_no_callers() {
    let api = TestApi::new().await;
    for (method, path, scope) in OPERATIONS {
        let Some(scope) = scope else { continue };
        let token = token("nobody", "u1", scope);
        let answer = api.call(request(method, path, Some(&token))).await;
        answer.is_problem(401, "unauthenticated");
    }
}
