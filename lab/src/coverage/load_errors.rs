//! Which error of a library is shown by which case.

use std::fmt;

use acelab_library::error::{
    Counted, ImageFault, LoadError, ModuleFault, Part, Record, SegmentFault, SiteFault,
};

use crate::case::Case;
use crate::case::step::{Located, Step};

/// A way in which a library, or an instance of its modules, is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// What the log says, without its values.
    pub text: &'static str,
    /// Why no case shows it, if none does.
    pub reason: Option<&'static str>,
}

/// Makes the list of all refusals, and a match with a place for each error, so that the compiler
/// finds what is missing.
macro_rules! refusals {
    ($($pattern:pat => $text:literal $(, $reason:literal)?;)+) => {
        const REFUSALS: &[Refusal] = &[$(Refusal {
            text: $text,
            reason: refusals!(@reason $($reason)?),
        }),+];

        /// The text of what an error is listed as.
        pub const fn text_of(error: &LoadError) -> &'static str {
            match error {
                $($pattern => $text,)+
            }
        }
    };
    (@reason) => { None };
    (@reason $reason:literal) => { Some($reason) };
}

refusals! {
    LoadError::LibraryId(_) => "invalid lib_id:";
    LoadError::Channel(_) => "invalid dma_id:";
    LoadError::ChannelBusy(_) => "cannot be used";
    LoadError::Loaded(_) => "repeated load of library";
    LoadError::Stalled { .. } => "timeout during DMA transfer after";
    LoadError::Truncated => "the file is truncated";
    LoadError::PreloadPages(_) => "Invalid preload page count";
    LoadError::TooLarge(_) => "too large:";
    LoadError::Magic { record: Record::Header, .. } => "no $AM1 header";
    LoadError::Magic { record: Record::Module(_), .. } => "no $AME entry";
    LoadError::Magic { record: Record::Extension, .. } => "no $ALX extension";
    LoadError::Magic {
        record: Record::Import(_) | Record::Export(_) | Record::Dependency(_),
        ..
    } => "no import", "entries of these tables begin with no magic";
    LoadError::HeaderLength(_) => "a header of";
    LoadError::FormatVersion(_) => "unknown format version";
    LoadError::AbiVersion(_) => "Unsupported module API version";
    LoadError::Count { of: Counted::Modules, .. } => "wrong number of modules";
    LoadError::Count { of: Counted::Images, .. } => "wrong number of images";
    LoadError::Count { of: Counted::Segments, .. } => "wrong number of segments";
    LoadError::Count { of: Counted::Imports, .. } => "wrong number of imports";
    LoadError::Count { of: Counted::Exports, .. } => "wrong number of exports";
    LoadError::Count { of: Counted::Dependencies, .. } => "wrong number of dependencies";
    LoadError::Count { of: Counted::Names, .. } => "wrong number of words of names";
    LoadError::Count { of: Counted::Sites, .. } => "wrong number of sites";
    LoadError::ManifestLength(_) => "a manifest of";
    LoadError::ManifestChecksum => "wrong checksum of the manifest";
    LoadError::Untrusted(_) => "Untrusted library! signature kind";
    LoadError::Name(Record::Header) => "bad name of $AM1 header";
    LoadError::Name(Record::Module(_)) => "bad name of $AME entry";
    LoadError::Name(Record::Import(_)) => "bad name of import of image";
    LoadError::Name(Record::Export(_)) => "bad name of export of image";
    LoadError::Name(Record::Dependency(_)) => "bad name of dependency of image";
    LoadError::Name(Record::Extension) => "bad name of $ALX extension", "it has none";
    LoadError::Module { fault: ModuleFault::LoadType, .. } => "unknown load type";
    LoadError::Module { fault: ModuleFault::Domains, .. } => "wrong domains";
    LoadError::Module { fault: ModuleFault::Affinity, .. } => "runs on no core";
    LoadError::Module { fault: ModuleFault::Instances, .. } => "may have no instances";
    LoadError::Module { fault: ModuleFault::Image, .. } => ": no such image";
    LoadError::Module { fault: ModuleFault::Shared, .. } => "an auxiliary module shares its image";
    LoadError::Module { fault: ModuleFault::Hash, .. } => "its hash is not that of its text";
    LoadError::Module { fault: ModuleFault::Segments, .. } => "its segments are not those of its image";
    LoadError::Module { fault: ModuleFault::Table, .. } => "its table is not in one read-only segment";
    LoadError::Module { fault: ModuleFault::Pins, .. } => "too many pins";
    LoadError::Module { fault: ModuleFault::Needs, .. } => "needs too much memory";
    LoadError::Module { fault: ModuleFault::Duplicate, .. } => "same name or UUID as another one";
    LoadError::Image { fault: ImageFault::Unused, .. } => "no module belongs to it",
        "the tools make files of one image, which has a module; random files have more (load_random)";
    LoadError::Image { fault: ImageFault::Span, .. } => "its pages are not those of its segments";
    LoadError::Image { fault: ImageFault::Export, .. } => "an export outside of its segments";
    LoadError::Image { fault: ImageFault::Sites, .. } => "its sites do not lie behind its segments";
    LoadError::Segment { fault: SegmentFault::WriteExecute, .. } => "both writable and executable";
    LoadError::Segment { fault: SegmentFault::Rights, .. } => "unknown rights";
    LoadError::Segment { fault: SegmentFault::Alignment, .. } => "not on a page boundary";
    LoadError::Segment { fault: SegmentFault::Size, .. } => "wrong size";
    LoadError::Segment { fault: SegmentFault::Overlap, .. } => "overlaps or is out of order";
    LoadError::Segment { fault: SegmentFault::FileOverlap, .. } => "overlaps or is out of order in the file";
    LoadError::Checksum(Part::Segment { .. }) => "wrong checksum of segment";
    LoadError::Checksum(Part::Sites { .. }) => "wrong checksum of sites";
    LoadError::Site { fault: SiteFault::Order, .. } => "not behind the one before";
    LoadError::Site { fault: SiteFault::Outside, .. } => "outside of every segment";
    LoadError::Site { fault: SiteFault::Import, .. } => "no such import";
    LoadError::Site { fault: SiteFault::NotZero, .. } => "the word of an import is not zero";
    LoadError::UnknownImport(_) => "unknown import";
    LoadError::CyclicDependency(_) => "cyclic dependency:";
    LoadError::UnmetDependency(_) => "Unmet dependency: cannot find dependency";
    LoadError::DependencyDepth => "too many dependencies";
    LoadError::NoImage => "no such loadable module";
    LoadError::InstanceExists => "the instance has an image already",
        "the router refuses an instance that exists before it asks for an image";
    LoadError::TableFull => "too many images or instances";
    LoadError::NoPages => "not enough free pages";
    LoadError::NotMapped => "the domain does not take it";
    LoadError::Ring0 => "no code of a library in this build";
    LoadError::WindowFull(_) => "module window full:";
    LoadError::StoreFull(_) => "library store full:";
}

