//! Who has the address of a delivery, and whether it is on the suppression list, where both may have it in several forms.

use crate::{Channel, LostAddress, UserId};

/// What the address book and the suppression list say of an address, all of its forms together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressHolder(Option<String>);

impl AddressHolder {
    /// Whether other forms of the address than that of the delivery may tell more. `name` is what the delivery's own form says: nothing, the
    /// user who has it, or an empty name if it is on the list. `has_list`: the tenant's list has addresses of the channel.
    pub fn is_unsettled(name: Option<&str>, has_list: bool) -> bool {
        match name {
            None => true,
            Some("") => false,
            Some(_) => has_list,
        }
    }

    /// Adds what one form says; what only the list may have is no user's.
    pub fn note(&mut self, is_listed_only: bool, name: Option<&str>) {
        // That one form is on the list outweighs who has another.
        if name == Some("") || !is_listed_only && self.0.is_none() {
            self.0 = name.map(str::to_owned);
        }
    }

    /// Why the delivery does not go there.
    pub fn lost(&self, of: (Channel, &str), user: &UserId) -> Option<LostAddress> {
        LostAddress::of(of, user, self.0.as_deref())
    }
}

/// The forms to look for, each with whether only the suppression list may have it: that has a mailbox in lower case, which is no user's
/// spelling.
pub fn forms_to_look_for(
    own: Vec<String>,
    mut listed: Vec<String>,
) -> impl Iterator<Item = (bool, String)> {
    listed.retain(|form| !own.contains(form));
    let own = own.into_iter().map(|form| (false, form));
    own.chain(listed.into_iter().map(|form| (true, form)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_of_the_list_outweighs_every_form() {
        let user = UserId::parse("ada").expect("valid");
        let of = (Channel::Email, "Ada@example.com");
        for (said, lost) in [
            (&[(false, None), (true, None)][..], Some(LostAddress::Gone)),
            (&[(false, Some("ada")), (false, None)], None),
            (&[(false, None), (false, Some("ada"))], None),
            (
                &[(false, None), (true, Some("ada"))],
                Some(LostAddress::Gone),
            ),
            (
                &[(true, Some("")), (false, Some("ada"))],
                Some(LostAddress::Suppressed),
            ),
            (
                &[(false, Some("ada")), (true, Some(""))],
                Some(LostAddress::Suppressed),
            ),
        ] {
            let mut holder = AddressHolder::default();
            for (is_listed_only, name) in said {
                holder.note(*is_listed_only, *name);
            }
            assert_eq!(holder.lost(of, &user), lost, "{said:?}");
        }
    }

    #[test]
    fn a_form_that_users_have_is_not_the_lists_alone() {
        let forms = |all: &[&str]| all.iter().map(|form| (*form).to_owned()).collect();
        let found: Vec<_> = forms_to_look_for(forms(&["A", "x"]), forms(&["a", "x"])).collect();
        let expected = [(false, "A"), (false, "x"), (true, "a")];
        assert_eq!(found, expected.map(|(only, form)| (only, form.to_owned())));
    }
}
