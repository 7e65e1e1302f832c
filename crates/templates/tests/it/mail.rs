//! Mails: pages, their styles, links and texts.

use campanile_templates::{FaultCode, TemplateKind};

use crate::fixture::template::{Named, compiled, context, named};

fn mail(all: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    let mut parts = vec![("subject", "{{ title }}\r\nBcc: all@example.org")];
    parts.extend(all);
    let compiled = compiled(TemplateKind::Email, &parts, &Named::new(), &Named::new());
    let compiled = compiled.unwrap_or_else(|faults| panic!("{faults:?}"));
    compiled
        .render(&context())
        .unwrap_or_else(|fault| panic!("{fault}"))
}

#[test]
fn a_fragment_becomes_a_page_with_the_brand() {
    let parts = mail(&[
        ("preheader", "{{ content.number }} is on its way"),
        (
            "html",
            "<h1>{{ content.evil }}</h1><p>Hello {{ user.attributes.first_name }}</p>",
        ),
    ]);
    assert_eq!(parts["subject"], "Order shipped Bcc: all@example.org");
    let html = &parts["html"];
    for part in [
        "<html lang=\"en\" dir=\"ltr\">",
        "<title>Order shipped Bcc: all@example.org</title>",
        "mso-hide:all;\">7 is on its way",
        "<h1>&lt;script&gt;alert(1)&lt;&#x2f;script&gt;</h1>",
        "border-top:4px solid #b02a37",
        ">Acme</td>",
        "1 Main Street<br>\nSpringfield<br>You get this mail",
        "prefers-color-scheme: dark",
        "name=\"color-scheme\"",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    assert!(!html.contains('\u{27c5}') && !parts.contains_key("preheader"));
    assert_eq!(parts["text"], "<script>alert(1)</script>\n\nHello Zoë");
}

#[test]
fn styles_are_inlined_and_loops_stay_in_tables() {
    let page = "<html><head><style>td.cell { color: #123456 } .big:hover { color: red } @media (max-width: 9px) { td { color: blue } }</style></head>\
        <body><table>{% for item in content.items %}<tr><td class=\"cell {{ 'big' if item.price > 5 }}\">{{ item.name }}</td></tr>{% endfor %}</table></body></html>";
    let html = mail(&[("html", page)]).remove("html").unwrap();
    assert_eq!(html.matches("<tr><td class=\"cell ").count(), 2, "{html}");
    assert_eq!(html.matches("style=\"color: #123456").count(), 2, "{html}");
    for part in [
        "@media (max-width: 9px)",
        ">Tea &amp; Co</td></tr></tbody></table>",
        "<html lang=\"en\" dir=\"ltr\">",
        "<!DOCTYPE html>",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[test]
fn mjml_becomes_a_page_when_it_is_compiled() {
    let mjml = "<mjml><mj-body>{% for item in content.items %}<mj-section><mj-column>\
        <mj-text color=\"{{ brand.colors.primary }}\">{% if item.price > 5 %}<b>{{ item.name }}</b>{% else %}{{ item.name }}{% endif %}</mj-text>\
        <mj-button href=\"https://x/{{ item.name|urlencode }}\">Open</mj-button></mj-column></mj-section>{% endfor %}</mj-body></mjml>";
    let parts = mail(&[("mjml", mjml)]);
    let html = &parts["html"];
    for part in [
        "<b>Tea &amp; Co</b>",
        "color:#b02a37",
        "href=\"https://x/Tea%20%26%20Co\"",
        "lang=\"en\"",
        "<title>Order shipped",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    assert_eq!(html.matches("https://x/").count(), 2);
    assert!(
        !html.contains('\u{27c5}') && !html.contains("<mj-"),
        "{html}"
    );
    assert!(!parts.contains_key("mjml"));
    let text = &parts["text"];
    assert!(
        text.contains("Tea & Co") && text.contains("Open (https://x/Cup)"),
        "{text}"
    );
}

#[test]
fn links_lead_only_where_they_may() {
    let page = "<a href=\"{{ content.link }}\">a</a><a href=\"{{ link }}\">b</a><img src=\"{{ content.link }}\" alt=\"\"><a href=\"app://{{ content.number }}\">c</a>";
    let html = mail(&[("html", page)]).remove("html").unwrap();
    assert!(!html.contains("javascript"), "{html}");
    for part in [
        "<a href=\"#\">a</a>",
        "href=\"https:&#x2f;&#x2f;shop.example&#x2f;orders&#x2f;7\">b",
        "src=\"#\"",
        "href=\"app://7\"",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[test]
fn html_of_a_content_is_sanitised() {
    let parts = mail(&[("html", "<div>{{ content.html|html }}</div>")]);
    assert!(
        parts["html"].contains("<div><b>Bold</b></div>"),
        "{}",
        parts["html"]
    );
    assert_eq!(parts["text"], "Bold");
}

#[test]
fn a_layout_has_the_styles_of_what_is_put_in() {
    let layouts = named(&[(
        "base",
        "<html><head><style>p { margin: 7px }</style></head><body>{% block main %}{% endblock %}</body></html>",
    )]);
    let all = [
        ("subject", "s"),
        (
            "html",
            "{% extends 'base' %}{% block main %}<p>{{ body }}</p>{% endblock %}",
        ),
    ];
    let compiled = compiled(TemplateKind::Email, &all, &Named::new(), &layouts).unwrap();
    let html = compiled.render(&context()).unwrap().remove("html").unwrap();
    assert!(
        html.contains("<p style=\"margin: 7px") && html.contains(">It is on its way.</p>"),
        "{html}"
    );
}

#[test]
fn right_to_left_pages_say_so() {
    let parts = crate::fixture::template::parts(&[("subject", "s"), ("html", "<p>مرحبا</p>")]);
    let source = campanile_templates::Source {
        kind: TemplateKind::Email,
        locale: "ar-EG",
        parts: &parts,
        partials: &Named::new(),
        layouts: &Named::new(),
        link_schemes: &[],
    };
    let html = campanile_templates::compile(source)
        .unwrap()
        .render(&context())
        .unwrap()
        .remove("html")
        .unwrap();
    for part in [
        "<html lang=\"ar-EG\" dir=\"rtl\">",
        "align=\"right\"",
        "تصلك هذه الرسالة",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[test]
fn what_has_no_place_in_a_mail_is_a_fault() {
    for (html, code, line, column) in [
        ("<p>\n<script>alert(1)</script>", FaultCode::BadHtml, 2, 1),
        (
            "<iframe src=\"https://x\"></iframe>",
            FaultCode::BadHtml,
            1,
            1,
        ),
        ("<a onclick=\"x\">", FaultCode::BadHtml, 1, 4),
        ("<a href=\"javascript:x\">", FaultCode::BadLink, 1, 10),
        (
            "<a href=\"javascript:{{ title }}\">",
            FaultCode::BadLink,
            1,
            10,
        ),
        ("<a href={{ link }}>", FaultCode::BadHtml, 1, 9),
        ("<{{ type }}>", FaultCode::BadHtml, 1, 1),
        (
            "<td {% if title %}class=\"a\"{% endif %}>",
            FaultCode::BadHtml,
            1,
            5,
        ),
        (
            "<style>p { color: {{ brand.colors.primary }} }</style>",
            FaultCode::BadHtml,
            1,
            8,
        ),
        (
            "<meta http-equiv=\"refresh\" content=\"0;url=https://x\">",
            FaultCode::BadHtml,
            1,
            7,
        ),
    ] {
        let all = [("subject", "s"), ("html", html)];
        let faults =
            compiled(TemplateKind::Email, &all, &Named::new(), &Named::new()).expect_err(html);
        let found = (faults[0].code, faults[0].line, faults[0].column);
        assert_eq!(found, (code, line, column), "{html}: {}", faults[0]);
    }
}

#[test]
fn parts_are_those_of_the_channel() {
    for (kind, all, part) in [
        (TemplateKind::Email, &[("html", "x")][..], "subject"),
        (TemplateKind::Email, &[("subject", "x")], "html"),
        (
            TemplateKind::Email,
            &[("subject", "x"), ("html", "x"), ("mjml", "x")],
            "mjml",
        ),
        (TemplateKind::Push, &[("title", "x"), ("text", "x")], "text"),
        (TemplateKind::Text, &[], "text"),
    ] {
        let faults = compiled(kind, all, &Named::new(), &Named::new()).unwrap_err();
        assert_eq!(
            (faults[0].code, &*faults[0].part),
            (FaultCode::UnknownPart, part)
        );
    }
}
