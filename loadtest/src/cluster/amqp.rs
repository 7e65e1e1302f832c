//! Deleting queues and exchanges: as much AMQP 0-9-1 as that takes.
//!
//! Only the queue's own crate may speak to the broker with a library; a dozen frames do not justify
//! another.

use std::time::Duration;

use anyhow::{Context, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

const METHOD: u8 = 1;
const END: u8 = 0xCE;
const PATIENCE: Duration = Duration::from_secs(10);
/// More than any frame that the broker sends to us.
const FRAME_BYTES: u32 = 1 << 20;

/// Class and method.
type Method = (u16, u16);

/// Deletes them; one that is not there is no fault.
pub(super) async fn delete(
    url: &Url,
    queues: &[String],
    exchanges: &[String],
) -> anyhow::Result<()> {
    ensure!(url.scheme() == "amqp", "only amqp:// is spoken here");
    let deleting = async {
        let mut broker = Broker::open(url).await?;
        for queue in queues {
            let arguments = [&[0, 0][..], &short(queue), &[0]].concat();
            broker.call(1, (50, 40), &arguments, (50, 41)).await?;
        }
        for exchange in exchanges {
            let arguments = [&[0, 0][..], &short(exchange), &[0]].concat();
            broker.call(1, (40, 20), &arguments, (40, 21)).await?;
        }
        let bye = [&200_u16.to_be_bytes()[..], &short(""), &[0; 4]].concat();
        broker.call(0, (10, 50), &bye, (10, 51)).await
    };
    timeout(PATIENCE, deleting).await.context("no answer")??;
    Ok(())
}

struct Broker(TcpStream);

impl Broker {
    async fn open(url: &Url) -> anyhow::Result<Self> {
        let host = url.host_str().context("no host")?;
        let host = host.trim_matches(['[', ']']);
        let address = (host, url.port().unwrap_or(5672));
        let mut broker = Self(TcpStream::connect(address).await?);
        broker.0.write_all(b"AMQP\x00\x00\x09\x01").await?;
        broker.expect((10, 10)).await?;
        let login = [
            decoded(url.username()),
            decoded(url.password().unwrap_or_default()),
        ];
        let login = format!("\0{}\0{}", login[0], login[1]);
        let length = u32::try_from(login.len())?.to_be_bytes();
        let start = [
            &[0; 4][..],
            &short("PLAIN"),
            &length,
            login.as_bytes(),
            &short("en_US"),
        ];
        let tune = broker.call(0, (10, 11), &start.concat(), (10, 30)).await?;
        // Its own limits suit us, and nothing is sent in between.
        let limits = tune.get(..6).context("a short frame")?;
        broker
            .send(0, (10, 31), &[limits, &[0; 2]].concat())
            .await?;
        let path = decoded(url.path().trim_start_matches('/'));
        let host = if path.is_empty() { "/" } else { &path };
        let open = [&short(host)[..], &short(""), &[0]].concat();
        broker.call(0, (10, 40), &open, (10, 41)).await?;
        broker.call(1, (20, 10), &short(""), (20, 11)).await?;
        Ok(broker)
    }

    async fn call(
        &mut self,
        channel: u16,
        method: Method,
        arguments: &[u8],
        answer: Method,
    ) -> anyhow::Result<Vec<u8>> {
        self.send(channel, method, arguments).await?;
        self.expect(answer).await
    }

    async fn send(&mut self, channel: u16, method: Method, arguments: &[u8]) -> anyhow::Result<()> {
        let mut frame = vec![METHOD];
        frame.extend(channel.to_be_bytes());
        frame.extend(u32::try_from(arguments.len() + 4)?.to_be_bytes());
        frame.extend(method.0.to_be_bytes());
        frame.extend(method.1.to_be_bytes());
        frame.extend(arguments);
        frame.push(END);
        Ok(self.0.write_all(&frame).await?)
    }

    /// The arguments of the next method, which must be this one.
    async fn expect(&mut self, wanted: Method) -> anyhow::Result<Vec<u8>> {
        loop {
            let kind = self.0.read_u8().await?;
            let _channel = self.0.read_u16().await?;
            let length = self.0.read_u32().await?;
            ensure!(length <= FRAME_BYTES, "a frame of {length} bytes");
            let mut payload = vec![0; length as usize];
            self.0.read_exact(&mut payload).await?;
            ensure!(self.0.read_u8().await? == END, "a frame without an end");
            // Heartbeats.
            if kind != METHOD {
                continue;
            }
            let number = |at: usize| {
                Some(u16::from_be_bytes([
                    *payload.get(at)?,
                    *payload.get(at + 1)?,
                ]))
            };
            let came = (
                number(0).context("no class")?,
                number(2).context("no method")?,
            );
            ensure!(
                came == wanted,
                "the broker answered {came:?} instead of {wanted:?}"
            );
            return Ok(payload.split_off(4));
        }
    }
}

/// A text of up to 255 bytes.
fn short(text: &str) -> Vec<u8> {
    let bytes = &text.as_bytes()[..text.len().min(255)];
    let mut short = vec![bytes.len() as u8];
    short.extend(bytes);
    short
}

/// A part of an address, without percent signs.
pub(super) fn decoded(text: &str) -> String {
    // As a form's value, where a plus sign would be a space.
    let form = format!("x={}", text.replace('+', "%2B"));
    let mut pairs = url::form_urlencoded::parse(form.as_bytes());
    pairs
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
