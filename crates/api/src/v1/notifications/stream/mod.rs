//! What happens in the caller's inbox, as it happens: server-sent events, and the same over WebSockets.
//!
//! `live` decides which events a stream gets; here it is put into words. `query` reads the request, `wire` has the JSON of
//! each event, `sse` and `websocket` the frames around it.

mod opening;
mod query;
pub(crate) mod sse;
pub(crate) mod websocket;
mod wire;
