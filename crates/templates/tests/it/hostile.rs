//! Templates and contents that mean harm: each is a fault with line and column, when it is compiled or when it runs,
//! or harmless; and none costs memory or time beyond the bounds.

use std::time::{Duration, Instant};

use campanile_templates::{Fault, FaultCode, MAX_OUTPUT_BYTES, TemplateKind};

use crate::fixture::template::{Named, compiled, context, named};

/// What is expected of a case.
enum Expected {
    /// A fault when it is compiled, at a line and column.
    Compile(FaultCode, u32, u32),
    /// A fault when it runs.
    Run(FaultCode),
    /// It is harmless: what comes out has this and not that.
    Harmless(&'static str, &'static str),
}

use Expected::{Compile, Harmless, Run};
use FaultCode::{
    BadHtml, BadLink, BadMjml, NotAllowed, OutOfSteps, OutputTooLarge, RecursiveInclude, Syntax,
    TooComplex, TooLarge, UnknownFilter, UnknownTest, WrongType,
};

type Case = (&'static str, String, Expected);

fn plain(part: &'static str, source: &str, expected: Expected) -> Case {
    (part, source.into(), expected)
}

/// Texts that never end or grow.
fn bombs() -> Vec<Case> {
    let nested = |depth: usize| {
        let open: String = (0..depth)
            .map(|at| format!("{{% for i{at} in range(1000) %}}"))
            .collect();
        format!("{open}x{}", "{% endfor %}".repeat(depth))
    };
    vec![
        ("text", nested(2), Run(OutOfSteps)),
        ("text", nested(8), Run(OutOfSteps)),
        ("text", nested(60), Compile(TooComplex, 1, 1_111)),
        plain(
            "text",
            "{% for i in range(1000000000) %}x{% endfor %}",
            Run(WrongType),
        ),
        plain(
            "text",
            "{% for i in range(0, 9223372036854775807) %}x{% endfor %}",
            Run(WrongType),
        ),
        plain(
            "text",
            "{% for i in range(-9223372036854775808, 9223372036854775807) %}x{% endfor %}",
            Run(WrongType),
        ),
        plain("text", "{{ 'x' * 1000000000 }}", Compile(NotAllowed, 1, 4)),
        plain("text", "{{ 1000000000 * 'x' }}", Compile(NotAllowed, 1, 4)),
        plain(
            "text",
            "{{ [1, 2] * 100000000 }}",
            Compile(NotAllowed, 1, 4),
        ),
        plain(
            "text",
            "{{ content.long * content.number }}",
            Compile(NotAllowed, 1, 4),
        ),
        plain(
            "text",
            "{% set a = content.long + content.long %}",
            Compile(NotAllowed, 1, 12),
        ),
        plain(
            "text",
            "{% set a = 'x' ~ content.long %}",
            Compile(NotAllowed, 1, 12),
        ),
        plain(
            "text",
            "{% with a = title ~ title %}{% endwith %}",
            Compile(NotAllowed, 1, 13),
        ),
        plain(
            "text",
            "{% for c in title ~ title %}{% endfor %}",
            Compile(NotAllowed, 1, 13),
        ),
        (
            "text",
            format!("{{{{ title{} }}}}", " ~ title".repeat(20)),
            Compile(NotAllowed, 1, 4),
        ),
        plain(
            "text",
            "{% set a %}{{ content.long }}{% endset %}",
            Compile(NotAllowed, 1, 4),
        ),
        plain(
            "text",
            "{% filter upper %}x{% endfilter %}",
            Compile(NotAllowed, 1, 4),
        ),
        plain(
            "text",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            Compile(Syntax, 1, 4),
        ),
        plain(
            "text",
            "{% for x in content.items recursive %}{{ loop(content.items) }}{% endfor %}",
            Compile(NotAllowed, 1, 4),
        ),
        plain(
            "text",
            "{% set a = [content.items, content.items] %}",
            Compile(NotAllowed, 1, 13),
        ),
        plain("text", "{% set a = {'a': 1} %}", Compile(NotAllowed, 1, 12)),
        plain(
            "text",
            "{% set a = content.long[:] %}",
            Compile(NotAllowed, 1, 19),
        ),
        (
            "text",
            format!(
                "{{% set a = 'xxxxxxxx' %}}{}",
                "{% set a = a|replace('x', 'xxxxxxxx') %}".repeat(12)
            ),
            Run(OutputTooLarge),
        ),
        (
            "text",
            format!(
                "{{% set a0 = content.big %}}{}",
                (1..200)
                    .map(|at| format!("{{% set a{at} = content.big|upper %}}"))
                    .collect::<String>()
            ),
            Run(OutputTooLarge),
        ),
        plain(
            "text",
            "{{ content.big|replace('x', content.big) }}",
            Run(OutputTooLarge),
        ),
        plain(
            "text",
            "{{ content.many|join(content.big) }}",
            Run(OutputTooLarge),
        ),
        plain(
            "text",
            "{{ 1|plural(one=content.hashes, other='') }}{% for i in range(1000) %}{{ 1|plural(one=content.hashes, other='') }}{% endfor %}",
            Run(OutputTooLarge),
        ),
        plain(
            "text",
            "{% for i in range(1000) %}{{ content.big }}{% endfor %}",
            Run(OutputTooLarge),
        ),
        (
            "text",
            format!(
                "{{% for i in range(1000) %}}{}{{% endfor %}}",
                "x".repeat(10_000)
            ),
            Run(OutputTooLarge),
        ),
        plain(
            "text",
            "{{ 'x'|truncate(1, end=content.big) }}{{ content.long|truncate(1, end=content.big) }}",
            Harmless("x", "\u{0}"),
        ),
        plain("text", "{{ 10 ** 400 }}", Run(WrongType)),
        plain("text", "{{ '1e308'|number }}", Run(WrongType)),
        plain("text", "{{ content.items }}", Run(WrongType)),
    ]
}

/// Sources that nest, or cannot be read.
fn sources() -> Vec<Case> {
    let repeated = |open: &str, middle: &str, close: &str, count| {
        format!("{}{middle}{}", open.repeat(count), close.repeat(count))
    };
    vec![
        (
            "text",
            format!("{{{{ {} }}}}", repeated("(", "1", ")", 5_000)),
            Compile(TooComplex, 1, 1),
        ),
        (
            "text",
            format!("{{{{ {} }}}}", repeated("[", "1", "]", 5_000)),
            Compile(TooComplex, 1, 1),
        ),
        (
            "text",
            format!("{{{{ 1{} }}}}", "+1".repeat(20_000)),
            Compile(TooComplex, 1, 1),
        ),
        (
            "text",
            format!("{{{{ content{} }}}}", ".a".repeat(20_000)),
            Compile(TooComplex, 1, 1),
        ),
        (
            "text",
            format!("{{{{ title{} }}}}", "|upper".repeat(10_000)),
            Compile(TooComplex, 1, 1),
        ),
        (
            "text",
            format!("{{{{ {}1 }}}}", "not ".repeat(10_000)),
            Compile(TooComplex, 1, 1),
        ),
        (
            "text",
            repeated("{% if 1 %}", "x", "{% endif %}", 2_000),
            Compile(TooComplex, 1, 401),
        ),
        (
            "text",
            format!("{{% if 0 %}}{}{{% endif %}}", "{% elif 0 %}".repeat(4_000)),
            Compile(TooComplex, 1, 479),
        ),
        ("text", "x".repeat(65_537), Compile(TooLarge, 1, 1)),
        plain("text", "line\n  {{ title", Compile(Syntax, 2, 3)),
        plain(
            "text",
            "{{ title }}\n{% if title %}",
            Compile(Syntax, 2, 13),
        ),
        plain("text", "{{ }}", Compile(Syntax, 1, 4)),
        plain("text", "{{ title|nope }}", Compile(UnknownFilter, 1, 10)),
        plain("text", "{{ title|safe }}", Compile(UnknownFilter, 1, 10)),
        plain("text", "{{ title|tojson }}", Compile(UnknownFilter, 1, 10)),
        plain(
            "text",
            "{{ title|attr('x') }}",
            Compile(UnknownFilter, 1, 10),
        ),
        plain("text", "{{ title is nope }}", Compile(UnknownTest, 1, 13)),
        plain("text", "{{ nope() }}", Compile(NotAllowed, 1, 4)),
        plain("text", "{{ title.upper() }}", Compile(NotAllowed, 1, 9)),
        plain("text", "{{ content.__class__ }}", Compile(NotAllowed, 1, 4)),
        plain("text", "{{ __tick }}", Compile(NotAllowed, 1, 4)),
        plain(
            "text",
            "{% set loop = content %}{{ loop.index * 3 }}",
            Compile(Syntax, 1, 8),
        ),
        plain(
            "text",
            "{{ range(*content.items) }}",
            Compile(NotAllowed, 1, 11),
        ),
        plain(
            "text",
            "{% autoescape false %}{% endautoescape %}",
            Compile(NotAllowed, 1, 4),
        ),
        plain("text", "{% import 'a' as a %}", Compile(Syntax, 1, 4)),
        plain(
            "text",
            "{% include content.name %}",
            Compile(NotAllowed, 1, 1),
        ),
        plain(
            "text",
            "{% include 'sel' ~ 'f' %}",
            Compile(NotAllowed, 1, 1),
        ),
        plain(
            "text",
            "{% include '../../etc/passwd' %}",
            Compile(FaultCode::UnknownInclude, 1, 1),
        ),
        plain(
            "text",
            "{% include 'self' %}",
            Compile(RecursiveInclude, 1, 3),
        ),
        plain(
            "text",
            "{% include 'ping' %}",
            Compile(RecursiveInclude, 1, 1),
        ),
        plain("text", "{% include 'double9' %}", Compile(TooLarge, 1, 1)),
        plain(
            "text",
            "{% extends 'loop' %}",
            Compile(RecursiveInclude, 1, 1),
        ),
        plain("text", "a\0b", Compile(NotAllowed, 1, 2)),
        plain("text", "\u{27c5}0\u{27c6}", Compile(NotAllowed, 1, 1)),
        plain(
            "text",
            "{{ 'a' in title }}{{ title|default('x', 'y', 'z') }}",
            Run(WrongType),
        ),
    ]
}

/// Pages.
fn pages() -> Vec<Case> {
    vec![
        ("html", "<div>".repeat(5_000), Compile(TooComplex, 1, 501)),
        (
            "html",
            format!("<p {}>", "a ".repeat(20_000)),
            Compile(TooComplex, 1, 1),
        ),
        plain(
            "html",
            "<script>{{ title }}</script>",
            Compile(BadHtml, 1, 1),
        ),
        plain("html", "<SCRIPT SRC=//x></SCRIPT>", Compile(BadHtml, 1, 1)),
        plain(
            "html",
            "<a href=\" java\nscript:alert(1)\">x</a>",
            Compile(BadLink, 1, 10),
        ),
        plain(
            "html",
            "<a href=\"&#106;avascript:alert(1)\">x</a>",
            Compile(BadLink, 1, 10),
        ),
        plain(
            "html",
            "<a href=\"data:text/html,x\">x</a>",
            Compile(BadLink, 1, 10),
        ),
        plain(
            "html",
            "<a href=\"file:///etc/passwd\">x</a>",
            Compile(BadLink, 1, 10),
        ),
        plain(
            "html",
            "<link rel=\"stylesheet\" href=\"file:///etc/passwd\">",
            Compile(BadHtml, 1, 1),
        ),
        plain(
            "html",
            "<a href=\"{{ content.link }}\">x</a>",
            Harmless("href=\"#\"", "javascript"),
        ),
        plain(
            "html",
            "<a href=\"{{ content.script }}\">x</a>",
            Harmless("&amp;#106;", "href=\"java"),
        ),
        plain(
            "html",
            "<p title=\"{{ content.quote }}\">x</p>",
            Harmless("&quot; onclick", "\" onclick"),
        ),
        plain(
            "html",
            "<p>{{ content.evil }}</p>",
            Harmless("&lt;script&gt;", "<script"),
        ),
        plain(
            "html",
            "<p>{{ content.html|html }}</p>",
            Harmless("<b>Bold</b>", "<script"),
        ),
        plain(
            "html",
            "<p>{{ content.deep|html }}</p>",
            Harmless("&lt;b", "<b><b><b>"),
        ),
        plain(
            "html",
            "<p>{{ content.mark }}</p>",
            Harmless("<p>", "Order shipped"),
        ),
        plain(
            "html",
            "<p>{{ content.bidi }}</p>",
            Harmless("<p>abc</p>", "\u{202e}"),
        ),
        plain("html", "<p>{{ content.big|html }}</p>", Run(OutputTooLarge)),
        plain(
            "html",
            "<style>@import url(file:///etc/passwd); p { color: red }</style><p>x</p>",
            Compile(BadHtml, 1, 8),
        ),
        plain(
            "mjml",
            "<mjml><mj-body><mj-section>",
            Compile(BadMjml, 1, 1),
        ),
        plain(
            "mjml",
            "<mjml><mj-body><mj-include path=\"/etc/passwd\" /></mj-body></mjml>",
            Compile(BadHtml, 1, 16),
        ),
        plain("mjml", "no mjml", Compile(BadMjml, 1, 1)),
        (
            "mjml",
            format!("<mjml><mj-body>{}", "<mj-wrapper>".repeat(5_000)),
            Compile(TooComplex, 1, 1_192),
        ),
        plain("subject", "{{ content.crlf }}", Harmless("a Bcc: x", "\n")),
        plain("subject", "{{ content.nothing }}", Run(FaultCode::Empty)),
        plain("link", "{{ content.link }}", Run(BadLink)),
        plain("actions", "{{ content.crlf }}", Run(FaultCode::BadActions)),
        plain("image", "http://x", Run(BadLink)),
    ]
}

fn partials() -> Named {
    let mut partials = named(&[
        ("self", "x {% include 'self' %}"),
        ("ping", "{% include 'pong' %}"),
        ("pong", "{% include 'ping' %}"),
        ("double0", &"x".repeat(1_000)),
    ]);
    for at in 1..10 {
        let before = format!("{{% include 'double{}' %}}", at - 1);
        partials.insert(format!("double{at}"), before.repeat(2));
    }
    partials
}

fn run(part: &str, source: &str) -> Result<String, (bool, Fault)> {
    let (kind, mut all) = match part {
        "subject" => (TemplateKind::Email, vec![("text", "x")]),
        "html" | "mjml" => (TemplateKind::Email, vec![("subject", "s")]),
        "link" | "actions" => (TemplateKind::InApp, vec![("title", "t")]),
        "image" => (TemplateKind::Push, vec![("title", "t")]),
        _ => (TemplateKind::Text, vec![]),
    };
    all.push((part, source));
    let layouts = named(&[
        ("loop", "{% extends 'pool' %}"),
        ("pool", "{% extends 'loop' %}"),
    ]);
    let compiled = compiled(kind, &all, &partials(), &layouts)
        .map_err(|mut faults| (true, faults.remove(0)))?;
    let mut context = context();
    let content = serde_json::json!({
        "number": 7, "long": "one two three", "items": [1, 2], "big": "x".repeat(20_000), "hashes": "#".repeat(9_000),
        "many": vec![1; 5_000], "link": "javascript:alert(1)", "script": " &#106;ava\tscript:alert(1)",
        "quote": "\" onclick=\"alert(1)", "evil": "<script>alert(1)</script>", "html": "<b>Bold</b><script>x</script>",
        "deep": "<b>".repeat(5_000), "mark": "{{ title }}\u{27c5}0\u{27c6}<!--\u{27c5}0\u{27c6}-->", "bidi": "a\u{202e}b\u{2066}c",
        "crlf": "a\r\nBcc: x", "nothing": "\u{0}\u{200b}",
    });
    context.content = content.to_string().into();
    let mut parts = compiled.render(&context).map_err(|fault| (false, fault))?;
    let name = if part == "mjml" { "html" } else { part };
    Ok(parts.remove(name).unwrap_or_default())
}

#[test]
fn hostile_templates_do_no_harm() {
    let cases: Vec<Case> = [bombs(), sources(), pages()]
        .into_iter()
        .flatten()
        .collect();
    assert!(cases.len() >= 90, "{}", cases.len());
    let mut wrong = Vec::new();
    for (part, source, expected) in cases {
        let started = Instant::now();
        let result = run(part, &source);
        let took = started.elapsed();
        let head: String = source.chars().take(70).collect();
        // Builds without optimisation are slow, and others may use the processor.
        if took > Duration::from_secs(3) {
            wrong.push(format!("{head}: took {took:?}"));
        }
        let is_right = match (&expected, &result) {
            (Compile(code, line, column), Err((true, fault))) => {
                (*code, *line, *column) == (fault.code, fault.line, fault.column)
            }
            (Run(code), Err((false, fault))) => *code == fault.code && fault.line > 0,
            (Harmless(has, lacks), Ok(text)) => {
                text.contains(has) && !text.contains(lacks) && text.len() <= MAX_OUTPUT_BYTES
            }
            _ => false,
        };
        if !is_right {
            let result = result.map(|text| text.chars().take(300).collect::<String>());
            wrong.push(format!("{part}: {head}\n   {result:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn broken_contents_are_shown_as_far_as_they_can_be_read() {
    let compiled =
        crate::fixture::template::text("en", "[{{ content.a }}{{ content.b.c|default('-') }}]")
            .unwrap();
    for (content, expected) in [
        ("", "[-]"),
        ("[1, 2]", "[-]"),
        ("{\"a\": \"half \\ud83d\"}", "[half-]"),
        ("{\"a\": \"x\", \"b\": {\"c\": ", "[x-]"),
        ("{\"a\": \"x\\u0000\\u0007\\r\\ny\"}", "[x\ny-]"),
        (
            &format!(
                "{{\"a\": 1, \"b\": {}1{}}}",
                "[".repeat(50_000),
                "]".repeat(50_000)
            ),
            "[1-]",
        ),
        (
            &format!(
                "{{\"a\": 1, \"b\": {}1{}}}",
                "{\"c\":".repeat(50_000),
                "}".repeat(50_000)
            ),
            "fault",
        ),
    ] {
        let mut context = context();
        context.content = content.into();
        let shown = compiled
            .render(&context)
            .map(|mut parts| parts.remove("text").unwrap());
        assert_eq!(
            shown.as_deref().unwrap_or("fault"),
            expected,
            "{:.60}",
            content
        );
    }
}

/// The suite in a separate process, which reports how much its memory grew at its peak.
#[test]
fn memory_stays_near_idle() {
    const CHILD: &str = "CAMPANILE_HOSTILE_CHILD";
    if std::env::var_os(CHILD).is_some() {
        run(
            "html",
            "<p>{{ title|upper }} {{ now|date }} {{ content.html|html }}</p>",
        )
        .unwrap();
        run("mjml", "<mjml><mj-body></mj-body></mjml>").unwrap();
        let idle = resident_kib();
        for (part, source, _) in [bombs(), sources(), pages()].into_iter().flatten() {
            let _ = run(part, &source);
        }
        println!("grew by {} KiB", peak_kib().saturating_sub(idle));
        return;
    }
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["hostile::memory_stays_near_idle", "--exact", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let grew: u64 = said
        .split("grew by ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .and_then(|number| number.parse().ok())
        .unwrap_or_else(|| panic!("no figure in {said}"));
    println!("grew by {grew} KiB");
    assert!(grew < 20 * 1_024, "the peak is {grew} KiB above idle");
}

fn status_kib(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn resident_kib() -> u64 {
    status_kib("VmRSS:")
}

fn peak_kib() -> u64 {
    status_kib("VmHWM:")
}
