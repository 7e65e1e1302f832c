//! What can be written in a template.

use campanile_templates::{FaultCode, TemplateKind};

use crate::fixture::template::{Named, compiled, context, named, shown, shown_in, text};

/// The text with plain blanks and digits: which ones a locale writes differs between versions of its tables.
fn plain(text: String) -> String {
    let one = |c: char| match c {
        '\u{202f}' | '\u{a0}' => Some(' '),
        '\u{200f}' | '\u{61c}' => None,
        '٠'..='٩' => char::from_digit(u32::from(c) - u32::from('٠'), 10),
        '’' => Some('\''),
        c => Some(c),
    };
    text.chars().filter_map(one).collect()
}

#[test]
fn values_conditions_and_loops() {
    for (source, expected) in [
        ("{{ title }}: {{ content.number }}", "Order shipped: 7"),
        ("{{ content.items[1].name }}", "Tea & Co"),
        ("{{ content.missing }}{{ content.missing.deeper }}!", "!"),
        ("{{ user.attributes.first_name|default('there') }}", "Zoë"),
        ("{{ user.attributes.last_name|default('there') }}", "there"),
        (
            "{% if content.count > 1 and content.number in [7, 8] %}many{% else %}one{% endif %}",
            "many",
        ),
        (
            "{% for item in content.items %}{{ loop.index }}. {{ item.name }}{% if not loop.last %}, {% endif %}{% endfor %}",
            "1. Cup, 2. Tea & Co",
        ),
        (
            "{% for x in content.none %}{{ x }}{% else %}nothing{% endfor %}",
            "nothing",
        ),
        ("{% for i in range(3) %}{{ i }}{% endfor %}", "012"),
        (
            "{% set name = user.attributes.first_name %}{{ name|upper }}",
            "ZOË",
        ),
        (
            "{% with n = content.count + 1 %}{{ n + 2 }}{% endwith %}",
            "5",
        ),
        ("{{ content.total|float * 2 }}", "2469.0"),
        ("{{ 'a' ~ content.number }}", "a7"),
        ("{{ 1 in [1, 2] }}", "true"),
        ("{{ 'x' if content.count is odd else 'y' }}", "y"),
        (
            "{% raw %}{{ title }}{% endraw %}{# not shown #}",
            "{{ title }}",
        ),
        ("a  {%- if true -%}  b  {%- endif -%}  c", "abc"),
        ("{{ content.evil }}", "<script>alert(1)</script>"),
        ("{{ content.html|html }}", "Bold"),
        (
            "{{ tenant }} {{ type }} {{ locale }} {{ unread_count }}",
            "acme order.shipped en 3",
        ),
    ] {
        assert_eq!(shown(source), expected, "{source}");
    }
}

#[test]
fn texts_and_lists() {
    for (source, expected) in [
        ("{{ content.long|truncate(9) }}", "one two…"),
        ("{{ content.long|truncate(9, end='') }}", "one two t"),
        ("{{ content.family|truncate(2) }}", "👩‍👩‍👧…"),
        (
            "{{ content.long|replace('one', '1')|capitalize }}",
            "1 two three four five",
        ),
        ("{{ ' x '|trim|length }}", "1"),
        ("{{ 'a b/ü'|urlencode }}", "a%20b%2F%C3%BC"),
        ("{{ content.names|join('; ') }}", "Ada; Grace; Joan"),
        (
            "{{ content.names|first }}-{{ content.names|last }}",
            "Ada-Joan",
        ),
        ("{{ ['b', 'a', 'b']|unique|reverse|join }}", "ab"),
        ("{{ content.names|list }}", "Ada, Grace, and Joan"),
        ("{{ content.names|list(or=true) }}", "Ada, Grace, or Joan"),
    ] {
        assert_eq!(shown(source), expected, "{source}");
    }
    assert_eq!(
        shown_in("de", "{{ content.names|list }}"),
        "Ada, Grace und Joan"
    );
    assert_eq!(
        shown_in("ja", "{{ content.names|list }}"),
        "Ada、Grace、Joan"
    );
}

