//! Rules of modules.

use super::{File, Image, Tables, image, rule};
use crate::format::Abi;

/// Images of loadable modules, and auxiliary modules with their images.
type Modules = (Vec<usize>, Vec<([u8; 8], usize)>);

pub(super) fn all(
    file: &File<'_>,
    tables: &Tables,
    images: &[Image],
    abi: Abi,
) -> Result<Modules, &'static str> {
    for image in images {
        image::check_sites(file, image)?;
    }
    let mut names = Vec::new();
    let mut uuids = Vec::new();
    let mut loadable = Vec::new();
    let mut auxiliary = Vec::new();
    for number in 0..tables.modules {
        let entry = tables.entries + 29 * number;
        let record = tables.records + 6 * number;
        rule(
            file.at(entry)? == u64::from(u32::from_le_bytes(*b"$AME")),
            "$AME",
        )?;
        names.push(file.name(entry + 1)?);
        uuids.push(file.list(entry + 3, 4)?);
        let index = file.at(record)? as usize;
        let image = images.get(index).ok_or("module's image")?;
        copies(file, tables, entry, index, image)?;
        match file.at(entry + 7)? {
            3 => {
                rule(file.at(entry + 16)? == 0, "auxiliary table")?;
                auxiliary.push((names[number as usize], index));
            }
            // Loadable, with at least one of the domains at bits 5 and 6.
            0x22 | 0x42 | 0x62 => {
                self::loadable(file, entry, record, image, abi)?;
                loadable.push(index);
            }
            _ => return Err("type"),
        }
    }
    let images_of_auxiliary = auxiliary.iter().map(|(_, index)| *index);
    let all: Vec<usize> = loadable
        .iter()
        .copied()
        .chain(images_of_auxiliary)
        .collect();
    for (_, index) in &auxiliary {
        rule(
            all.iter().filter(|i| *i == index).count() == 1,
            "shared image",
        )?;
    }
    rule(
        (0..images.len()).all(|index| all.contains(&index)),
        "unused image",
    )?;
    names.sort_unstable();
    uuids.sort_unstable();
    rule(names.windows(2).all(|pair| pair[0] != pair[1]), "names")?;
    rule(uuids.windows(2).all(|pair| pair[0] != pair[1]), "uuids")?;
    Ok((loadable, auxiliary))
}

/// What an entry repeats of its image.
fn copies(
    file: &File<'_>,
    tables: &Tables,
    entry: u64,
    index: usize,
    image: &Image,
) -> Result<(), &'static str> {
    let before = (0..index as u64).map(|i| file.at(tables.images + 15 * i));
    let before: u64 = before.sum::<Result<u64, _>>()?;
    let mut hash = vec![0; 8];
    let mut expected = Vec::new();
    for rights in [5, 1, 3] {
        match image.segments.iter().position(|s| s.rights == rights) {
            None => expected.extend([0; 3]),
            Some(place) => {
                let segment = image.segments[place];
                expected.extend([rights, segment.offset, segment.file].map(|v| v as u32));
                if rights == 5 {
                    let record = tables.segments + 13 * (before + place as u64);
                    hash = file.list(record + 5, 8)?;
                }
            }
        }
    }
    rule(file.list(entry + 8, 8)? == hash, "hash")?;
    rule(file.list(entry + 20, 9)? == expected, "entry's segments")
}

fn loadable(
    file: &File<'_>,
    entry: u64,
    record: u64,
    image: &Image,
    abi: Abi,
) -> Result<(), &'static str> {
    rule((1..=0x1F).contains(&file.at(entry + 18)?), "cores")?;
    rule(file.at(entry + 19)? % 0x1_0000 != 0, "instances")?;
    let pins = file.at(record + 2)?;
    rule(pins % 0x1_0000 <= 8 && pins >> 16 <= 8, "pins")?;
    rule(file.at(record + 3)? <= 0x1_0000, "stack")?;
    rule(file.at(record + 4)? <= 0x10_0000, "heap")?;
    let table = file.at(entry + 16)?;
    let end = table + u64::from(abi.table_bytes);
    let holds =
        |s: &super::Segment| s.rights != 3 && s.offset <= table && end <= s.offset + s.file_bytes;
    rule(table % 4 == 0 && image.segments.iter().any(holds), "table")
}
