//! References by the name of a module and the payload that made its instance.

use crate::equaliser::Biquad;
use crate::{Pcm, Stage};
use acelab_module_sdk::Format;

/// The reference of an instance of module `name` that was made of `specific`, the bytes
/// behind the base configuration, between buffers with these formats. `None` when there
/// is no reference, or when the module would have refused the bytes.
///
/// Modules whose payload is made of fields elsewhere (volumes, rates, arrangements of
/// speakers) are not here: their stages are made of these fields.
pub fn stage(name: &str, specific: &[u8], input: Format, output: Format) -> Option<Stage> {
    let words: Vec<i32> = specific
        .chunks_exact(4)
        .map(|bytes| i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
        .collect();
    match name {
        "COPIER" | "PROBE" => Some(Stage::Copy),
        // Loadable modules that pass samples on, whatever else they do.
        "COUNTER" | "RELOCS" | "LEAK" | "FREEWILD" | "FREETWCE" | "CLOBBER" | "SLOW" | "GREEDY"
        | "CHURN" | "GULP" => Some(Stage::Copy),
        "SHAPER" => Some(Stage::Shaper),
        "QUIET" => Some(Stage::MappedCopy {
            map: 0x7654_3210,
            attenuation: 2,
        }),
        "MICSEL" => {
            let weight = |from, to| if from == to { 1024 } else { 0 };
            let row = |to| (0..input.channels()).map(|from| weight(from, to)).collect();
            Some(Stage::Weights {
                rows: (0..output.channels()).map(row).collect(),
                places: 10,
            })
        }
        "DCBLOCK" if specific.is_empty() => Some(Stage::DcBlock(vec![1_068_373_115; 8])),
        "DCBLOCK" => Some(Stage::DcBlock(words)),
        "EQIIR" if specific.is_empty() => Some(Stage::Copy),
        "EQIIR" => iir(&words, input.channels()),
        "EQFIR" if specific.is_empty() => Some(Stage::Copy),
        "EQFIR" => fir(specific, input.channels()),
        _ => None,
    }
}

/// The response of a channel, by the assignments of a blob.
fn assigned<T: Clone>(assignment: &[i32], responses: &[T], channel: usize) -> Option<Option<T>> {
    let number = *assignment.get(channel).or(assignment.last())?;
    match usize::try_from(number) {
        Ok(number) => Some(Some(responses.get(number)?.clone())),
        Err(_) => Some(None),
    }
}

fn iir(blob: &[i32], channels: usize) -> Option<Stage> {
    let (&[_, count, responses, ..], rest) = (blob.get(..7)?, blob.get(7..)?) else {
        return None;
    };
    let (assignment, mut rest) = rest.split_at_checked(count as usize)?;
    let mut all = Vec::new();
    for _ in 0..responses {
        let sections = *rest.first()? as usize;
        let (biquads, next) = rest.get(6..)?.split_at_checked(7 * sections)?;
        let biquad = |words: &[i32]| {
            let &[a2, a1, b2, b1, b0, shift, gain] = words else {
                return None;
            };
            Some(Biquad {
                coefficients: [a2, a1, b2, b1, b0],
                shift,
                gain: gain.try_into().ok()?,
            })
        };
        all.push(biquads.chunks(7).map(biquad).collect::<Option<Vec<_>>>()?);
        rest = next;
    }
    (0..channels)
        .map(|channel| Some(assigned(assignment, &all, channel)?.unwrap_or_default()))
        .collect::<Option<_>>()
        .map(Stage::Iir)
}

fn fir(blob: &[u8], channels: usize) -> Option<Stage> {
    let halves: Vec<i16> = blob
        .chunks_exact(2)
        .map(|bytes| i16::from_le_bytes([bytes[0], bytes[1]]))
        .collect();
    let (&[_, _, count, responses, ..], rest) = (halves.get(..12)?, halves.get(12..)?) else {
        return None;
    };
    let (assignment, mut rest) = rest.split_at_checked(count as usize)?;
    let assignment: Vec<i32> = assignment.iter().map(|number| (*number).into()).collect();
    let mut all = Vec::new();
    for _ in 0..responses {
        let (length, shift) = (*rest.first()? as usize, i32::from(*rest.get(1)?));
        let (taps, next) = rest.get(10..)?.split_at_checked(length)?;
        all.push((taps.to_vec(), shift));
        rest = next;
    }
    (0..channels)
        .map(|channel| assigned(&assignment, &all, channel))
        .collect::<Option<_>>()
        .map(Stage::Fir)
}

/// Makes an instance's stage and runs it: for tests of modules.
///
/// # Panics
/// Where there is no reference for it.
pub fn expected(name: &str, specific: &[u8], input: &Pcm, buffer: Format) -> Pcm {
    let stage = stage(name, specific, input.format, buffer);
    let stage = stage.unwrap_or_else(|| panic!("{name} has no reference for this payload"));
    stage.run(input, buffer)
}
