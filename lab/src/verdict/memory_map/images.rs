//! Which images the domains have, page by page.

use std::collections::BTreeMap;

use acelab_abi::memory::PAGE_SIZE;
use acelab_abi::syscall::rights::WRITE;

use super::draw::rights;
use super::{Expected, Finding, Image, MemoryMap, Page, is_module, name, pages};

/// Compares the images of every domain with those that are expected there; each must lie at its
/// place, with the same pages in all of them where they are shared.
pub(super) fn check(map: &MemoryMap, expected: &Expected) -> Vec<Finding> {
    let mut findings = private_domains(map, expected);
    let mut shared: BTreeMap<u32, u32> = BTreeMap::new();
    let mut private = expected.private.iter();
    for (number, runs) in &map.domains {
        let images = if *number < expected.cores {
            expected.audio.get(*number as usize)
        } else {
            private.next()
        };
        let images: &[Image] = images.map_or(&[], Vec::as_slice);
        let there: Vec<Page> = pages(runs).filter(is_module).collect();
        let who = name(*number, expected.cores);
        if !are(&there, images) {
            findings.push(Finding {
                what: format!("modules in the {who}"),
                expected: wanted(images),
                came: rows(&there),
            });
        }
        for page in there.iter().filter(|page| page.rights & WRITE == 0) {
            let before = *shared.entry(page.va).or_insert(page.pa);
            if before != page.pa {
                findings.push(Finding {
                    what: format!("{:#010x} in the {who}", page.va),
                    expected: format!("page {before:#010x}, as in every domain"),
                    came: format!("{:#010x}", page.pa),
                });
            }
        }
    }
    for (number, images) in (0..).zip(&expected.audio) {
        if !images.is_empty() && !map.domains.iter().any(|(there, _)| *there == number) {
            findings.push(Finding {
                what: format!("modules in the {}", name(number, expected.cores)),
                expected: wanted(images),
                came: "no such domain".to_owned(),
            });
        }
    }
    findings
}

fn private_domains(map: &MemoryMap, expected: &Expected) -> Vec<Finding> {
    let there = map.domains.iter().filter(|(n, _)| *n >= expected.cores);
    let (there, wanted) = (there.count(), expected.private.len());
    if there == wanted {
        return Vec::new();
    }
    vec![Finding {
        what: "domains beside those of the cores".to_owned(),
        expected: wanted.to_string(),
        came: there.to_string(),
    }]
}

/// Whether the pages are those of the images, none left and none missing.
fn are(pages: &[Page], images: &[Image]) -> bool {
    let all = Some(pages.to_vec());
    let left = images
        .iter()
        .fold(all, |left, image| without(&left?, image));
    left.is_some_and(|left| left.is_empty())
}

/// What is left of pages without those of an image; `None` when one of these is not there, or has
/// other rights.
fn without(pages: &[Page], image: &Image) -> Option<Vec<Page>> {
    let mut left = pages.to_vec();
    for segment in &image.segments {
        for index in 0..segment.pages {
            let va = image
                .start
                .wrapping_add((segment.offset + index) * PAGE_SIZE);
            let is_it = |page: &Page| page.va == va && page.rights == segment.rights;
            left.remove(left.iter().position(is_it)?);
        }
    }
    Some(left)
}

