//! What addresses mean in one run: those of the firmware, and those of the
//! libraries that it had loaded.

use std::cell::OnceCell;
use std::ops::Range;

use acelab_abi::clock::Nanos;
use acelab_abi::image_place::{ImagePlace, MODULE};
use acelab_abi::kernel_stack::KERNEL_STACKS;

use super::elf::Elf;
use super::libraries::LibraryElfs;
use super::lookup::{Lines, Place};
use crate::host::log::LogLine;

/// Addresses of a run.
pub struct Symbols<'a> {
    firmware: Option<Code<'a>>,
    libraries: Option<&'a LibraryElfs>,
    /// In the order of loading.
    images: Vec<Image<'a>>,
}

/// A file, and its line tables once somebody asked for a line: they are large.
struct Code<'a> {
    elf: &'a Elf,
    lines: OnceCell<Option<Lines<'a>>>,
}

/// Where an image of a library lies.
struct Image<'a> {
    since: Nanos,
    place: Range<u32>,
    /// `GAIN@1`: the name that the library has for itself, and its id.
    name: String,
    build: Option<[u8; 16]>,
    code: OnceCell<Option<Code<'a>>>,
}

/// What an address is.
struct Meaning<'s, 'a> {
    address: u32,
    image: Option<&'s Image<'a>>,
    /// Where its file has it.
    offset: u32,
    code: Option<(&'s Code<'a>, Place)>,
}

impl<'a> Symbols<'a> {
    /// Those of the firmware alone.
    pub fn of_firmware(elf: Option<&'a Elf>) -> Self {
        Self {
            firmware: elf.map(Code::of),
            libraries: None,
            images: Vec::new(),
        }
    }

    /// Those of the firmware and of the libraries that its log says it has loaded.
    pub fn of_run(
        elf: Option<&'a Elf>,
        libraries: Option<&'a LibraryElfs>,
        log: &[LogLine],
    ) -> Self {
        Self {
            libraries,
            images: log.iter().filter_map(Image::of_line).collect(),
            ..Self::of_firmware(elf)
        }
    }

    /// The text with every address of code replaced by `<function>`: a form
    /// that another compiler or another line of code does not change. `at` is when
    /// the text was said: libraries come and go.
    pub fn stable(&self, text: &str, at: Nanos) -> String {
        self.rewrite(text, at, |meaning| meaning.stable())
    }

    /// As [`Symbols::stable`], for the lines of a fault report: there, an address
    /// that is not code and lies in the kernel's stacks is `<stack>`.
    pub fn stable_fault(&self, text: &str, at: Nanos) -> String {
        let text = self.stable(text, at);
        let Some((head, digits)) = text.rsplit_once("VADDR 0x") else {
            return text;
        };
        match u32::from_str_radix(digits, 16) {
            // Where exactly an overflow hits a guard page depends on the compiler.
            Ok(address) if KERNEL_STACKS.contains(address, 1) => format!("{head}VADDR <stack>"),
            _ => text,
        }
    }

    /// The text with every address of code followed by its function, offset and source
    /// line, and every other address of a library by its offset there.
    pub fn explained(&self, text: &str, at: Nanos) -> String {
        self.rewrite(text, at, |meaning| meaning.explained())
    }

    /// What an address was at a time. A library that was removed keeps its
    /// addresses until another one has them.
    fn meaning(&self, address: u32, at: Nanos) -> Option<Meaning<'_, 'a>> {
        let mut images = self.images.iter().rev();
        let image = images.find(|image| image.since <= at && image.place.contains(&address));
        let offset = address - image.map_or(0, |image| image.place.start);
        let code = match image {
            Some(image) => image.code(self.libraries),
            None => self.firmware.as_ref(),
        };
        let code = code.and_then(|code| Some((code, code.elf.place(offset)?)));
        (image.is_some() || code.is_some()).then_some(Meaning {
            address,
            image,
            offset,
            code,
        })
    }

    /// Rewrites what is an address. The ends of a range are none.
    fn rewrite(&self, text: &str, at: Nanos, form: impl Fn(&Meaning<'_, '_>) -> String) -> String {
        let mut result = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find("0x") {
            let digits = rest[start + 2..]
                .bytes()
                .take_while(u8::is_ascii_hexdigit)
                .count();
            let end = start + 2 + digits;
            let (before, after) = (&rest[..start], &rest[end..]);
            let alone = !before.ends_with("..") && !after.starts_with("..");
            let address = u32::from_str_radix(&rest[start + 2..end], 16)
                .ok()
                .filter(|_| digits == 8 && alone);
            result.push_str(before);
            match address.and_then(|address| self.meaning(address, at)) {
                Some(meaning) => result.push_str(&form(&meaning)),
                None => result.push_str(&rest[start..end]),
            }
            rest = after;
        }
        result.push_str(rest);
        result
    }
}

/// What a line of the log says about where an image lies.
pub fn image_place(text: &str) -> Option<ImagePlace<&str>> {
    let text = text.strip_prefix("<inf> ")?;
    ImagePlace::parse(text.strip_prefix(MODULE)?.strip_prefix(": ")?)
}

impl<'a> Code<'a> {
    fn of(elf: &'a Elf) -> Self {
        Self {
            elf,
            lines: OnceCell::new(),
        }
    }

    fn line(&self, address: u32, place: &Place) -> Option<String> {
        let lines = self.lines.get_or_init(|| Lines::of(self.elf));
        lines.as_ref()?.find(address - place.offset, address)
    }
}

impl<'a> Image<'a> {
    /// From the line that says where it lies.
    fn of_line(line: &LogLine) -> Option<Self> {
        let place = image_place(&line.text)?;
        let of_library = format!("{}@{}", place.name, place.library);
        // The ELF file of a library is that of its only image.
        let (name, build) = match place.image {
            0 => (of_library, Some(place.build)),
            image => (format!("{of_library}[{image}]"), None),
        };
        Some(Self {
            since: line.time,
            place: place.start..place.end,
            name,
            build,
            code: OnceCell::new(),
        })
    }

    fn code(&self, libraries: Option<&'a LibraryElfs>) -> Option<&Code<'a>> {
        let find = || libraries?.find(&self.build?).map(Code::of);
        self.code.get_or_init(find).as_ref()
    }
}

impl Meaning<'_, '_> {
    fn stable(&self) -> String {
        let function = self.code.as_ref().map(|(_, place)| &place.function);
        match (self.image, function) {
            (Some(Image { name, .. }), Some(function)) => format!("<{name} {function}>"),
            (Some(Image { name, .. }), None) => format!("<{name}>"),
            (None, Some(function)) => format!("<{function}>"),
            (None, None) => format!("{:#010x}", self.address),
        }
    }

    fn explained(&self) -> String {
        let address = format!("{:#010x}", self.address);
        let Some((code, place)) = &self.code else {
            let name = self.image.map_or("", |image| &image.name);
            return format!("{address} <{name}+{:#x}>", self.offset);
        };
        let image = self.image.map(|image| format!("{} ", image.name));
        let line = code.line(self.offset, place).map(|line| format!(" {line}"));
        let [image, line] = [image, line].map(Option::unwrap_or_default);
        format!("{address} <{image}{place}{line}>")
    }
}
