//! The statuses of a row: `429`, `"4xx"` or `"500-504"`.

use std::ops::RangeInclusive;

use serde::{Deserialize, Deserializer, de};

#[derive(Debug, Clone)]
pub(crate) struct Status(RangeInclusive<u16>);

impl Status {
    pub(crate) fn has(&self, status: u16) -> bool {
        self.0.contains(&status)
    }

    fn parse(text: &str) -> Option<Self> {
        if let Some(class) = text.strip_suffix("xx") {
            let class: u16 = class.parse().ok()?;
            return (1..=5)
                .contains(&class)
                .then(|| Self(class * 100..=class * 100 + 99));
        }
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        let (from, to) = (from.parse().ok()?, to.parse().ok()?);
        (100 <= from && from <= to && to <= 599).then_some(Self(from..=to))
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(u16),
            Text(String),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Number(number) => number.to_string(),
            Written::Text(text) => text,
        };
        Self::parse(&text)
            .ok_or_else(|| de::Error::custom(r#"a status is 429, "4xx" or "500-504""#))
    }
}
