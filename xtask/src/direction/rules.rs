//! The rules, as two tables. To change one is to change the architecture: give the reason in the commit.

/// A crate of the workspace, and the others it may know.
pub const WORKSPACE: &[(&str, &[&str])] = &[
    ("campanile-domain", &[]),
    // Of the domain it knows what a trace is called.
    (TELEMETRY, &[DOMAIN]),
    ("campanile-client", &[]),
    ("xtask", &[]),
    // A dev-dependency of all, so none may know it.
    (FEATURES, &[]),
    ("campanile-config", &[DOMAIN]),
    // What is sealed, and what a rotation seals again, is decided once for all back ends.
    ("campanile-storage", &[DOMAIN, "campanile-sealing"]),
    ("campanile-storage-contract", &[DOMAIN, STORAGE, PIPELINE]),
    // Counts the rows of the audit log where they are committed, so that no caller can forget it.
    (PIPELINE, &[DOMAIN, STORAGE, TELEMETRY]),
    ("campanile-queue", &[DOMAIN]),
    ("campanile-cache", &[DOMAIN]),
    // Data and pure functions: it makes no call.
    (RECIPES, &[DOMAIN]),
    ("campanile-channels", &[DOMAIN, TELEMETRY, RECIPES]),
    ("campanile-sealing", &[DOMAIN]),
    (
        "campanile-storage-postgres",
        &[DOMAIN, STORAGE, TELEMETRY, "campanile-sealing"],
    ),
    (
        "campanile-storage-sqlite",
        &[DOMAIN, STORAGE, "campanile-sealing"],
    ),
    ("campanile-queue-rabbitmq", &[DOMAIN, QUEUE, TELEMETRY]),
    ("campanile-cache-redis", &[DOMAIN, CACHE, TELEMETRY]),
    ("campanile-templates", &[DOMAIN, STORAGE, CACHE]),
    // Chooses whose words a notification is given.
    (
        WORDING,
        &[DOMAIN, STORAGE, CACHE, TELEMETRY, TEMPLATES, SCHEMAS],
    ),
    ("campanile-fields", &[DOMAIN]),
    // Compares contents with tenants' schemas; knows no storage.
    (SCHEMAS, &[]),
    (
        "campanile-intake",
        &[DOMAIN, FIELDS, STORAGE, PIPELINE, CACHE, TELEMETRY, WORDING],
    ),
    // Reads what other protocols say; makes no call and knows no storage.
    (INGEST, &[DOMAIN, FIELDS, INTAKE]),
    // Links that people open without signing in.
    (LINKS, &[DOMAIN, STORAGE, "campanile-sealing"]),
    // One way in for tenants' accounts, the API's and the command line's alike.
    (
        PROVIDERS,
        &[
            DOMAIN,
            FIELDS,
            STORAGE,
            // Accounts are changed in audited transactions.
            PIPELINE,
            CHANNELS,
            RECIPES,
            "campanile-sealing",
        ],
    ),
    // What the API, the command line and the workers share.
    (
        APP,
        &[
            DOMAIN,
            FIELDS,
            STORAGE,
            PIPELINE,
            CACHE,
            TELEMETRY,
            INGEST,
            INTAKE,
            LINKS,
            PROVIDERS,
            SCHEMAS,
            TEMPLATES,
            WORDING,
            // A tenant that moves takes its keys along, in an encrypted file.
            "campanile-sealing",
        ],
    ),
    // Reads inboxes for streams, and knows no wire format.
    (LIVE, &[DOMAIN, STORAGE, CACHE, TELEMETRY]),
    (
        "campanile-delivery",
        &[
            DOMAIN, STORAGE, PIPELINE, QUEUE, CACHE, TELEMETRY, CHANNELS, LINKS, WORDING,
        ],
    ),
    (
        "campanile-api",
        &[
            DOMAIN, FIELDS, STORAGE, PIPELINE, CACHE, TELEMETRY, INGEST, INTAKE, LINKS, PROVIDERS,
            APP, LIVE, WORDING,
        ],
    ),
    ("campanile-dashboard", &[DOMAIN, STORAGE, TELEMETRY, API]),
    // The binary wires everything together: the only one that knows all.
    (
        "campanile",
        &[
            DOMAIN,
            STORAGE,
            PIPELINE,
            QUEUE,
            CACHE,
            TELEMETRY,
            CHANNELS,
            TEMPLATES,
            WORDING,
            FIELDS,
            INTAKE,
            LINKS,
            PROVIDERS,
            RECIPES,
            SCHEMAS,
            APP,
            LIVE,
            API,
            "campanile-cache-redis",
            "campanile-config",
            "campanile-dashboard",
            "campanile-delivery",
            "campanile-queue-rabbitmq",
            "campanile-sealing",
            "campanile-storage-postgres",
            "campanile-storage-sqlite",
        ],
    ),
    // Knows what it helps to test; nothing knows it outside tests.
    (
        "campanile-test-support",
        &[
            FAKES,
            DOMAIN,
            STORAGE,
            PIPELINE,
            QUEUE,
            CACHE,
            CHANNELS,
            "campanile-storage-postgres",
        ],
    ),
    // Calls as the services do that link against the client.
    (
        "campanile-loadtest",
        &[DOMAIN, API, FAKES, "campanile-client"],
    ),
    // Play the providers, for tests and the load test; know nothing of the service.
    (FAKES, &[]),
];

