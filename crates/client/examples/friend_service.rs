//! A friend service without a spool: a call that fails now is reported to its caller, who tries again with the same key.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use campanile_client::{Client, Error, FriendRequest, Outcome, UserInfo};
use clap::Parser;

#[derive(Parser)]
struct Options {
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
    /// With the scope notifications:send (`campanile token`), or an API key.
    #[arg(long, env = "CAMPANILE_TOKEN")]
    token: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::parse();
    let client = Client::builder(options.url).token(options.token);
    let client = client.build().await?;

    let ada = UserInfo::new("u1", "ada", "Ada Lovelace");
    let charles = UserInfo::new("u2", "charles", "Charles Babbage");
    for request in [
        FriendRequest::asked(ada, "u2"),
        FriendRequest::accepted(charles, "u1"),
    ] {
        match client.create_friend_request_notification(&request).await {
            Ok(Outcome::Accepted(accepted)) => {
                for one in accepted.notifications {
                    println!("{} gets {}", one.user_id, one.id);
                }
            }
            Ok(_) => unreachable!("there is no spool"),
            Err(Error::Refused(problem)) => println!("refused: {problem}"),
            Err(Error::Unavailable { key, attempts, .. }) => {
                println!(
                    "no answer after {attempts} attempts; to be tried again with the key {key}"
                );
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
