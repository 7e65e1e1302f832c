//! One declaration for a request body: its parser and its OpenAPI schema are made from it.
//!
//! See `docs/adr/0046-one-declaration-per-request-body.md` for the reasons.

use crate::{Description, FieldErrors, Fields, JsonText};

/// A body that [`request_body!`](crate::request_body) declares, or an object within one.
pub trait RequestBody: Sized {
    /// The name of its schema in the OpenAPI document.
    const NAME: &'static str;

    /// Takes its fields; what is wrong with each is noted in `fields`.
    fn read(fields: &mut Fields<'_>) -> Self;

    /// Reads a body in which nothing but its fields can be wrong, and none is required.
    ///
    /// # Errors
    /// Every wrong field.
    fn from_json(body: &JsonText) -> Result<Self, FieldErrors> {
        let mut fields = Fields::of(body)?;
        let read = Self::read(&mut fields);
        fields.finish_with(|| Some(read))
    }

    /// Adds its fields to a schema.
    fn describe(description: &mut Description);
}

/// Declares a request body: a struct, how it is read, and its OpenAPI schema.
///
/// ```
/// use campanile_fields::{Fields, JsonText, request_body};
/// use campanile_fields::kinds::{flag, optional, required, text};
///
/// request_body! {
///     /// What to print.
///     pub struct PrintBody as PrintRequest {
///         /// A line of text.
///         #[example("Hello")]
///         line: String = required(text(80)),
///         /// Whether in capitals.
///         loud: bool = optional(flag()),
///     }
/// }
///
/// let body = JsonText::parse(r#"{"line": "", "lout": true}"#.to_owned())?;
/// let mut fields = Fields::of(&body).expect("an object");
/// let print = PrintBody::read(&mut fields);
/// let errors = fields.finish_with(|| print.line).expect_err("two wrong fields");
/// assert_eq!((&*errors[0].field, errors[0].code.name()), ("/line", "too_short"));
/// assert_eq!((&*errors[1].field, errors[1].code.name()), ("/lout", "unknown_field"));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Each field is `name: Type = presence(kind)`: the struct has an `Option<Type>`, which is `None`
/// where the field is absent or wrong; [`kinds`](crate::kinds) has the presences and the kinds. The
/// doc comments are the descriptions in the OpenAPI document. What is wrong between fields is noted
/// after the reading, with [`Fields::wrong`].
#[macro_export]
macro_rules! request_body {
    (
        $(#[doc = $doc:literal])*
        $vis:vis struct $Body:ident as $schema:ident {
            $(
                $(#[doc = $field_doc:literal])*
                $(#[example($($example:tt)+)])?
                $name:ident: $value:ty = $field:expr
            ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        $vis struct $Body {
            $(
                $(#[doc = $field_doc])*
                $vis $name: Option<$value>,
            )*
        }

        impl $Body {
            /// Takes the fields of a body; what is wrong with each is noted in `fields`.
            $vis fn read(fields: &mut $crate::Fields<'_>) -> Self {
                Self {
                    $($name: $crate::kinds::Field::read(&$field, fields, stringify!($name)),)*
                }
            }
        }

        impl $crate::RequestBody for $Body {
            const NAME: &'static str = stringify!($schema);

            fn read(fields: &mut $crate::Fields<'_>) -> Self {
                Self::read(fields)
            }

            fn describe(description: &mut $crate::Description) {
                description.document(&[$($doc),*]);
                $(
                    let example: &[$crate::macros::Value] =
                        &[$($crate::macros::json!($($example)+))?];
                    let docs: &[&str] = &[$($field_doc),*];
                    description.field(stringify!($name), &$field, docs, example.first());
                )*
            }
        }

        impl $crate::macros::PartialSchema for $Body {
            fn schema() -> $crate::macros::RefOr<$crate::macros::Schema> {
                $crate::Description::of::<Self>().schema()
            }
        }

        impl $crate::macros::ToSchema for $Body {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($schema).into()
            }

            fn schemas(
                all: &mut Vec<(String, $crate::macros::RefOr<$crate::macros::Schema>)>,
            ) {
                all.extend($crate::Description::of::<Self>().parts());
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use utoipa::{PartialSchema, ToSchema};

    use crate::kinds::{
        apart, flag, lines, list, maybe_empty, moment, nested, one_of, optional, parsed, required,
        required_or_null, reserved, reserved_off, text, unique, user_id, whole,
    };
    use crate::{FieldErrors, Fields, JsonText};

    request_body! {
        /// A part.
        struct PartBody as Part {
            name: String = required(text(3)),
        }
    }

    request_body! {
        /// All
        /// kinds.
        struct AllBody as All {
            /// A line.
            #[example("a")]
            line: String = required(text(3)),
            text: String = optional(maybe_empty(lines(3))),
            at: chrono::DateTime<chrono::Utc> = optional(moment()),
            number: u32 = optional(whole(1..=9)),
            cleared: Option<u32> = required_or_null(whole(0..=9)),
            on: bool = optional(flag()),
            level: campanile_domain::Level = optional(one_of::<campanile_domain::Level>()),
            users: Vec<campanile_domain::UserId> = optional(unique(1..=3, user_id())),
            numbers: Vec<i8> = optional(list(0..=3, parsed(str::parse::<i8>).pattern("^[0-9]+$"))),
            part: String = optional(nested(|part: PartBody, _| part.name)),
            parts: () = optional(apart::<PartBody>(1..=2)),
            #[example(null)]
            other: String = optional(text(3)),
            later: () = reserved(),
            off: () = reserved_off(),
        }
    }

    fn read(body: &Value) -> (AllBody, FieldErrors) {
        let text = JsonText::from(body);
        let mut fields = Fields::of(&text).expect("an object");
        (AllBody::read(&mut fields), fields.finish())
    }

    fn wrong(body: &Value) -> Vec<(String, &'static str)> {
        let wrong = read(body).1.into_iter();
        wrong.map(|e| (e.field, e.code.name())).collect()
    }

    #[test]
    fn what_is_right_is_taken() {
        let (read, errors) = read(&json!({
            "line": "abc", "text": "", "at": "2030-01-31T08:00:00+01:00", "number": 9,
            "cleared": null, "on": false, "level": "info", "users": ["a", "b", "a"],
            "numbers": ["1", "1"], "part": {"name": "x"}, "parts": [7], "other": null,
            "later": null, "off": false,
        }));
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(read.line.as_deref(), Some("abc"));
        assert_eq!(
            (read.text, read.number, read.on),
            (None, Some(9), Some(false))
        );
        assert_eq!(read.cleared, Some(None));
        assert_eq!(
            read.at.map(|at| at.to_rfc3339()).as_deref(),
            Some("2030-01-31T07:00:00+00:00")
        );
        assert_eq!(read.level, Some(campanile_domain::Level::Info));
        assert_eq!(read.users.map(|users| users.len()), Some(2));
        assert_eq!(read.numbers, Some(vec![1, 1]));
        assert_eq!(read.part.as_deref(), Some("x"));
        assert_eq!((read.parts, read.other), (Some(()), None));
        assert_eq!((read.later, read.off), (None, None));
    }

    #[test]
    fn every_wrong_field_is_named() {
        let found = wrong(&json!({
            "line": "a\nb", "text": 1, "at": "noon", "number": 10, "on": 1, "level": "loud",
            "users": ["a", 7, ""], "numbers": "1", "part": {"name": "long", "else": 1},
            "later": {}, "off": true, "a/b": 1,
        }));
        let expected = [
            ("/line", "control_character"),
            ("/text", "wrong_type"),
            ("/at", "invalid"),
            ("/number", "out_of_range"),
            ("/cleared", "required"),
            ("/on", "wrong_type"),
            ("/level", "unknown_value"),
            ("/users/1", "wrong_type"),
            ("/users/2", "invalid"),
            ("/numbers", "wrong_type"),
            ("/part/name", "too_long"),
            ("/part/else", "unknown_field"),
            ("/later", "not_supported"),
            ("/off", "not_supported"),
            ("/a~1b", "unknown_field"),
        ];
        assert_eq!(
            found,
            expected.map(|(field, code)| (field.to_owned(), code))
        );
    }

    #[test]
    fn the_schema_says_what_the_reader_takes() {
        let schema = serde_json::to_value(AllBody::schema()).expect("JSON");
        assert_eq!(AllBody::name(), "All");
        assert_eq!(schema["description"], "All\nkinds.");
        assert_eq!(schema["required"], json!(["line", "cleared"]));
        let fields = &schema["properties"];
        let line = json!({"type": "string", "description": "A line.", "example": "a",
            "minLength": 1, "maxLength": 3});
        assert_eq!(fields["line"], line);
        assert_eq!(
            fields["text"],
            json!({"type": ["string", "null"], "maxLength": 3})
        );
        assert_eq!(
            fields["at"],
            json!({"type": ["string", "null"], "format": "date-time"})
        );
        let level = json!({"oneOf": [{"$ref": "#/components/schemas/Level"}, {"type": "null"}]});
        assert_eq!(fields["level"], level);
        assert_eq!(fields["users"]["items"]["maxLength"], 128);
        assert_eq!(
            fields["parts"]["items"],
            json!({"$ref": "#/components/schemas/Part"})
        );
        assert_eq!(fields["other"].get("example"), Some(&Value::Null));
        assert!(fields.get("later").is_none() && fields.get("off").is_none());
        let mut parts = Vec::new();
        AllBody::schemas(&mut parts);
        let names: Vec<_> = parts.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Level", "Part", "Part"]);
    }
}
