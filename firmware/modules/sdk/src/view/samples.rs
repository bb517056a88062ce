//! The pieces of a ring with their format.

use core::mem::take;

use crate::convert::{Encoding, F32, S16, S24, S32};
use crate::format::SampleFormat;

/// Samples to read: two pieces, of which the second follows the first.
#[derive(Clone, Copy, Debug)]
#[repr(C, u32)]
pub enum Samples<'a> {
    /// Samples in [`SampleFormat::S16`].
    S16([&'a [i16]; 2]),
    /// Samples in [`SampleFormat::S24`].
    S24([&'a [i32]; 2]),
    /// Samples in [`SampleFormat::S32`].
    S32([&'a [i32]; 2]),
    /// The bits of samples in [`SampleFormat::F32`].
    F32([&'a [i32]; 2]),
}

/// Room to write to: two pieces, of which the second follows the first.
#[derive(Debug)]
#[repr(C, u32)]
pub enum SamplesMut<'a> {
    /// Samples in [`SampleFormat::S16`].
    S16([&'a mut [i16]; 2]),
    /// Samples in [`SampleFormat::S24`].
    S24([&'a mut [i32]; 2]),
    /// Samples in [`SampleFormat::S32`].
    S32([&'a mut [i32]; 2]),
    /// The bits of samples in [`SampleFormat::F32`].
    F32([&'a mut [i32]; 2]),
}

impl Samples<'_> {
    /// Their format.
    pub fn format(&self) -> SampleFormat {
        match self {
            Self::S16(_) => SampleFormat::S16,
            Self::S24(_) => SampleFormat::S24,
            Self::S32(_) => SampleFormat::S32,
            Self::F32(_) => SampleFormat::F32,
        }
    }

    /// How many there are in both pieces.
    pub const fn count(&self) -> usize {
        match self {
            Self::S16([a, b]) => a.len() + b.len(),
            Self::S24([a, b]) | Self::S32([a, b]) | Self::F32([a, b]) => a.len() + b.len(),
        }
    }

    /// Drops the first `count`, or all.
    pub(super) fn skip(&mut self, count: usize) {
        match self {
            Self::S16(parts) => drop(pop(parts, count)),
            Self::S24(parts) | Self::S32(parts) | Self::F32(parts) => drop(pop(parts, count)),
        }
    }

    /// Takes the first `block.len()` samples, of which there are enough.
    pub(super) fn read(&mut self, block: &mut [i32]) {
        match self {
            Self::S16(parts) => decode::<S16>(parts, block),
            Self::S24(parts) => decode::<S24>(parts, block),
            Self::S32(parts) => copy(parts, block),
            Self::F32(parts) => decode::<F32>(parts, block),
        }
    }
}

impl<'a> SamplesMut<'a> {
    /// Their format.
    pub fn format(&self) -> SampleFormat {
        match self {
            Self::S16(_) => SampleFormat::S16,
            Self::S24(_) => SampleFormat::S24,
            Self::S32(_) => SampleFormat::S32,
            Self::F32(_) => SampleFormat::F32,
        }
    }

    /// How many both pieces have room for.
    pub const fn count(&self) -> usize {
        match self {
            Self::S16([a, b]) => a.len() + b.len(),
            Self::S24([a, b]) | Self::S32([a, b]) | Self::F32([a, b]) => a.len() + b.len(),
        }
    }

    /// The same room for a shorter time.
    #[inline(always)]
    pub(super) fn reborrow(&mut self) -> SamplesMut<'_> {
        match self {
            Self::S16([a, b]) => SamplesMut::S16([a, b]),
            Self::S24([a, b]) => SamplesMut::S24([a, b]),
            Self::S32([a, b]) => SamplesMut::S32([a, b]),
            Self::F32([a, b]) => SamplesMut::F32([a, b]),
        }
    }

    /// The next places themselves, where they hold Q1.31: up to the end of a piece.
    pub(super) fn in_place(&mut self) -> Option<&mut [i32]> {
        let Self::S32(parts) = self else {
            return None;
        };
        let [first, second] = parts;
        Some(if first.is_empty() { second } else { first })
    }

    /// Goes on behind `count` places, of which there are enough.
    pub(super) fn skip(&mut self, count: usize) {
        match self {
            Self::S16(parts) => drop(pop_mut(parts, count)),
            Self::S24(parts) | Self::S32(parts) | Self::F32(parts) => drop(pop_mut(parts, count)),
        }
    }

    /// Writes the samples of `block`, for which there is room.
    pub(super) fn write(&mut self, block: &[i32]) {
        match self {
            Self::S16(parts) => encode::<S16>(parts, block),
            Self::S24(parts) => encode::<S24>(parts, block),
            Self::S32(parts) => paste(parts, block),
            Self::F32(parts) => encode::<F32>(parts, block),
        }
    }

    /// Writes `count` samples of silence, for which there is room.
    pub(super) fn silence(&mut self, count: usize) {
        match self {
            Self::S16(parts) => {
                for part in pop_mut(parts, count) {
                    part.fill(S16::SILENCE);
                }
            }
            Self::S24(parts) | Self::S32(parts) | Self::F32(parts) => {
                for part in pop_mut(parts, count) {
                    part.fill(S32::SILENCE);
                }
            }
        }
    }

    /// Takes `count` samples of the same format from `source`, bit by bit. Says
    /// `false` and does nothing when the formats differ.
    pub(super) fn copy(&mut self, source: &mut Samples<'_>, count: usize) -> bool {
        match (self, source) {
            (Self::S16(to), Samples::S16(from)) => paste_parts(to, from, count),
            (Self::S24(to), Samples::S24(from))
            | (Self::S32(to), Samples::S32(from))
            | (Self::F32(to), Samples::F32(from)) => paste_parts(to, from, count),
            _ => return false,
        }
        true
    }
}

/// Takes the first `count` samples off both pieces.
fn pop<'a, T>(parts: &mut [&'a [T]; 2], count: usize) -> [&'a [T]; 2] {
    let [first, second] = parts;
    let (a, first_rest) = first.split_at(count.min(first.len()));
    let (b, second_rest) = second.split_at((count - a.len()).min(second.len()));
    (*first, *second) = (first_rest, second_rest);
    [a, b]
}

/// Takes the first `count` places off both pieces.
fn pop_mut<'a, T>(parts: &mut [&'a mut [T]; 2], count: usize) -> [&'a mut [T]; 2] {
    let [first, second] = parts;
    let whole = take(first);
    let (a, rest) = whole.split_at_mut(count.min(whole.len()));
    *first = rest;
    let whole = take(second);
    let (b, rest) = whole.split_at_mut((count - a.len()).min(whole.len()));
    *second = rest;
    [a, b]
}

fn decode<E: Encoding>(parts: &mut [&[E::Word]; 2], block: &mut [i32]) {
    let [a, b] = pop(parts, block.len());
    let (first, second) = block.split_at_mut(a.len());
    for (value, word) in first.iter_mut().zip(a) {
        *value = E::decode(*word);
    }
    for (value, word) in second.iter_mut().zip(b) {
        *value = E::decode(*word);
    }
}

fn encode<E: Encoding>(parts: &mut [&mut [E::Word]; 2], block: &[i32]) {
    let [a, b] = pop_mut(parts, block.len());
    let (first, second) = block.split_at(a.len());
    for (word, value) in a.iter_mut().zip(first) {
        *word = E::encode(*value);
    }
    for (word, value) in b.iter_mut().zip(second) {
        *word = E::encode(*value);
    }
}

fn copy(parts: &mut [&[i32]; 2], block: &mut [i32]) {
    let [a, b] = pop(parts, block.len());
    let (first, second) = block.split_at_mut(a.len());
    first.copy_from_slice(a);
    second.copy_from_slice(b);
}

fn paste(parts: &mut [&mut [i32]; 2], block: &[i32]) {
    let [a, b] = pop_mut(parts, block.len());
    let (first, second) = block.split_at(a.len());
    a.copy_from_slice(first);
    b.copy_from_slice(second);
}

fn paste_parts<T: Copy>(to: &mut [&mut [T]; 2], from: &mut [&[T]; 2], count: usize) {
    for piece in pop(from, count) {
        let [a, b] = pop_mut(to, piece.len());
        let (first, second) = piece.split_at(a.len());
        a.copy_from_slice(first);
        b.copy_from_slice(second);
    }
}