/// A library that only its owners may depend on; `deny.toml` says the same to cargo-deny.
pub const LIBRARIES: &[(&str, &[&str])] = &[
    (
        "sqlx",
        &[
            "campanile-storage-postgres",
            "campanile-storage-sqlite",
            "campanile-test-support",
        ],
    ),
    // Fakes and test support change the broker without the service's knowledge.
    (
        "lapin",
        &[
            "campanile-fakes",
            "campanile-queue-rabbitmq",
            "campanile-test-support",
        ],
    ),
    ("lettre", &["campanile-channels"]),
    ("redis", &["campanile-cache-redis"]),
    ("deadpool-redis", &["campanile-cache-redis"]),
    // The fakes serve providers, test support other servers; the binary serves the worker's health and metrics.
    (
        "axum",
        &[
            "campanile",
            "campanile-api",
            "campanile-dashboard",
            "campanile-fakes",
            "campanile-test-support",
        ],
    ),
    // Only for its typed messages, which one file of the push channel turns into HTTP v1.
    ("fcm", &["campanile-channels"]),
    // The api fetches signing keys (JWKS), `campanile test` calls the API; all other outbound calls are
    // the channels'.
    (
        "reqwest",
        &[
            "campanile",
            "campanile-api",
            "campanile-channels",
            "campanile-client",
            "campanile-fakes",
            "campanile-loadtest",
            "campanile-test-support",
        ],
    ),
];

/// Names the features of all dependencies, for tests; it uses none of them.
pub const FEATURES: &str = "workspace-hack";
const API: &str = "campanile-api";
const LINKS: &str = "campanile-links";
const LIVE: &str = "campanile-live";
const APP: &str = "campanile-app";
const CACHE: &str = "campanile-cache";
const CHANNELS: &str = "campanile-channels";
const FAKES: &str = "campanile-fakes";
const DOMAIN: &str = "campanile-domain";
const FIELDS: &str = "campanile-fields";
const INGEST: &str = "campanile-ingest";
const INTAKE: &str = "campanile-intake";
const SCHEMAS: &str = "campanile-schemas";
const PROVIDERS: &str = "campanile-providers";
const RECIPES: &str = "campanile-recipes";
const QUEUE: &str = "campanile-queue";
const PIPELINE: &str = "campanile-pipeline";
const STORAGE: &str = "campanile-storage";
const TELEMETRY: &str = "campanile-telemetry";
const TEMPLATES: &str = "campanile-templates";
const WORDING: &str = "campanile-wording";
