//! What a field of a body may hold: each kind says how it is read and what the OpenAPI document says
//! of it.

mod list;
mod name;
mod object;
mod presence;
mod text;
mod text_map;
mod value;

pub use list::{Apart, List, Unique, apart, list, unique};
pub use name::{NameOf, Named, OneOf, one_of};
pub use object::{JsonObject, Nested, json_object, nested};
pub use presence::{
    Field, Presence, optional, optional_or_null, required, required_or_null, reserved, reserved_off,
};
pub use text::{MaybeEmpty, Parsed, Text, lines, maybe_empty, moment, parsed, text, user_id};
pub use text_map::{MapOf, map_of};
pub use value::{Flag, Whole, flag, whole};

use crate::description::Parts;
use crate::{Fields, Json, ValueSchema};

/// What a field may hold, or an entry of a list.
pub trait Kind {
    /// What it is read as.
    type Value;

    /// Reads what stands at `field` (`recipients/3`); notes what is wrong with it in `fields`.
    fn read<'a>(
        &self,
        fields: &mut Fields<'a>,
        field: &str,
        value: Json<'a>,
    ) -> Option<Self::Value>;

    /// What the OpenAPI document says of it.
    fn schema(&self) -> ValueSchema;

    /// Adds the schemas that [`Self::schema`] refers to.
    fn parts(&self, _parts: &mut Parts) {}
}
