//! What a case says of libraries, against its own list of them and against their files.

use std::ops::Range;
use std::rc::Rc;

use super::diagnostic::{Diagnostic, HELP, suggest};
use super::library::Library;
use super::stream::{Component, Stream};
use super::yaml::{Node, decode};
use crate::library::{Contents, LibraryError, Shelf};

/// The keys below which a message has a module.
const MODULE_KEYS: [&str; 2] = ["module", "dst_module"];

/// Looks for names and numbers that there are not.
pub(super) struct Check<'a> {
    text: &'a str,
    libraries: &'a [Library],
    shelf: &'a Shelf,
    findings: Vec<Diagnostic>,
}

impl<'a> Check<'a> {
    /// A check of a case with this text and these libraries.
    pub fn new(text: &'a str, libraries: &'a [Library], shelf: &'a Shelf) -> Self {
        Self {
            text,
            libraries,
            shelf,
            findings: Vec::new(),
        }
    }

    /// Everything that is wrong in a case.
    pub fn all(mut self, root: &Node, streams: &[Stream]) -> Vec<Diagnostic> {
        if let Some(node) = root.get("libraries") {
            self.files(node);
        }
        for (key, node) in root.get("streams").map_or(&[][..], Node::entries) {
            if let Some(stream) = streams.iter().find(|stream| stream.name == key.text) {
                self.stream(stream, node);
            }
        }
        if let Some(node) = root.get("steps") {
            self.steps(node);
        }
        self.findings
    }

    fn files(&mut self, node: &Node) {
        for (key, value) in node.entries() {
            let id = key.text.parse().ok();
            let Some(library) = id.and_then(|id| self.library(id)) else {
                continue;
            };
            let place = value.get("file").unwrap_or(value).span.clone();
            let contents = match self.shelf.contents(&library.source.file) {
                Ok(Some(contents)) => contents,
                Ok(None) => continue,
                Err(LibraryError::Unknown { name, help }) => {
                    self.wrong(format!("unknown library `{name}`{HELP}{help}"), place);
                    continue;
                }
                Err(error) => {
                    self.wrong(error.to_string(), place);
                    continue;
                }
            };
            let patches = value.get("patch").map_or(&[][..], Node::entries);
            for (field, new) in patches {
                let name = &field.text;
                if let Err(reason) = contents.field(name) {
                    self.wrong(reason, field.span.clone());
                } else if let Some(value) = library.source.patch.get(name)
                    && let Err(reason) = contents.value(name, value)
                {
                    self.wrong(reason, new.span.clone());
                }
            }
        }
    }

    /// Complains about modules of a stream that are not there.
    fn stream(&mut self, stream: &Stream, node: &Node) {
        let place = node.get("playback").or_else(|| node.get("capture"));
        let place = place.unwrap_or(node).span.clone();
        for component in stream.chain.components() {
            if let Component::Module(module) = component
                && let Some(library) = module.library
            {
                let name = module.name.to_ascii_lowercase();
                let word = self.word(&place, &format!("{name}@{library}"));
                self.module(&name, library, word);
            }
        }
    }

    fn steps(&mut self, node: &Node) {
        for item in node.items() {
            self.steps(item);
        }
        for (key, value) in node.entries() {
            match key.text.as_str() {
                "corrupt" => self.corrupt(value),
                "memory_map" => self.memory_map(value),
                "flood" => self.flood(value),
                key if MODULE_KEYS.contains(&key) => self.module_of_message(value),
                _ => self.steps(value),
            }
        }
    }

    fn module_of_message(&mut self, node: &Node) {
        let Some((name, id)) = node.text().and_then(|text| text.split_once('@')) else {
            return;
        };
        match id.parse() {
            Ok(id) => self.module(name, id, node.span.clone()),
            Err(_) => self.wrong(
                format!("`{id}` is no library{HELP}write `gain@1`"),
                node.span.clone(),
            ),
        }
    }

    fn corrupt(&mut self, node: &Node) {
        let Some(library) = node.get("library").and_then(|id| self.known_id(id)) else {
            return;
        };
        let Some(field) = node.get("field") else {
            return;
        };
        if let (Some(contents), Some(name)) = (self.contents(library), field.text())
            && let Err(reason) = contents.field(name)
        {
            self.wrong(reason, field.span.clone());
        }
    }

    /// What files of a flood are built for is read from library 1.
    fn flood(&mut self, node: &Node) {
        let of = node.get("of").filter(|of| of.text() == Some("libraries"));
        if let Some(of) = of
            && self.library(1).is_none()
        {
            self.unknown_id(1, of.span.clone());
        }
    }

    fn memory_map(&mut self, node: &Node) {
        for (_, domains) in node.entries() {
            for id in domains.items().iter().flat_map(Node::items) {
                self.known_id(id);
            }
        }
    }

    fn module(&mut self, name: &str, id: u8, place: Range<usize>) {
        let Some(library) = self.library(id) else {
            return self.unknown_id(id, place);
        };
        let Some(contents) = self.contents(library) else {
            return;
        };
        let known: Vec<String> = contents
            .modules
            .iter()
            .map(|module| format!("{}@{id}", module.to_ascii_lowercase()))
            .collect();
        let wanted = format!("{name}@{id}");
        if !known.contains(&wanted) {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let (file, help) = (&library.source.file, suggest(&wanted, &known));
            let message = format!("library {id} (`{file}`) has no module `{name}`{HELP}{help}");
            self.wrong(message, place);
        }
    }

    /// The library with the number at `node`, or a complaint. What is no number is told where
    /// the step is read.
    fn known_id(&mut self, node: &Node) -> Option<&'a Library> {
        let id = decode(node).ok()?;
        let library = self.library(id);
        if library.is_none() {
            self.unknown_id(id, node.span.clone());
        }
        library
    }

    fn unknown_id(&mut self, id: u8, place: Range<usize>) {
        self.wrong(unknown(id), place);
    }

    fn library(&self, id: u8) -> Option<&'a Library> {
        self.libraries.iter().find(|library| library.id == id)
    }

    /// What the file of a library has; a file that cannot be had is told where it is named.
    fn contents(&self, library: &Library) -> Option<Rc<Contents>> {
        self.shelf.contents(&library.source.file).ok().flatten()
    }

    /// The place of a word within another one; that itself if the word is spelled otherwise.
    fn word(&self, place: &Range<usize>, word: &str) -> Range<usize> {
        let at = self
            .text
            .get(place.clone())
            .and_then(|text| text.find(word));
        at.map_or(place.clone(), |at| {
            let start = place.start + at;
            start..start + word.len()
        })
    }

    fn wrong(&mut self, message: String, place: Range<usize>) {
        self.findings.push(Diagnostic::new(message, place));
    }
}

/// The message about a number that is not among the case's libraries.
pub(super) fn unknown(id: u8) -> String {
    format!("the case has no library {id}{HELP}name it in `libraries: {{ {id}: gain }}`")
}
