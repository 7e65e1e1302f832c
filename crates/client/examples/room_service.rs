//! A room service with short-lived tokens: invites somebody, and asks what became of the invitation.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::path::PathBuf;

use campanile_client::{Client, Outcome, RoomInvitation, SpoolLimits, UserInfo};
use clap::Parser;

#[derive(Parser)]
struct Options {
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
    /// With the scope notifications:send (`campanile token`), or an API key.
    #[arg(long, env = "CAMPANILE_TOKEN")]
    token: String,
    /// What waits while Campanile is away.
    #[arg(long, default_value = "room-spool")]
    spool: PathBuf,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::parse();
    let token = options.token;
    let client = Client::builder(options.url)
        // Asked before every attempt; a real one asks its identity service when the token is about to expire.
        .token_source(move || {
            let token = token.clone();
            async { Ok::<_, std::io::Error>(token) }
        })
        .spool(options.spool, SpoolLimits::default())
        .build()
        .await?;

    let inviter = UserInfo::new("u1", "ada", "Ada Lovelace");
    let invitation = RoomInvitation::new("r1", "Analytical Engine", inviter, "u2")
        .room_description("Everything about cogs");
    match client.create_room_invite_notification(&invitation).await? {
        Outcome::Accepted(accepted) => {
            for one in accepted.notifications {
                let story = client.timeline(one.id).await?;
                println!("{} is invited; {} is {}", one.user_id, one.id, story.status);
            }
        }
        _ => println!("spooled; sent when Campanile is available"),
    }
    client.close().await;
    Ok(())
}