fn wanted(images: &[Image]) -> String {
    if images.is_empty() {
        return "none".to_owned();
    }
    let one = |image: &Image| {
        let segments = image
            .segments
            .iter()
            .map(|segment| format!("{}×{}", rights(segment.rights), segment.pages));
        format!(
            "{} ({}) at {:#010x}",
            image.name,
            segments.collect::<Vec<_>>().join(" "),
            image.start
        )
    };
    images.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Pages in a row with the same rights, as text.
fn rows(pages: &[Page]) -> String {
    let mut rows: Vec<(u32, u32, u32)> = Vec::new();
    for page in pages {
        match rows.last_mut() {
            Some((va, count, rights))
                if *rights == page.rights && *va + *count * PAGE_SIZE == page.va =>
            {
                *count += 1
            }
            _ => rows.push((page.va, 1, page.rights)),
        }
    }
    if rows.is_empty() {
        return "none".to_owned();
    }
    let row =
        |(va, count, bits): &(u32, u32, u32)| format!("{}×{count} at {va:#010x}", rights(*bits));
    rows.iter().map(row).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{image, module_map};
    use super::*;

    fn expected(audio: &[&[Image]]) -> Expected {
        Expected {
            cores: 2,
            audio: audio.iter().map(|images| images.to_vec()).collect(),
            private: Vec::new(),
        }
    }

    fn told(map: &MemoryMap, expected: &Expected) -> Vec<String> {
        let findings = check(map, expected).into_iter();
        findings
            .map(|finding| format!("{}: {} / {}", finding.what, finding.expected, finding.came))
            .collect()
    }

    #[test]
    fn images_are_found_at_their_places() {
        let one = [image("gain")];
        assert_eq!(
            told(&module_map(), &expected(&[&one, &one])),
            Vec::<String>::new()
        );
    }

    #[test]
    fn images_of_a_domain_that_is_not_there_are_told() {
        let one = [image("gain")];
        let mut map = module_map();
        map.domains.pop();
        assert_eq!(
            told(&map, &expected(&[&one, &one])),
            [
                "modules in the audio domain of core 1: gain (r-x×2 rw-×1) at 0x60030000 / no such domain"
            ]
        );
    }

    #[test]
    fn an_image_too_many_or_too_few_is_told() {
        let (one, two) = ([image("gain")], [image("gain"), image("mixer")]);
        let map = module_map();
        assert_eq!(
            told(&map, &expected(&[&one])),
            [
                "modules in the audio domain of core 1: none / r-x×2 at 0x60030000, rw-×1 at 0x60032000"
            ]
        );
        assert_eq!(
            told(&map, &expected(&[&two, &one])),
            [
                "modules in the audio domain of core 0: gain (r-x×2 rw-×1) at 0x60030000, mixer (r-x×2 rw-×1) at 0x60030000 / r-x×2 at 0x60030000, rw-×1 at 0x60032000"
            ]
        );
        let mut less = map.clone();
        less.domains[1].1[0].pages = 1;
        assert_eq!(told(&less, &expected(&[&one, &one])).len(), 1);
        let mut other = map.clone();
        other.domains[0].1[1].rights = 1;
        assert_eq!(told(&other, &expected(&[&one, &one])).len(), 1);
        let mut more = map;
        more.domains.push((2, Vec::new()));
        assert_eq!(
            told(&more, &expected(&[&one, &one])),
            ["domains beside those of the cores: 0 / 1"]
        );
    }

    #[test]
    fn text_is_shared_and_lies_at_one_place() {
        let one = [image("gain")];
        let mut map = module_map();
        for run in &mut map.domains[1].1 {
            run.va += 0x1_0000;
        }
        assert_eq!(
            told(&map, &expected(&[&one, &one])),
            [
                "modules in the audio domain of core 1: gain (r-x×2 rw-×1) at 0x60030000 / r-x×2 at 0x60040000, rw-×1 at 0x60042000"
            ]
        );
        let mut map = module_map();
        map.domains[1].1[0].pa -= 0x1_0000;
        assert_eq!(
            told(&map, &expected(&[&one, &one])),
            [
                "0x60030000 in the audio domain of core 1: page 0xa03f0000, as in every domain / 0xa03e0000",
                "0x60031000 in the audio domain of core 1: page 0xa03f1000, as in every domain / 0xa03e1000",
            ]
        );
    }

    #[test]
    fn images_of_one_shape_are_told_apart_by_their_places() {
        let mut map = module_map();
        let gain = image("gain");
        let mixer = Image {
            start: gain.start + 3 * PAGE_SIZE,
            ..image("mixer")
        };
        let mut second = map.domains[0].1.clone();
        for run in &mut second {
            run.va += 3 * PAGE_SIZE;
            run.pa -= 8 * PAGE_SIZE;
        }
        map.domains[0].1.extend(second);
        let both = [mixer.clone(), gain.clone()];
        assert_eq!(
            told(&map, &expected(&[&both, &[gain]])),
            Vec::<String>::new()
        );
        assert_eq!(
            told(&map, &expected(&[&both, &[mixer]])),
            [
                "modules in the audio domain of core 1: mixer (r-x×2 rw-×1) at 0x60033000 / r-x×2 at 0x60030000, rw-×1 at 0x60032000"
            ]
        );
    }
}
