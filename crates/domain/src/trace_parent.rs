//! Which trace a notification belongs to.

use std::fmt;

/// The span that a notification was accepted in, as the header `traceparent` of W3C Trace Context names one. There is
/// none unless its trace is recorded, so the flag of a sampled trace is always set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceParent {
    trace_id: u128,
    span_id: u64,
}

impl TraceParent {
    /// A span of a trace; zero is no id of either.
    pub const fn new(trace_id: u128, span_id: u64) -> Option<Self> {
        if trace_id == 0 || span_id == 0 {
            return None;
        }
        Some(Self { trace_id, span_id })
    }

    /// Reads what [`Display`](fmt::Display) wrote; `None` for anything else, which a newer version may have stored.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (version, trace, span) = (parts.next()?, parts.next()?, parts.next()?);
        let is_whole = parts.next() == Some("01") && parts.next().is_none();
        if version != "00" || !is_whole || trace.len() != 32 || span.len() != 16 {
            return None;
        }
        let trace_id = u128::from_str_radix(trace, 16).ok()?;
        Self::new(trace_id, u64::from_str_radix(span, 16).ok()?)
    }

    /// The id of the trace.
    pub const fn trace_id(self) -> u128 {
        self.trace_id
    }

    /// The id of the span.
    pub const fn span_id(self) -> u64 {
        self.span_id
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-01", self.trace_id, self.span_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the W3C Trace Context specification.
    const EXAMPLE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn what_is_stored_is_read_again() {
        let parsed = TraceParent::parse(EXAMPLE).expect("it is one");
        assert_eq!(parsed.trace_id(), 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
        assert_eq!(parsed.span_id(), 0x00f0_67aa_0ba9_02b7);
        assert_eq!(parsed.to_string(), EXAMPLE);
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            "00",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        ] {
            assert_eq!(TraceParent::parse(text), None, "{text:?}");
        }
    }
}
