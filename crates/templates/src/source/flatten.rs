//! Puts layouts and partials into a part, before anything runs.
//!
//! So nothing is looked up while a template renders, nothing can include itself, and HTML is completed and its styles
//! inlined as one page. Each piece keeps a scope of its own, as it would have with an include at run time.

use std::collections::BTreeMap;

use super::scan::{TagKind, inside, keyword, scan};
use super::{File, FileKind, Flat, Source, Tag, Unit};
use crate::fault::{Fault, FaultCode};
use crate::limits::{MAX_BLOCK_DEPTH, MAX_FLAT_BYTES, MAX_INCLUDE_DEPTH, MAX_SOURCE_BYTES};

/// Put behind each `for`: looks at the clock.
const TICK: &str = "{{ __tick }}";
const TICK_TRIMMED: &str = "{{ __tick -}}";

/// Puts everything into a part.
pub(crate) fn flatten<'a>(
    source: &Source<'a>,
    name: &'a str,
    text: &'a str,
) -> Result<Flat<'a>, Fault> {
    let mut flattening = Flattening {
        source: *source,
        flat: Flat {
            files: Vec::new(),
            units: Vec::new(),
        },
        tags: Vec::new(),
        blocks: BTreeMap::new(),
        bytes: 0,
    };
    let part = flattening.read(File {
        kind: FileKind::Part,
        name,
        text,
    })?;
    let base = flattening.layouts(part)?;
    let all = 0..flattening.tags[base].len();
    flattening.expand(base, all, &mut vec![base], &mut Vec::new())?;
    flattening.check_depth()?;
    Ok(flattening.flat)
}

struct Flattening<'a> {
    source: Source<'a>,
    flat: Flat<'a>,
    /// The tags of each file.
    tags: Vec<Vec<Tag>>,
    /// The blocks that a part or layout fills in its own layout: file, and the tags within.
    blocks: BTreeMap<&'a str, (usize, std::ops::Range<usize>)>,
    bytes: usize,
}

impl<'a> Flattening<'a> {
    fn read(&mut self, file: File<'a>) -> Result<usize, Fault> {
        let known = |known: &File<'_>| known.kind == file.kind && known.name == file.name;
        if let Some(at) = self.flat.files.iter().position(known) {
            return Ok(at);
        }
        self.flat.files.push(file);
        let at = self.flat.files.len() - 1;
        if file.text.len() > MAX_SOURCE_BYTES {
            let message = format!("a source may have {MAX_SOURCE_BYTES} bytes");
            return Err(self.fault(at, 0, FaultCode::TooLarge, message));
        }
        // They stand for tags while HTML is completed.
        if let Some(offset) = file.text.find(['\u{27c5}', '\u{27c6}', '\0']) {
            let message = "the characters U+0000, U+27C5 and U+27C6 are not allowed".into();
            return Err(self.fault(at, offset, FaultCode::NotAllowed, message));
        }
        let tags = scan(file.text)
            .map_err(|(offset, code, message)| self.fault(at, offset, code, message))?;
        self.tags.push(tags);
        Ok(at)
    }

    fn fault(&self, file: usize, offset: usize, code: FaultCode, message: String) -> Fault {
        self.flat.fault_in(file, offset, code, message)
    }

    fn tag_fault(&self, file: usize, tag: usize, code: FaultCode, message: String) -> Fault {
        self.fault(file, self.tags[file][tag].range.start, code, message)
    }

