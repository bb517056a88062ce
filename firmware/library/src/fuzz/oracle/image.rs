//! Rules of images and their parts.

use super::{File, Image, PAGE, Segment, Tables, rule};

/// All images of a file with so many bytes.
pub(super) fn all(file: &File<'_>, tables: &Tables, end: u64) -> Result<Vec<Image>, &'static str> {
    let mut images = Vec::new();
    let mut next = [
        tables.segments,
        tables.imports,
        tables.exports,
        tables.dependencies,
    ];
    let mut parts = Vec::new();
    for index in 0..tables.image_count {
        let record = tables.images + 15 * index;
        let [segments, imports, exports, dependencies] = next;
        let count = |place, least, most| {
            let count = file.at(record + place)?;
            rule((least..=most).contains(&count), "count").map(|()| count)
        };
        let counts = [
            count(0, 1, 4)?,
            count(2, 0, 256)?,
            count(3, 0, 512)?,
            count(4, 0, 4)?,
        ];
        next = [
            segments + 13 * counts[0],
            imports + 3 * counts[1],
            exports + 3 * counts[2],
            dependencies + 2 * counts[3],
        ];
        let limits = [
            tables.imports,
            tables.exports,
            tables.dependencies,
            tables.names,
        ];
        rule(next.iter().zip(limits).all(|(n, l)| *n <= l), "sums")?;
        let names = (0..counts[3]).map(|number| file.name(dependencies + 2 * number));
        let image = Image {
            pages: file.at(record + 1)? / PAGE,
            segments: self::segments(file, segments, counts[0], &mut parts)?,
            sites: sites(file, record, &mut parts)?,
            imports: symbols(file, tables, imports, counts[1])?,
            exports: symbols(file, tables, exports, counts[2])?,
            dependencies: names.collect::<Result<_, _>>()?,
        };
        check(&image, file.at(record + 1)?)?;
        images.push(image);
    }
    let ends = [
        tables.imports,
        tables.exports,
        tables.dependencies,
        tables.names,
    ];
    rule(next == ends, "sums")?;
    rule(
        parts.iter().all(|(_, part_end)| *part_end <= end),
        "file's end",
    )?;
    rule(parts.iter().all(|(start, _)| *start >= 0xA000), "body")?;
    rule(
        parts.iter().all(|(start, _)| start % PAGE == 0),
        "aligned parts",
    )?;
    rule(
        parts.windows(2).all(|pair| pair[0].1 <= pair[1].0),
        "parts in order",
    )?;
    Ok(images)
}

fn segments(
    file: &File<'_>,
    place: u64,
    count: u64,
    parts: &mut Vec<(u64, u64)>,
) -> Result<Vec<Segment>, &'static str> {
    let mut segments = Vec::new();
    for number in 0..count {
        let record = place + 13 * number;
        let segment = Segment {
            rights: file.at(record)?,
            offset: file.at(record + 1)?,
            bytes: file.at(record + 2)?,
            file: file.at(record + 3)?,
            file_bytes: file.at(record + 4)?,
        };
        rule([1, 3, 5].contains(&segment.rights), "rights")?;
        rule(segment.offset.is_multiple_of(PAGE), "aligned segments")?;
        rule(
            segment.bytes > 0 && segment.file_bytes <= segment.bytes,
            "size",
        )?;
        rule(segment.file_bytes.is_multiple_of(4), "whole words")?;
        rule(segment.offset + segment.bytes <= 1 << 20, "image's size")?;
        rule(
            segment.file_bytes > 0 || segment.file == 0,
            "nothing nowhere",
        )?;
        if segment.file_bytes > 0 {
            parts.push((segment.file, segment.file + segment.file_bytes));
            file.has_digest(segment.file / 4, segment.file_bytes / 4, record + 5)?;
        }
        segments.push(segment);
    }
    Ok(segments)
}

fn sites(
    file: &File<'_>,
    record: u64,
    parts: &mut Vec<(u64, u64)>,
) -> Result<Vec<u32>, &'static str> {
    let (offset, count) = (file.at(record + 5)?, file.at(record + 6)?);
    rule(count <= 1 << 18, "sites")?;
    if count == 0 {
        return rule(offset == 0, "nothing nowhere").map(|()| Vec::new());
    }
    parts.push((offset, offset + 4 * count));
    rule(offset % 4 == 0, "aligned sites")?;
    file.has_digest(offset / 4, count, record + 7)?;
    file.list(offset / 4, count)
}

fn symbols(
    file: &File<'_>,
    tables: &Tables,
    place: u64,
    count: u64,
) -> Result<Vec<(Vec<u8>, u32)>, &'static str> {
    let mut symbols = Vec::new();
    for number in 0..count {
        let record = place + 3 * number;
        let (start, length) = (file.at(record)?, file.at(record + 1)?);
        rule((1..=64).contains(&length), "symbol's length")?;
        let words = length.div_ceil(4);
        rule(tables.names + start + words <= tables.end, "symbol's place")?;
        let words = file.list(tables.names + start, words)?;
        let mut bytes = super::bytes(&words);
        bytes.truncate(length as usize);
        let graphic = bytes.iter().all(|b| (0x21..=0x7E).contains(b));
        rule(graphic, "symbol's characters")?;
        symbols.push((bytes, file.at(record + 2)? as u32));
    }
    Ok(symbols)
}

/// Rules of an image as a whole.
fn check(image: &Image, span: u64) -> Result<(), &'static str> {
    let pages_of = |s: &Segment| (s.offset / PAGE, (s.offset + s.bytes).div_ceil(PAGE));
    for (one, two) in image.segments.iter().zip(&image.segments[1..]) {
        rule(pages_of(one).1 <= pages_of(two).0, "segments in order")?;
    }
    let last = image.segments.last().map_or(0, |s| pages_of(s).1);
    rule(span == last * PAGE, "span")?;
    for (_, offset) in &image.exports {
        let offset = u64::from(*offset);
        let inside = |s: &Segment| (s.offset..s.offset + s.bytes).contains(&offset);
        rule(image.segments.iter().any(inside), "export")?;
    }
    rule(image.sites.len() as u64 <= span / 4, "sites")
}

/// Rules of the list of sites, given the words of the file.
pub(super) fn check_sites(file: &File<'_>, image: &Image) -> Result<(), &'static str> {
    let mut last = None;
    for site in &image.sites {
        let (word, import) = (u64::from(site % (1 << 18)), site >> 18);
        rule(last.is_none_or(|last| last < word), "sites in order")?;
        last = Some(word);
        rule(import as usize <= image.imports.len(), "import of a site")?;
        let holds = |s: &&Segment| (s.offset..s.offset + s.file_bytes).contains(&(word * 4));
        let segment = image.segments.iter().find(holds).ok_or("site's segment")?;
        let value = file.at((segment.file + word * 4 - segment.offset) / 4)?;
        rule(import == 0 || value == 0, "import's word")?;
    }
    Ok(())
}
