//! The up/down mixer: from one arrangement of speakers to another.

use alloc::boxed::Box;

use acelab_abi::ipc4::audio_format::ChannelConfig;
use acelab_abi::ipc4::wire::Reader;
use acelab_module_sdk::{
    Block, ConfigError, CreateError, Descriptor, Formats, InitPayload, Module, Needs, Uuid,
    module_name, try_box,
};

use super::speakers::{Speaker, route, speakers};
use super::{CHANNELS, Matrix, Mixing};

/// Up/down mixer. The arrangement of the input is that of the base configuration;
/// a module-specific payload says which one the output has.
///
/// Payload behind the base configuration: the channel configuration of the output;
/// 0 for the weights of [`route`], 1 for those that follow; with 1, a weight for
/// each of 8 input channels (Q1.31), which replaces what `route` gives wherever
/// that is not 0, and a channel map, which is ignored.
pub const UPDWMIX: Descriptor = Descriptor {
    name: module_name!("UPDWMIX"),
    uuid: Uuid::new(
        0x42F8_060C,
        0x832F,
        0x4DBF,
        [0xB2, 0x47, 0x51, 0xE9, 0x61, 0x99, 0x7B, 0x34],
    ),
    inputs: 1,
    outputs: 1,
    data_processing: false,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create,
};

/// Bits of a weight behind the point.
const PLACES: u32 = 28;
/// Bits of a weight of the host behind the point.
const HOST_PLACES: u32 = 31;

/// What the host wants.
struct Wanted {
    layout: &'static [Speaker],
    weights: Option<[u32; CHANNELS]>,
}

fn create(payload: &InitPayload<'_>) -> Result<Box<dyn Module>, CreateError> {
    let wanted = payload.decode(read)?;
    let input = speakers(payload.format.layout());
    if input.len() != payload.format.channels() {
        return Err(CreateError::Value("channel configuration"));
    }
    let mut weights = [[0; CHANNELS]; CHANNELS];
    for (row, to) in weights.iter_mut().zip(wanted.layout) {
        for (channel, from) in input.iter().enumerate() {
            let usual = route(*from, *to, input, wanted.layout).weight(PLACES);
            row[channel] = match wanted.weights {
                Some(weights) if usual != 0 => weights[channel] as i32 >> (HOST_PLACES - PLACES),
                _ => usual,
            };
        }
    }
    Ok(try_box(Mixing {
        matrix: Matrix {
            weights,
            places: PLACES,
        },
        rate: payload.format.rate(),
        inputs: input.len(),
        outputs: Some(wanted.layout.len()),
        configure: |_, _, _| Err(ConfigError::UnknownParam),
        before: Block::none(),
        after: Block::none(),
    })?)
}

fn read(data: &[u8]) -> Result<Wanted, ConfigError> {
    let mut reader = Reader::new(data);
    let layout = ChannelConfig::from_code(reader.u32()?).ok_or(ConfigError::Value)?;
    let layout = speakers(layout);
    let weights = match reader.u32()? {
        0 if reader.rest().is_empty() => None,
        select => {
            let weights = reader.words()?;
            reader.u32()?;
            match select {
                0 => None,
                1 => Some(weights),
                _ => return Err(ConfigError::Value),
            }
        }
    };
    if layout.is_empty() {
        return Err(ConfigError::Value);
    }
    if !reader.rest().is_empty() {
        return Err(ConfigError::Length);
    }
    Ok(Wanted { layout, weights })
}
