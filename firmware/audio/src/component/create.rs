//! Instances from what INIT_INSTANCE brings.

use core::fmt;

use acelab_abi::ipc4::copier::CopierConfig;
use acelab_abi::ipc4::fw_registers::PIPELINE_REGISTERS_COUNT;
use acelab_abi::ipc4::node_id::GatewayKind;
use acelab_abi::log::Level;
use acelab_module_sdk::{Descriptor, Format, InitPayload};

use super::{Base, Component, CopierPart, DpPart, GatewayPart, ModulePart, Part, Pins, Setup};
use crate::dp::DpJob;
use crate::own::{Own, Room};
use crate::registers::no_stream;
use crate::slab::Index;
use crate::{Domain, Driver, Error, Gateway, InstanceConfig, Platform};

/// Stack of a DP thread when the host asks for none, in bytes.
const DP_STACK_BYTES: u32 = 4096;
/// The most that a host may ask for.
const MAX_DP_STACK_BYTES: u32 = 64 * 1024;

/// Makes a component for a pipeline. Called outside the lock.
pub(crate) fn create<P: Platform>(
    platform: &P,
    config: &InstanceConfig,
    payload: &[u8],
    pipeline: Index,
) -> Result<Own<Component<P>>, Error> {
    // First, because a part may own a thread, which must not be lost.
    let room = Room::new().map_err(|_| Error::Init)?;
    let (base, part) = match config.driver {
        Driver::Copier => copier(platform, config, payload)?,
        Driver::Module(descriptor) => module(platform, config, descriptor, payload)?,
    };
    Ok(room.fill(Component {
        key: config.key,
        pipeline,
        base,
        inputs: Pins::new(),
        outputs: Pins::new(),
        made: base.format,
        ended: false,
        part,
    }))
}

/// Logs why an instance is refused.
fn refuse<P: Platform>(platform: &P, config: &InstanceConfig, why: fmt::Arguments<'_>) -> Error {
    platform.log(
        Level::Error,
        "module",
        format_args!("{}: {why}", config.key),
    );
    Error::Init
}

fn module<P: Platform>(
    platform: &P,
    config: &InstanceConfig,
    descriptor: &'static Descriptor,
    payload: &[u8],
) -> Result<(Base, Part<P>), Error> {
    let refuse = |why: fmt::Arguments<'_>| refuse(platform, config, why);
    let payload = InitPayload::parse(payload).map_err(|error| refuse(format_args!("{error}")))?;
    let base = Base {
        input_block: payload.base.ibs,
        output_block: payload.base.obs,
        format: payload.format,
    };
    let pins = (descriptor.inputs, descriptor.outputs);
    if config.domain == Domain::Dp && !descriptor.data_processing {
        return Err(refuse(format_args!("no DP module")));
    }
    let module = (descriptor.create)(&payload).map_err(|error| refuse(format_args!("{error}")))?;
    let part = if config.domain == Domain::Dp {
        let job = DpJob::new(module).map_err(|_| Error::Init)?;
        let stack = match config.stack_bytes {
            0 => DP_STACK_BYTES,
            asked => asked.min(MAX_DP_STACK_BYTES),
        };
        let worker = platform
            .dp_spawn(config.key.word(), stack)
            .ok_or_else(|| refuse(format_args!("no thread")))?;
        Part::Dp(DpPart::new(worker, job, pins))
    } else {
        Part::Module(ModulePart::new(module, pins, base.format, config.key))
    };
    Ok((base, part))
}

fn copier<P: Platform>(
    platform: &P,
    config: &InstanceConfig,
    payload: &[u8],
) -> Result<(Base, Part<P>), Error> {
    let refuse = |why: fmt::Arguments<'_>| refuse(platform, config, why);
    let copier =
        CopierConfig::decode(payload).map_err(|error| refuse(format_args!("{error:?}")))?;
    let format = |wire| Format::from_ipc4(wire).map_err(|error| refuse(format_args!("{error}")));
    let (input, output) = (format(&copier.base.format)?, format(&copier.output)?);
    if input.rate() != output.rate() {
        return Err(refuse(format_args!("a copier does not change the rate")));
    }
    if config.domain == Domain::Dp {
        return Err(refuse(format_args!("no DP module")));
    }
    let base = Base {
        input_block: copier.base.ibs,
        output_block: copier.base.obs,
        format: input,
    };
    if copier.gateway.node.is_none() {
        return Ok((base, Part::Copier(CopierPart::new(input, output))));
    }
    let node = copier.gateway.node;
    let gateway =
        Gateway::of(node).ok_or_else(|| refuse(format_args!("no gateway {:#x}", node.word())))?;
    let index = gateway.index();
    if gateway.is_host() && u32::from(index) >= PIPELINE_REGISTERS_COUNT {
        return Err(refuse(format_args!(
            "gateway_id {index} out of array bounds."
        )));
    }
    let setup = Setup::new(gateway, &copier, input, output)
        .map_err(|_| refuse(format_args!("bad gateway configuration")))?;
    let part = Own::new(GatewayPart::new(&setup)).map_err(|_| Error::Init)?;
    if gateway.kind() == GatewayKind::HostOutput {
        no_stream(platform, index);
    }
    Ok((base, Part::Gateway(part)))
}