    fn text_of(&self, file: usize, tag: usize) -> &'a str {
        &self.flat.files[file].text[self.tags[file][tag].range.clone()]
    }

    fn keyword_of(&self, file: usize, tag: usize) -> &'a str {
        match self.tags[file][tag].kind {
            TagKind::Block => keyword(self.text_of(file, tag)),
            _ => "",
        }
    }

    /// Follows `extends` to the last layout, and remembers the blocks on the way; the first of a name wins.
    fn layouts(&mut self, part: usize) -> Result<usize, Fault> {
        let mut file = part;
        let mut seen = vec![part];
        loop {
            let extends: Vec<usize> = (0..self.tags[file].len())
                .filter(|&tag| self.keyword_of(file, tag) == "extends")
                .collect();
            let Some(&tag) = extends.first() else {
                return Ok(file);
            };
            if let Some(&second) = extends.get(1) {
                let message = "a template extends one layout".into();
                return Err(self.tag_fault(file, second, FaultCode::NotAllowed, message));
            }
            self.remember_blocks(file)?;
            let next = self.named(file, tag, FileKind::Layout)?;
            if seen.contains(&next) || seen.len() > MAX_INCLUDE_DEPTH {
                let message = "this layout extends itself".into();
                return Err(self.tag_fault(file, tag, FaultCode::RecursiveInclude, message));
            }
            seen.push(next);
            file = next;
        }
    }

    fn remember_blocks(&mut self, file: usize) -> Result<(), Fault> {
        let mut at = 0;
        while at < self.tags[file].len() {
            if self.keyword_of(file, at) == "block" {
                let name = self.block_name(file, at)?;
                let end = self.end_of_block(file, at)?;
                self.blocks.entry(name).or_insert((file, at + 1..end));
                at = end;
            }
            at += 1;
        }
        Ok(())
    }

    fn block_name(&self, file: usize, tag: usize) -> Result<&'a str, Fault> {
        let name = inside(self.text_of(file, tag))["block".len()..].trim();
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) {
            let message = "a block is named by one word".into();
            return Err(self.tag_fault(file, tag, FaultCode::Syntax, message));
        }
        Ok(name)
    }

    fn end_of_block(&self, file: usize, start: usize) -> Result<usize, Fault> {
        let mut depth = 0_usize;
        for tag in start..self.tags[file].len() {
            match self.keyword_of(file, tag) {
                "block" => depth += 1,
                "endblock" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok(tag);
            }
        }
        let message = "this block is never closed".into();
        Err(self.tag_fault(file, start, FaultCode::Syntax, message))
    }

    /// The file that an `include` or `extends` names.
    fn named(&mut self, file: usize, tag: usize, kind: FileKind) -> Result<usize, Fault> {
        let inside = inside(self.text_of(file, tag));
        let word = keyword(self.text_of(file, tag));
        let quoted = inside[word.len()..].trim();
        let name = ['"', '\'']
            .into_iter()
            .find_map(|quote| quoted.strip_prefix(quote)?.strip_suffix(quote))
            .filter(|name| !name.contains(['"', '\'', '\\']));
        let Some(name) = name else {
            let message =
                format!("write {{% {word} \"name\" %}}: the name is a text and nothing follows");
            return Err(self.tag_fault(file, tag, FaultCode::NotAllowed, message));
        };
        let (all, what) = match kind {
            FileKind::Layout => (self.source.layouts, "layout"),
            _ => (self.source.partials, "partial"),
        };
        match all.get_key_value(name) {
            Some((name, text)) => self.read(File { kind, name, text }),
            None => {
                let message = format!("there is no {what} named \"{name}\"");
                Err(self.tag_fault(file, tag, FaultCode::UnknownInclude, message))
            }
        }
    }

    fn expand(
        &mut self,
        file: usize,
        tags: std::ops::Range<usize>,
        files: &mut Vec<usize>,
        open_blocks: &mut Vec<&'a str>,
    ) -> Result<(), Fault> {
        let mut at = tags.start;
        while at < tags.end {
            match self.keyword_of(file, at) {
                "include" => {
                    let partial = self.named(file, at, FileKind::Partial)?;
                    if files.contains(&partial) || files.len() > MAX_INCLUDE_DEPTH {
                        let message =
                            "this partial includes itself, or partials nest too deep".into();
                        return Err(self.tag_fault(file, at, FaultCode::RecursiveInclude, message));
                    }
                    self.push_scope(file, at, true)?;
                    files.push(partial);
                    let all = 0..self.tags[partial].len();
                    self.expand(partial, all, files, open_blocks)?;
                    files.pop();
                    self.push_scope(file, at, false)?;
                }
                "block" => {
                    let name = self.block_name(file, at)?;
                    let end = self.end_of_block(file, at)?;
                    self.push_scope(file, at, true)?;
                    let filled = self.blocks.get(name).cloned();
                    let (from, within) = filled
                        .filter(|_| !open_blocks.contains(&name))
                        .unwrap_or((file, at + 1..end));
                    open_blocks.push(name);
                    self.expand(from, within, files, open_blocks)?;
                    open_blocks.pop();
                    self.push_scope(file, end, false)?;
                    at = end;
                }
                "endblock" => {
                    let message = "this closes no block".into();
                    return Err(self.tag_fault(file, at, FaultCode::Syntax, message));
                }
                "extends" => {
                    let message = "a partial cannot extend a layout".into();
                    return Err(self.tag_fault(file, at, FaultCode::NotAllowed, message));
                }
                keyword => self.push_tag(file, at, keyword == "for")?,
            }
            at += 1;
        }
        Ok(())
    }

    fn push_tag(&mut self, file: usize, tag: usize, is_loop: bool) -> Result<(), Fault> {
        let mut text = self.text_of(file, tag).to_owned();
        if is_loop {
            let is_trimmed = text.ends_with("-%}");
            text.push_str(if is_trimmed { TICK_TRIMMED } else { TICK });
        }
        let is_tag = self.tags[file][tag].kind != TagKind::Text;
        self.push(file, tag, text, is_tag)
    }

    /// A scope instead of an `include` or `block`, which controls blanks as it did.
    fn push_scope(&mut self, file: usize, tag: usize, opens: bool) -> Result<(), Fault> {
        let text = self.text_of(file, tag);
        let is_include = keyword(text) == "include";
        let mark = |is_there, mark| if is_there { mark } else { "" };
        let start = mark(text.starts_with("{%-") && (opens || !is_include), "-");
        let end = mark(text.ends_with("-%}") && (!opens || !is_include), "-");
        let word = if opens { "with" } else { "endwith" };
        self.push(file, tag, format!("{{%{start} {word} {end}%}}"), true)
    }

    fn push(&mut self, file: usize, tag: usize, text: String, is_tag: bool) -> Result<(), Fault> {
        self.bytes += text.len();
        if self.bytes > MAX_FLAT_BYTES {
            let message =
                format!("with its layout and partials, a part may have {MAX_FLAT_BYTES} bytes");
            return Err(self.tag_fault(file, tag, FaultCode::TooLarge, message));
        }
        self.flat.units.push(Unit {
            file,
            offset: self.tags[file][tag].range.start,
            text,
            is_tag,
        });
        Ok(())
    }

    /// Blocks nest, and an `elif` nests within the branches before it.
    fn check_depth(&self) -> Result<(), Fault> {
        let mut open = Vec::new();
        for unit in self.flat.units.iter().filter(|unit| unit.is_tag) {
            match keyword(&unit.text) {
                "if" | "for" | "with" => open.push(1),
                "elif" => {
                    if let Some(branches) = open.last_mut() {
                        *branches += 1;
                    }
                }
                "endif" | "endfor" | "endwith" => drop(open.pop()),
                _ => {}
            }
            if open.iter().sum::<usize>() > MAX_BLOCK_DEPTH {
                let message = format!("blocks may nest {MAX_BLOCK_DEPTH} deep, each elif counted");
                return Err(self.flat.fault_in(
                    unit.file,
                    unit.offset,
                    FaultCode::TooComplex,
                    message,
                ));
            }
        }
        Ok(())
    }
}
