//! Streams over real connections: every event, reconnects, and clients that misbehave.

mod cuts;
mod events;
mod support;
mod websocket;
