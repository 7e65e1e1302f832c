//! Where a browser can be reached: `web_push:<p256dh>:<auth>:<endpoint>`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;

/// What a browser gave out when it subscribed.
#[derive(Debug)]
pub(super) struct Subscription {
    /// The address at the push service.
    pub(super) endpoint: Url,
    /// The browser's public key: a point on P-256, uncompressed.
    pub(super) p256dh: [u8; 65],
    /// A secret that both share.
    pub(super) auth: [u8; 16],
}

impl Subscription {
    /// Reads an address; `None` for whatever no browser gives out. What is not https is none: the address alone lets
    /// anyone on the way send to the browser.
    pub(super) fn parse(address: &str) -> Option<Self> {
        let value = address.strip_prefix("web_push:")?;
        let (p256dh, rest) = value.split_once(':')?;
        let (auth, endpoint) = rest.split_once(':')?;
        let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
        let endpoint = Url::parse(endpoint).ok()?;
        let is_secure = endpoint.scheme() == "https" && endpoint.host_str().is_some();
        let has_login = !endpoint.username().is_empty() || endpoint.password().is_some();
        if !is_secure && !cfg!(test) || has_login {
            return None;
        }
        Some(Self {
            endpoint,
            p256dh: decoded(p256dh)?.try_into().ok()?,
            auth: decoded(auth)?.try_into().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_whole_or_not_at_all() {
        let key = URL_SAFE_NO_PAD.encode([4; 65]);
        let auth = URL_SAFE_NO_PAD.encode([1; 16]);
        let good = format!("web_push:{key}:{auth}:https://push.example.com:8443/a?b=c:d");
        let read = Subscription::parse(&good).expect("a subscription");
        assert_eq!(
            read.endpoint.as_str(),
            "https://push.example.com:8443/a?b=c:d"
        );
        assert_eq!((read.p256dh, read.auth), ([4; 65], [1; 16]));
        for bad in [
            String::new(),
            "token:a".into(),
            format!("web_push:{key}:{auth}"),
            format!("web_push:{auth}:{auth}:https://push.example.com/"),
            format!("web_push:{key}:{key}:https://push.example.com/"),
            format!("web_push:{key}:{auth}:push.example.com"),
            format!("web_push:{key}:{auth}:https://me@push.example.com/"),
        ] {
            assert!(Subscription::parse(&bad).is_none(), "{bad}");
        }
    }
}