#[test]
fn dates_follow_locale_and_zone() {
    for (locale, source, expected) in [
        ("en-US", "{{ content.at|date }}", "Mar 1, 2026"),
        ("en-GB", "{{ content.at|date('long') }}", "1 March 2026"),
        ("en-US", "{{ content.at|time }}", "10:30 AM"),
        ("de", "{{ content.at|time }}", "10:30"),
        (
            "de",
            "{{ content.at|date('full') }}",
            "Sonntag, 1. März 2026",
        ),
        ("de", "{{ content.at|date('short') }}", "01.03.26"),
        ("fr", "{{ content.at|datetime }}", "1 mars 2026, 10:30"),
        ("es", "{{ content.day|date('long') }}", "5 de marzo de 2026"),
        ("pt", "{{ content.day|date('long') }}", "5 de março de 2026"),
        ("ja", "{{ content.day|date('long') }}", "2026年3月5日"),
        ("ar", "{{ content.day|date('long') }}", "5 مارس 2026"),
        ("en", "{{ 1772357400|datetime }}", "Mar 1, 2026, 10:30 AM"),
        ("en", "{{ 1772357400000|date }}", "Mar 1, 2026"),
        ("en", "{{ 'soon'|date }}", "soon"),
        ("en", "{{ content.at|relative }}", "2 hours ago"),
        ("de", "{{ content.at|relative }}", "vor 2 Stunden"),
        ("fr", "{{ content.at|relative }}", "il y a 2 heures"),
        (
            "es",
            "{{ '2026-03-04T12:00:00Z'|relative }}",
            "dentro de 3 días",
        ),
        ("pt", "{{ '2026-03-01T12:01:00Z'|relative }}", "em 1 minuto"),
        ("ja", "{{ content.at|relative }}", "2 時間前"),
        ("ar", "{{ content.at|relative }}", "قبل ساعتين"),
        ("en", "{{ now|relative }}", "now"),
        ("en", "{{ '2025-01-01T00:00:00Z'|relative }}", "Jan 1, 2025"),
    ] {
        assert_eq!(
            plain(shown_in(locale, source)),
            expected,
            "{locale}: {source}"
        );
    }
}

#[test]
fn numbers_follow_the_locale() {
    for (locale, source, expected) in [
        ("en", "{{ content.total|number }}", "1,234.5"),
        ("de", "{{ content.total|number(2) }}", "1.234,50"),
        ("fr", "{{ 1234567|number }}", "1 234 567"),
        ("de-CH", "{{ 1234567|number }}", "1'234'567"),
        ("en", "{{ 0.256|percent }}", "26%"),
        ("de", "{{ 0.256|percent(1) }}", "25,6 %"),
        ("en", "{{ content.total|money('eur') }}", "€1,234.50"),
        ("de", "{{ content.total|money('EUR') }}", "1.234,50 €"),
        ("de-AT", "{{ content.total|money('EUR') }}", "€ 1 234,50"),
        ("pt-BR", "{{ content.total|money('BRL') }}", "R$ 1.234,50"),
        ("ja", "{{ 1234.5|money('JPY') }}", "￥1,234"),
        ("en", "{{ 123450|money('USD', minor=true) }}", "$1,234.50"),
        ("en", "{{ -5|money('CHF') }}", "-CHF 5.00"),
        (
            "en",
            "{{ 2.5|round }} {{ 2.25|round(1) }} {{ '7.9'|int }} {{ -3|abs }}",
            "3 2.3 7 3",
        ),
        (
            "en",
            "{{ content.count|plural(one='# item', other='# items') }}",
            "2 items",
        ),
        (
            "en",
            "{{ 1|plural(one='# item', other='# items') }}",
            "1 item",
        ),
        (
            "en",
            "{{ 0|plural(zero='nothing', one='# item', other='# items') }}",
            "nothing",
        ),
        (
            "ar",
            "{{ 3|plural(one='واحد', two='اثنان', few='# قليل', many='# كثير', other='# آخر') }}",
            "3 قليل",
        ),
        (
            "fr",
            "{{ 0|plural(one='# jour', other='# jours') }}",
            "0 jour",
        ),
    ] {
        assert_eq!(
            plain(shown_in(locale, source)),
            expected,
            "{locale}: {source}"
        );
    }
}

