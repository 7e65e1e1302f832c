//! How pages look: one column of readable width, the accent of the brand.

use campanile_domain::Brand;

/// The colours of both schemes reach a contrast of 4.5:1 (WCAG 2.2, 1.4.3).
pub(super) const STYLE: &str = "\
:root{color-scheme:light dark;--accent:#1f5fbf;--on-accent:#fff;--line:#75757f;--quiet:#5a5a63}\
*{box-sizing:border-box}\
body{margin:0;padding:1rem;font:1.0625rem/1.5 system-ui,sans-serif;color:#1b1b1f;background:#f6f6f8}\
main{max-width:36rem;margin:0 auto;padding:1.25rem;background:#fff;border-radius:.75rem}\
img{max-width:12rem;max-height:4rem}\
h1{font-size:1.375rem}\
h2{font-size:1.125rem;margin:1.5rem 0 .5rem}\
p,h1,h2,button,label,legend,li,th,td{overflow-wrap:anywhere}\
button{display:block;width:100%;min-height:3rem;margin:.75rem 0;padding:.5rem 1rem;font:inherit;\
border:2px solid var(--accent);border-radius:.5rem;background:transparent;color:inherit}\
button.first{background:var(--accent);color:var(--on-accent)}\
button:focus-visible,input:focus-visible,select:focus-visible{outline:3px solid currentColor;outline-offset:2px}\
fieldset{min-width:0;margin:1rem 0;padding:.75rem 1rem;border:1px solid var(--line);border-radius:.5rem}\
legend{font-weight:600;padding:0 .25rem}\
label{display:flex;align-items:center;gap:.75rem;min-height:2.75rem}\
input[type=checkbox]{flex:none;width:1.375rem;height:1.375rem;accent-color:var(--accent)}\
input[type=time],input[type=text]{font:inherit;min-height:2.5rem;min-width:0;max-width:100%;padding:.25rem .5rem}\
input[type=text]{flex:1;width:6rem}\
.row{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}\
.quiet{color:var(--quiet);font-size:.9375rem}\
.done{padding:.75rem 1rem;border-inline-start:.25rem solid var(--accent);background:#1f5fbf14}\
ol{list-style:none;margin:0;padding:0}\
ol>li{padding:.75rem 0;border-top:1px solid var(--line)}\
ol ul{margin:.25rem 0 0;padding:0;list-style:none}\
@media (prefers-color-scheme:dark){:root{--line:#8e8e99;--quiet:#b4b4bf}\
body{color:#ececf1;background:#131316}main{background:#1f1f24}}";

/// The brand's accent, and black or white on it, whichever is easier to read. It was checked to be a colour when it was saved.
pub(super) fn accent(brand: &Brand) -> String {
    let is_color = |text: &&String| Brand::color(text).is_ok();
    match brand.colors.get("accent").filter(is_color) {
        Some(color) => format!(
            ":root{{--accent:{color};--on-accent:{}}}",
            if is_light(color) { "#000" } else { "#fff" }
        ),
        None => String::new(),
    }
}

/// Whether black is easier to read on a colour than white: its relative luminance (WCAG 2.2) is above the middle, where both
/// contrasts are equal.
fn is_light(color: &str) -> bool {
    const MIDDLE: f64 = 0.179;
    let digits: Vec<f64> = color
        .chars()
        .filter_map(|c| c.to_digit(16))
        .map(f64::from)
        .collect();
    let channels: Vec<f64> = match digits.len() {
        3 => digits.iter().map(|one| one * 17.0).collect(),
        _ => digits.chunks(2).map(|two| two[0] * 16.0 + two[1]).collect(),
    };
    let linear = |channel: f64| {
        let share = channel / 255.0;
        if share <= 0.040_45 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    };
    let weights = [0.2126, 0.7152, 0.0722];
    let luminance: f64 = weights
        .iter()
        .zip(channels)
        .map(|(weight, channel)| weight * linear(channel))
        .sum();
    luminance > MIDDLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_on_the_accent_can_be_read() {
        for (color, expected) in [
            ("#000", false),
            ("#fff", true),
            ("#ffd400", true),
            ("#1f5fbf", false),
            ("#0a7cff", true),
            ("#f00", true),
        ] {
            assert_eq!(is_light(color), expected, "{color}");
        }
    }
}
