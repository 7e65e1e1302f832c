//! The key that seals what is stored, and the private networks that tenants' calls may reach.

use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

use crate::check;
use crate::key::Key;
use crate::reader::Reader;

/// What the ciphertexts of transit keys begin with.
const CIPHERTEXT: &str = "vault:v";
/// AES-256.
const MASTER_KEY_BYTES: usize = 32;

const MASTER_KEY: Key = Key::secret("security", "master_key", "CAMPANILE_MASTER_KEY")
    .means(
        "Encrypts the tenants' data keys. If it is lost, everything encrypted with them is lost.",
    )
    .expects("32 bytes in base64, as from `openssl rand -base64 32`")
    .by_role("`up` creates its own in the data directory");
const MASTER_KEY_PREVIOUS: Key = Key::secret(
    "security",
    "master_key_previous",
    "CAMPANILE_MASTER_KEY_PREVIOUS",
)
.means(
    "A second master key, which only decrypts: the previous one while the master key is rotated. Needs the master key.",
)
.expects("32 bytes in base64, another key than the master key");
const MASTER_KEY_KMS: Key = Key::plain("security", "master_key_kms", "CAMPANILE_MASTER_KEY_KMS")
    .means(
        "The decrypt call of a transit key of Vault or OpenBao. The master keys are then ciphertexts of that key, which each \
         process decrypts when it starts.",
    )
    .expects("a URL such as https://vault.example:8200/v1/transit/decrypt/campanile");
const MASTER_KEY_KMS_TOKEN: Key = Key::secret(
    "security",
    "master_key_kms_token",
    "CAMPANILE_MASTER_KEY_KMS_TOKEN",
)
.means("The token for that call.")
.expects("a token that may decrypt with the transit key");
const SEAL_TEXTS: Key = Key::plain("security", "seal_texts", "CAMPANILE_SEAL_TEXTS")
    .means(
        "Whether the texts of notifications, and addresses, are encrypted in the database. Needs the master key. Set it once all \
         processes run a version that reads encrypted texts.",
    )
    .expects("true or false")
    .by_role("`true` for `up`, `false` for `api` and `worker`");
const ALLOW_PRIVATE_NETWORKS: Key = Key::plain(
    "security",
    "allow_private_networks",
    "CAMPANILE_ALLOW_PRIVATE_NETWORKS",
)
.means("Private networks that calls to addresses set by tenants may reach.")
.expects("comma-separated networks such as 10.1.0.0/16,fd00::/8");

const ALLOW_USER_NETWORKS: Key = Key::plain(
    "security",
    "allow_user_networks",
    "CAMPANILE_ALLOW_USER_NETWORKS",
)
.means(
    "Private networks that calls to addresses set by users (subscriptions to Web Push, URLs of chats) may reach.",
)
.expects("comma-separated networks such as 10.1.0.0/16,fd00::/8");

pub(crate) const KEYS: &[Key] = &[
    MASTER_KEY,
    MASTER_KEY_PREVIOUS,
    MASTER_KEY_KMS,
    MASTER_KEY_KMS_TOKEN,
    SEAL_TEXTS,
    ALLOW_PRIVATE_NETWORKS,
    ALLOW_USER_NETWORKS,
];

/// What guards data and networks.
#[derive(Clone, Debug)]
pub struct Security {
    /// 32 bytes in base64, or what a KMS has encrypted them to.
    pub master_key: Option<SecretString>,
    /// 32 bytes in base64: another one that decrypts.
    pub master_key_previous: Option<SecretString>,
    /// The decrypt call of a transit key.
    pub master_key_kms: Option<Url>,
    /// The token for it.
    pub master_key_kms_token: Option<SecretString>,
    /// Whether new texts are encrypted; absent, it depends on the role.
    pub seal_texts: Option<bool>,
    /// Private networks that tenants' calls may reach; none by default.
    pub allow_private_networks: Vec<IpNet>,
    /// Private networks that calls to users' own addresses may reach; none by default.
    pub allow_user_networks: Vec<IpNet>,
}

impl Security {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            master_key: reader.secret(&MASTER_KEY, master_key),
            master_key_previous: reader.secret(&MASTER_KEY_PREVIOUS, master_key),
            master_key_kms: reader.optional(&MASTER_KEY_KMS, check::http_url),
            master_key_kms_token: reader.secret(&MASTER_KEY_KMS_TOKEN, |_| Ok(())),
            seal_texts: reader.optional(&SEAL_TEXTS, check::parsed("is not true or false")),
            allow_private_networks: reader
                .optional(&ALLOW_PRIVATE_NETWORKS, check::networks)
                .unwrap_or_default(),
            allow_user_networks: reader
                .optional(&ALLOW_USER_NETWORKS, check::networks)
                .unwrap_or_default(),
        }
    }
}

fn master_key(text: &str) -> Result<(), String> {
    if text.trim().starts_with(CIPHERTEXT) {
        return Ok(());
    }
    match check::base64_bytes(text)?.len() {
        MASTER_KEY_BYTES => Ok(()),
        length => Err(format!("is {length} bytes long")),
    }
}