/// A refusal and the files of the cases that wait for what the log says of it.
#[derive(Debug)]
pub struct LoadRow {
    /// Which.
    pub refusal: Refusal,
    /// In their order, each once.
    pub cases: Vec<String>,
}

/// Every error of a library, set against the cases.
#[derive(Debug)]
pub struct LoadErrors {
    /// In the order of the errors.
    pub rows: Vec<LoadRow>,
}

impl LoadErrors {
    /// What these cases wait for. A case whose firmware has a planted fault shows nothing.
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Self {
        let row = |refusal: &Refusal| LoadRow {
            refusal: *refusal,
            cases: Vec::new(),
        };
        let mut rows: Vec<LoadRow> = REFUSALS.iter().map(row).collect();
        for case in cases.into_iter().filter(|case| case.plant.is_none()) {
            let mut shown = Vec::new();
            awaited(&case.steps, &mut shown);
            for row in &mut rows {
                let file = &case.id.file;
                if shown.contains(&row.refusal.text) && !row.cases.contains(file) {
                    row.cases.push(file.clone());
                }
            }
        }
        Self { rows }
    }

    /// Those with neither a case nor a reason.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        let rows = self.rows.iter();
        rows.filter(|row| row.cases.is_empty() && row.refusal.reason.is_none())
            .map(|row| row.refusal.text)
    }
}

impl fmt::Display for LoadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for LoadRow { refusal, cases } in &self.rows {
            write!(f, "{}: ", refusal.text.trim_matches([':', ' ']))?;
            match (refusal.reason, &cases[..]) {
                (Some(reason), []) => writeln!(f, "(not shown: {reason})")?,
                (None, []) => writeln!(f, "NO CASE")?,
                (_, [first]) => writeln!(f, "{first}")?,
                (_, [first, rest @ ..]) => writeln!(f, "{first} and {} more", rest.len())?,
            }
        }
        let shown = self.rows.iter().filter(|row| !row.cases.is_empty());
        write!(
            f,
            "{} of {} errors of libraries are shown",
            shown.count(),
            self.rows.len()
        )
    }
}

