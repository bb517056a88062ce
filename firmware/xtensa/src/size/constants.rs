//! Whose the literals and constants of an image are.
//!
//! A function reaches both by `L32R` alone: its literals lie in the text, and
//! hold the addresses of its constants. Constants have no symbols, so one of them
//! reaches from an address that somebody knows to the next such address.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use object::read::elf::ElfFile32;
use object::{LittleEndian, Object, ObjectSection, ObjectSymbol, SymbolKind};

/// The section of the constants.
const CONSTANTS: &str = ".rodata";
/// Low bits of the first byte of `L32R`.
const L32R: u8 = 1;

/// By the symbols of the functions that use them: bytes of literals and constants.
pub type Uses = BTreeMap<Vec<String>, u32>;

type Functions = BTreeSet<usize>;

/// Memory of the image at its address.
struct Part<'a> {
    base: u32,
    data: &'a [u8],
}

impl Part<'_> {
    fn range(&self) -> Range<u32> {
        self.base..self.base + self.data.len() as u32
    }

    fn bytes(&self, address: u32, len: usize) -> Option<&[u8]> {
        let start = address.checked_sub(self.base)? as usize;
        self.data.get(start..start.checked_add(len)?)
    }

    fn word(&self, address: u32) -> Option<u32> {
        let bytes = self.bytes(address, 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    }
}

/// What the functions of an image use beside their code. What none of them does is not among it.
pub fn uses(file: &ElfFile32<'_, LittleEndian>) -> Uses {
    let parts: Vec<(bool, Part<'_>)> = file
        .sections()
        .filter_map(|section| {
            let part = Part {
                base: section.address() as u32,
                data: section.data().ok()?,
            };
            let constants = section.name() == Ok(CONSTANTS);
            (!part.data.is_empty() && part.base != 0).then_some((constants, part))
        })
        .collect();
    let functions: Vec<_> = file
        .symbols()
        .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.size() > 0)
        .collect();
    let mut literals: BTreeMap<u32, Functions> = BTreeMap::new();
    for (index, symbol) in functions.iter().enumerate() {
        let (start, len) = (symbol.address() as u32, symbol.size() as usize);
        let code = parts.iter().find_map(|(_, part)| part.bytes(start, len));
        for literal in literals_of(start, code.unwrap_or_default()) {
            literals.entry(literal).or_default().insert(index);
        }
    }
    let word = |address| parts.iter().find_map(|(_, part)| part.word(address));
    let mut owners: BTreeMap<Functions, u32> = BTreeMap::new();
    let mut known: BTreeMap<u32, Functions> = BTreeMap::new();
    for (address, users) in literals {
        *owners.entry(users.clone()).or_default() += 4;
        if let Some(value) = word(address) {
            known.entry(value).or_default().extend(users);
        }
    }
    if let Some((_, constants)) = parts.iter().find(|(constants, _)| *constants) {
        for (users, size) in objects(constants, &known) {
            *owners.entry(users).or_default() += size;
        }
    }
    owners.remove(&Functions::new());
    let name = |index: usize| functions[index].name().unwrap_or_default().to_owned();
    let named = owners
        .into_iter()
        .map(|(users, size)| (users.into_iter().map(name).collect(), size));
    named.collect()
}

/// Addresses of the literals that code at `start` loads.
fn literals_of(start: u32, code: &[u8]) -> Vec<u32> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = code.get(at) {
        let length = if (8..=13).contains(&(first & 0xF)) {
            2
        } else {
            3
        };
        if first & 0xF == L32R
            && let Some(&[low, high]) = code.get(at + 1..at + 3)
        {
            let words = 0xFFFC_0000 | u32::from(u16::from_le_bytes([low, high])) << 2;
            let base = (start + at as u32 + 3) & !3;
            found.push(base.wrapping_add(words));
        }
        at += length;
    }
    found
}

/// Users and sizes of the objects of a section. `known` are addresses, and who has them; an object has
/// the users of those that point to it, too.
fn objects(part: &Part<'_>, known: &BTreeMap<u32, Functions>) -> Vec<(Functions, u32)> {
    let range = part.range();
    let pointers: Vec<(u32, u32)> = range
        .clone()
        .step_by(4)
        .filter_map(|at| Some((at, part.word(at)?)))
        .filter(|(_, value)| range.contains(value))
        .collect();
    let mut users: BTreeMap<u32, Functions> = BTreeMap::from([(range.start, Functions::new())]);
    for (at, who) in known.range(range.clone()) {
        users.entry(*at).or_default().extend(who);
    }
    for (_, value) in &pointers {
        users.entry(*value).or_default();
    }
    loop {
        let mut changed = false;
        for (at, value) in &pointers {
            let from = users.range(..=*at).next_back();
            let from = from.map(|(_, who)| who.clone()).unwrap_or_default();
            let to = users.entry(*value).or_default();
            changed |= !from.is_subset(to);
            to.extend(from);
        }
        if !changed {
            break;
        }
    }
    let ends = users.keys().copied().skip(1).chain([range.end]);
    let sizes: Vec<_> = users.keys().zip(ends).map(|(at, end)| end - at).collect();
    users.into_values().zip(sizes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_found_between_short_and_long_instructions() {
        // entry-less code: nop.n, l32r a2, l32r a3, ret.n
        let code = [0x3D, 0xF0, 0x21, 0xFE, 0xFF, 0x31, 0xFF, 0xFF, 0x0D, 0xF0];
        // PC 0x102 → base 0x104 (0x102 + 3 rounded down), two words below; PC 0x105 → 0x108, one below.
        assert_eq!(literals_of(0x100, &code), [0xFC, 0x104]);
    }

    #[test]
    fn an_object_has_the_users_of_who_points_to_it() {
        let mut data = vec![0_u8; 32];
        // The object at 0x1008 points to that at 0x1014.
        data[8..12].copy_from_slice(&0x1014_u32.to_le_bytes());
        let part = Part {
            base: 0x1000,
            data: &data,
        };
        let known = BTreeMap::from([
            (0x1008, Functions::from([7])),
            (0x1018, Functions::from([7, 9])),
        ]);
        assert_eq!(
            objects(&part, &known),
            [
                (Functions::new(), 8),
                (Functions::from([7]), 12),
                (Functions::from([7]), 4),
                (Functions::from([7, 9]), 8),
            ]
        );
    }
}
