//! Programs that open mails and follow links without anybody reading.

/// Parts of user agents in small letters, of proxies that load pictures before or instead of a reader, of scanners that
/// follow links, of programs that show previews of links, and of libraries that no mail program is made with.
const PARTS: [&str; 28] = [
    "googleimageproxy",
    "ggpht.com",
    "yahoomailproxy",
    "yahoo! slurp",
    "barracuda",
    "mimecast",
    "proofpoint",
    "symantec",
    "trendmicro",
    "forcepoint",
    "safelinks",
    "bingpreview",
    "microsoft office protocol discovery",
    "facebookexternalhit",
    "whatsapp",
    "skypeuripreview",
    // Not `bot` alone: there are telephones named Cubot.
    "bot/",
    "bot-",
    "telegrambot",
    "crawler",
    "spider",
    "headless",
    "curl/",
    "wget/",
    "python-",
    "go-http-client",
    "java/",
    "apache-httpclient",
];

/// Whether a user agent names such a program, or names nothing.
///
/// Apple Mail loads pictures through proxies that say `Mozilla/5.0` and no more (Mail Privacy Protection), whether the mail
/// is read or not. No mail program of today says so little, but that it is Apple's cannot be told for sure.
pub fn is_machine(user_agent: &str) -> bool {
    let user_agent = user_agent.trim();
    if user_agent.is_empty() || user_agent == "Mozilla/5.0" {
        return true;
    }
    let small = user_agent.to_ascii_lowercase();
    PARTS.iter().any(|part| small.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_and_scanners_are_told_from_readers() {
        for (user_agent, expected) in [
            (
                "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
                true,
            ),
            (
                "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
                true,
            ),
            ("Mozilla/5.0", true),
            (" ", true),
            ("Slackbot-LinkExpanding 1.0", true),
            ("Go-http-client/2.0", true),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 \
                 Safari/537.36",
                false,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
                false,
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.3.0",
                false,
            ),
            ("Microsoft Outlook 16.0.17928", false),
        ] {
            assert_eq!(is_machine(user_agent), expected, "{user_agent}");
        }
    }
}