/// The refusals whose lines of the log steps wait for.
fn awaited(steps: &[Located], shown: &mut Vec<&'static str>) {
    for Located { step, .. } in steps {
        match step {
            Step::Log(log) => shown.extend(told_by(&log.contains)),
            Step::Repeat(repeat) => awaited(&repeat.steps, shown),
            _ => {}
        }
    }
}

/// The refusal that a line tells of: the one with the longest text in it.
fn told_by(line: &str) -> Option<&'static str> {
    let texts = REFUSALS.iter().map(|refusal| refusal.text);
    texts
        .filter(|text| line.contains(text))
        .max_by_key(|text| text.len())
}

#[cfg(test)]
mod tests {
    use acelab_library::format::Name;

    use super::*;
    use crate::case::load_text;

    #[test]
    fn a_line_of_the_log_tells_of_its_own_error() {
        let part = Part::Segment {
            image: 0,
            segment: 1,
        };
        let segment = |fault| LoadError::Segment { part, fault };
        let module = |fault| LoadError::Module { index: 3, fault };
        let image = |fault| LoadError::Image { index: 3, fault };
        let site = |fault| LoadError::Site {
            image: 1,
            index: 2,
            fault,
        };
        let count = |of| LoadError::Count { of, count: 9 };
        let magic = |record| LoadError::Magic { record, word: 7 };
        let name = Name::from_words([0x5652_5543, 0x5345]).expect("a name");
        let errors = [
            LoadError::LibraryId(0),
            LoadError::Channel(31),
            LoadError::ChannelBusy(1),
            LoadError::Loaded(1),
            LoadError::Stalled { received: 8 },
            LoadError::Truncated,
            LoadError::PreloadPages(0),
            LoadError::TooLarge(502),
            magic(Record::Header),
            magic(Record::Module(1)),
            magic(Record::Extension),
            LoadError::HeaderLength(56),
            LoadError::FormatVersion(2),
            LoadError::AbiVersion(7),
            count(Counted::Modules),
            count(Counted::Names),
            LoadError::ManifestLength(8),
            LoadError::ManifestChecksum,
            LoadError::Untrusted(1),
            LoadError::Name(Record::Header),
            LoadError::Name(Record::Dependency(0)),
            module(ModuleFault::LoadType),
            module(ModuleFault::Image),
            module(ModuleFault::Segments),
            module(ModuleFault::Duplicate),
            image(ImageFault::Unused),
            image(ImageFault::Span),
            image(ImageFault::Sites),
            segment(SegmentFault::WriteExecute),
            segment(SegmentFault::Overlap),
            segment(SegmentFault::FileOverlap),
            LoadError::Checksum(part),
            LoadError::Checksum(Part::Sites { image: 0 }),
            site(SiteFault::Order),
            site(SiteFault::Import),
            site(SiteFault::NotZero),
            LoadError::CyclicDependency(name),
            LoadError::UnmetDependency(name),
            LoadError::DependencyDepth,
            LoadError::NoImage,
            LoadError::InstanceExists,
            LoadError::TableFull,
            LoadError::NoPages,
            LoadError::NotMapped,
            LoadError::Ring0,
            LoadError::WindowFull(9),
            LoadError::StoreFull(9),
        ];
        for error in errors {
            assert_eq!(
                told_by(&error.to_string()),
                Some(text_of(&error)),
                "{error}"
            );
        }
        assert_eq!(told_by("loaded library id: 1"), None);
    }

    #[test]
    fn texts_differ() {
        for (index, refusal) in REFUSALS.iter().enumerate() {
            let others = REFUSALS.iter().skip(index + 1);
            assert!(others.clone().all(|other| other.text != refusal.text));
        }
    }

    #[test]
    fn an_error_is_shown_where_a_step_waits_for_its_line() {
        let text = "summary: Some\nsteps:\n  - boot\n  - repeat:\n      times: 2\n      steps:\n        \
                    - log: { contains: \"invalid lib_id: 0\" }\n";
        let plain = load_text("a/one", text).expect("a valid case");
        let table = LoadErrors::of(&plain);
        assert_eq!(table.rows[0].cases, ["a/one"]);
        assert!(!table.missing().any(|text| text == "invalid lib_id:"));
        assert!(table.missing().any(|text| text == "invalid dma_id:"));
        assert!(table.to_string().contains("invalid dma_id: NO CASE"));
        let planted = format!(
            "firmware: debug\nplant: {{ fault: hy11_core_off_while_busy, shows: x }}\n{text}"
        );
        let planted = load_text("a/two", &planted).expect("a valid case");
        assert!(LoadErrors::of(&planted).rows[0].cases.is_empty());
    }
}
