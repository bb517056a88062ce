//! Parameters of copiers.

use acelab_abi::ipc4::audio_format::AudioFormat;
use acelab_abi::ipc4::copier::{
    CopierParam, LlpReading, LlpReadingExtended, MAX_ATTENUATION, SinkFormat,
};
use acelab_abi::ipc4::wire::{Reader, Wire, Writer};
use acelab_module_sdk::Format;
use acelab_modules::ChannelMap;

use crate::component::{Component, CopierPart, GatewayPart, Part};
use crate::{Error, Platform};

/// Reads a parameter: the position of a gateway.
pub(super) fn get<P: Platform>(
    component: &Component<P>,
    param: u32,
    out: &mut [u8],
) -> Result<usize, Error> {
    let gateway = component.gateway().ok_or(Error::LargeParameter)?;
    let reading = LlpReading {
        llp: gateway.passed,
        wall_clock: gateway.stamp,
    };
    match param_of(param)? {
        CopierParam::LlpReading => put(&reading, out),
        CopierParam::LlpReadingExtended => {
            let processed = gateway.processed;
            put(&LlpReadingExtended { reading, processed }, out)
        }
        _ => Err(Error::LargeParameter),
    }
}

/// Sets a parameter.
pub(super) fn set<P: Platform>(
    component: &mut Component<P>,
    param: u32,
    data: &[u8],
) -> Result<(), Error> {
    match (param_of(param)?, &mut component.part) {
        (CopierParam::Attenuation, Part::Copier(part)) => set_attenuation(part, data),
        (CopierParam::Attenuation, Part::Gateway(part)) => {
            part.copy.attenuation = attenuation(part.is_wide(), data)?;
            Ok(())
        }
        (CopierParam::ChannelMap, Part::Gateway(part)) => set_map(part, data),
        (CopierParam::SetSinkFormat, Part::Copier(part)) => {
            set_output(part.input, &mut part.outputs, data)
        }
        (CopierParam::SetSinkFormat, Part::Gateway(part)) if part.gateway.is_source() => {
            let input = part.outputs[0];
            set_output(input, &mut part.outputs, data)
        }
        _ => Err(Error::LargeParameter),
    }
}

fn param_of(param: u32) -> Result<CopierParam, Error> {
    let code = u8::try_from(param).map_err(|_| Error::LargeParameter)?;
    CopierParam::from_code(code).ok_or(Error::LargeParameter)
}

fn put<T: Wire>(value: &T, out: &mut [u8]) -> Result<usize, Error> {
    let mut writer = Writer::new(out);
    writer.put(value).map_err(|_| Error::ResponseTooBig)?;
    Ok(writer.len())
}

/// The only word of a parameter.
fn word(data: &[u8]) -> Result<u32, Error> {
    let word = data.try_into().map_err(|_| Error::LargeParameter)?;
    Ok(u32::from_le_bytes(word))
}

/// An attenuation; only 32-bit containers have one.
fn attenuation(wide: bool, data: &[u8]) -> Result<u8, Error> {
    match word(data)? {
        bits if wide && bits <= MAX_ATTENUATION => Ok(bits as u8),
        _ => Err(Error::LargeParameter),
    }
}

fn set_attenuation(part: &mut CopierPart, data: &[u8]) -> Result<(), Error> {
    let wide = part.input.sample().bytes() == 4;
    part.attenuation = attenuation(wide, data)?;
    Ok(())
}

/// Swaps the channel map of a port: under the lock, so between two ticks.
fn set_map<P: Platform>(part: &mut GatewayPart<P>, data: &[u8]) -> Result<(), Error> {
    if part.gateway.is_host() {
        return Err(Error::LargeParameter);
    }
    part.copy.map = ChannelMap(word(data)?);
    Ok(())
}

/// Sets the format of an output other than the first one.
fn set_output(input: Format, outputs: &mut [Format], data: &[u8]) -> Result<(), Error> {
    let wanted: SinkFormat = Reader::new(data).get().map_err(|_| Error::LargeParameter)?;
    let format = |wire: &AudioFormat| Format::from_ipc4(wire).map_err(|_| Error::LargeParameter);
    let (source, sink) = (format(&wanted.source_format)?, format(&wanted.sink_format)?);
    let place = outputs
        .get_mut(wanted.sink as usize)
        .ok_or(Error::LargeParameter)?;
    if wanted.sink == 0 || !source.has_frames_of(&input) || sink.rate() != input.rate() {
        return Err(Error::LargeParameter);
    }
    *place = sink;
    Ok(())
}
