//! Services that are described by a recipe: one sender for all of them.
//!
//! `campanile_recipes` says what is sent and what replies mean; `channel` makes the call, `pace` keeps to the service's
//! rate, `failure` says what a call without a reply means. `outbound` bounds the call and says where it may not go.

mod channel;
mod failure;
mod pace;

pub use channel::RecipeChannel;

use campanile_domain::Channel;
use campanile_recipes::Recipe;

/// The recipe of a channel, if it is described by one. It has the channel's name.
pub fn recipe(channel: Channel) -> Option<&'static Recipe> {
    match channel {
        Channel::Slack
        | Channel::Discord
        | Channel::Pushover
        | Channel::Apprise
        | Channel::Recipe(_) => campanile_recipes::of(channel.name()),
        Channel::InApp
        | Channel::Push
        | Channel::Email
        | Channel::Webhook
        | Channel::WebPush
        | Channel::Apns => None,
    }
}

#[cfg(test)]
mod tests {
    use campanile_domain::RecipeName;

    use super::*;

    #[test]
    fn recipes_have_the_names_of_their_channels() {
        let own = RecipeName::stored("telegram").expect("a name");
        for channel in [
            Channel::Slack,
            Channel::Discord,
            Channel::Pushover,
            Channel::Apprise,
            Channel::Recipe(own),
        ] {
            assert_eq!(recipe(channel).expect("a recipe").name, channel.name());
        }
    }
}
