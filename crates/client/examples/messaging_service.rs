//! A messaging service: stores a message, then notifies everyone else in the room.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use campanile_client::{Client, IdempotencyKey, MessageCreated, Outcome, SpoolLimits, UserInfo};
use clap::Parser;

#[derive(Parser)]
struct Options {
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
    /// With the scope notifications:send (`campanile token`), or an API key.
    #[arg(long, env = "CAMPANILE_TOKEN")]
    token: String,
    /// What waits while Campanile is away.
    #[arg(long, default_value = "messaging-spool")]
    spool: std::path::PathBuf,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::parse();
    let client = Client::builder(options.url)
        .token(options.token)
        .spool(options.spool, SpoolLimits::default())
        .on_rejected(|call| println!("refused: {} {}", call.key, call.problem))
        .build()
        .await?;

    let sender = UserInfo::new("u1", "ada", "Ada Lovelace");
    let everyone = ["u1", "u2", "u3"];
    for (message_id, text) in [("m1", "Are you coming?"), ("m2", "The engine runs.")] {
        // The message's own id as the key: the service may crash here, start again and tell of the same message twice.
        let message = MessageCreated::new(message_id, "r1", sender.clone(), everyone, text)
            .idempotency_key(IdempotencyKey::new(format!("message-{message_id}"))?);
        match client.create_message_notification(&message).await? {
            Outcome::Accepted(accepted) => {
                for one in accepted.notifications {
                    println!("{message_id}: {} gets {}", one.user_id, one.id);
                }
            }
            _ => println!("{message_id}: spooled; sent when Campanile is available"),
        }
    }
    println!("{} calls in the spool", client.spooled());
    client.close().await;
    Ok(())
}
