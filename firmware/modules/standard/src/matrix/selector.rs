//! The channel selector.

use alloc::boxed::Box;

use acelab_abi::ipc4::module_config::PinFormats;
use acelab_abi::ipc4::wire::Reader;
use acelab_module_sdk::{
    Block, ConfigError, CreateError, Descriptor, Formats, InitPayload, Module, Needs, Uuid,
    module_name, try_box,
};

use super::{CHANNELS, Matrix, Mixing};

/// Channel selector: each channel of the output is channel of the input of the same
/// number, until parameter 0 says otherwise.
///
/// The payload is the base configuration, alone or with the formats of pins behind
/// it. Parameter 0: two reserved 16-bit values, then for each of 8 output channels
/// the weights of 8 input channels, 16 bits each, 1024 is 1.
pub const MICSEL: Descriptor = Descriptor {
    name: module_name!("MICSEL"),
    uuid: Uuid::new(
        0x32FE_92C1,
        0x1E17,
        0x4FC2,
        [0x97, 0x58, 0xC7, 0xF3, 0x54, 0x2E, 0x98, 0x0A],
    ),
    inputs: 1,
    outputs: 1,
    data_processing: false,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create,
};

/// The parameter with all weights.
const PARAM_WEIGHTS: u32 = 0;
/// Bits of a weight behind the point.
const PLACES: u32 = 10;

fn create(payload: &InitPayload<'_>) -> Result<Box<dyn Module>, CreateError> {
    if !payload.specific.is_empty() {
        payload.decode(|data| {
            let mut reader = Reader::new(data);
            PinFormats::read(&mut reader)?;
            if reader.rest().is_empty() {
                Ok(())
            } else {
                Err(ConfigError::Length)
            }
        })?;
    }
    let mut weights = [[0; CHANNELS]; CHANNELS];
    for (channel, row) in weights.iter_mut().enumerate() {
        row[channel] = 1 << PLACES;
    }
    Ok(try_box(Mixing {
        matrix: Matrix {
            weights,
            places: PLACES,
        },
        rate: payload.format.rate(),
        inputs: payload.format.channels(),
        outputs: None,
        configure,
        before: Block::none(),
        after: Block::none(),
    })?)
}

fn configure(matrix: &mut Matrix, id: u32, data: &[u8]) -> Result<(), ConfigError> {
    if id != PARAM_WEIGHTS {
        return Err(ConfigError::UnknownParam);
    }
    if data.len() != 4 + 2 * CHANNELS * CHANNELS {
        return Err(ConfigError::Length);
    }
    let mut reader = Reader::new(data);
    reader.u32()?;
    for weight in matrix.weights.iter_mut().flatten() {
        *weight = i32::from(reader.u16()? as i16);
    }
    Ok(())
}
