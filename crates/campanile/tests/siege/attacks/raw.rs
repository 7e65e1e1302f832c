//! Requests by hand, for callers who do not behave.

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::place::Place;

/// A connection on which nothing was sent yet. `None` if the service has no seat for it.
pub async fn connect(place: &Place) -> Option<TcpStream> {
    TcpStream::connect(place.authority()).await.ok()
}

/// Asks for a path and leaves the answer where it is.
pub async fn ask(stream: &mut TcpStream, place: &Place, path: &str, token: &str) -> bool {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\r\n",
        place.authority()
    );
    stream.write_all(request.as_bytes()).await.is_ok()
}

/// Waits until the service has sent something, or has closed the connection.
pub async fn something_came(stream: &TcpStream) {
    let mut one = [0; 1];
    let _ = stream.peek(&mut one).await;
}