#[test]
fn partials_and_layouts_are_put_in() {
    let partials = named(&[
        (
            "sign",
            "-- {% set x = 'the' %}{{ x }} {{ brand.name }} team",
        ),
        ("twice", "{% include 'sign' %} {% include \"sign\" %}"),
    ]);
    let layouts = named(&[
        (
            "base",
            "[{% block head %}H{% endblock %}|{% block main %}M{% endblock %}]",
        ),
        (
            "wide",
            "{% extends \"base\" %}{% block head %}W{% block inner %}I{% endblock %}{% endblock %}",
        ),
    ]);
    let show = |source: &str| {
        let compiled =
            compiled(TemplateKind::Text, &[("text", source)], &partials, &layouts).unwrap();
        compiled.render(&context()).unwrap().remove("text").unwrap()
    };
    assert_eq!(show("Hi {% include \"sign\" %}"), "Hi -- the Acme team");
    assert_eq!(
        show("{% include 'twice' %}{{ x }}"),
        "-- the Acme team -- the Acme team"
    );
    assert_eq!(
        show("{% extends 'base' %}{% block main %}{{ title }}{% endblock %} unseen"),
        "[H|Order shipped]"
    );
    assert_eq!(
        show("{% extends 'wide' %}{% block inner %}i{% endblock %}"),
        "[Wi|M]"
    );
    let fault = |source: &str| {
        let faults =
            compiled(TemplateKind::Text, &[("text", source)], &partials, &layouts).unwrap_err();
        (faults[0].code, faults[0].line, faults[0].column)
    };
    assert_eq!(
        fault("a\n {% include 'none' %}"),
        (FaultCode::UnknownInclude, 2, 2)
    );
    assert_eq!(
        fault("{% extends 'sign' %}"),
        (FaultCode::UnknownInclude, 1, 1)
    );
}

#[test]
fn a_fault_in_a_partial_names_the_partial() {
    let partials = named(&[
        ("sign", "line one\n{{ content.items|upper }}"),
        ("wrong", "\n\n {{ x|nope }}"),
    ]);
    let compile = |source| {
        compiled(
            TemplateKind::Text,
            &[("text", source)],
            &partials,
            &Named::new(),
        )
    };
    let fault = compile("{% include 'wrong' %}").unwrap_err().remove(0);
    assert_eq!(
        (&*fault.part, fault.line, fault.column),
        ("partial:wrong", 3, 7),
        "{fault}"
    );
    let fault = compile("Hello\n{% include 'sign' %}")
        .unwrap()
        .render(&context())
        .unwrap_err();
    assert_eq!(
        (&*fault.part, fault.line, fault.column),
        ("partial:sign", 2, 1),
        "{fault}"
    );
    assert_eq!(fault.code, FaultCode::WrongType);
}

#[test]
fn what_does_not_exist_is_a_warning() {
    let source = "{{ usr.id }}\n{{ content.nope }} {{ content.maybe|default('x') }}{% if content.sure %}{{ content.sure }}{% endif %}";
    let compiled = text("en", source).unwrap();
    assert_eq!(compiled.warnings().len(), 1);
    let preview = compiled.preview(&context()).unwrap();
    let places: Vec<_> = preview
        .warnings
        .iter()
        .map(|fault| (fault.code, fault.line, fault.column))
        .collect();
    let unknown = FaultCode::UnknownVariable;
    assert_eq!(places, [(unknown, 1, 4), (unknown, 2, 4)]);
    assert_eq!(preview.parts["text"], "x");
}

#[test]
fn an_inbox_entry_has_its_link_and_actions() {
    let all = [
        ("title", "{{ title }}\r\nBcc: x"),
        ("body", ""),
        ("link", "app://order/{{ content.number }}"),
        (
            "actions",
            "{% if content.number %}track | Track {{ content.number }} | https://x/{{ content.number }}{% endif %}",
        ),
    ];
    let compiled = compiled(TemplateKind::InApp, &all, &Named::new(), &Named::new()).unwrap();
    let parts = compiled.render(&context()).unwrap();
    assert_eq!(parts["title"], "Order shipped Bcc: x");
    assert_eq!(parts.get("body"), None);
    assert_eq!(parts["link"], "app://order/7");
    assert_eq!(
        parts["actions"],
        r#"[{"id":"track","link":"https://x/7","title":"Track 7"}]"#
    );
}

/// What one reader is shown may be shown to all others, unless the template asked who they are.
#[test]
fn only_a_template_that_asks_for_its_reader_is_made_for_each() {
    for (source, names_reader) in [
        (
            "Order {{ content.number }} for {{ tenant }} in {{ locale }}",
            false,
        ),
        ("{{ content.at|date }}", false),
        ("{{ user.id }}", true),
        (
            "{% if user.attributes.first_name == 'Zoë' %}Hi{% endif %}",
            true,
        ),
        ("{{ user.timezone }}", true),
        ("{{ unread_count }} unread", true),
        ("{% if content.missing %}{{ user.id }}{% endif %}Hi", false),
    ] {
        let compiled = text("en", source).unwrap_or_else(|faults| panic!("{source}: {faults:?}"));
        let made = compiled.render_for_reader(&context());
        assert!(made.parts.is_ok(), "{source}: {:?}", made.parts);
        assert_eq!(made.names_reader, names_reader, "{source}");
    }
}
