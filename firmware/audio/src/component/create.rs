//! Instances from what INIT_INSTANCE brings.

use core::fmt;

use acelab_abi::ipc4::copier::CopierConfig;
use acelab_abi::ipc4::fw_registers::PIPELINE_REGISTERS_COUNT;
use acelab_abi::ipc4::node_id::GatewayKind;
use acelab_abi::log::Level;
use acelab_module_sdk::{CreateError, Format, InitPayload, Module};
use alloc::boxed::Box;

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
        Driver::Module(descriptor) => {
            let facts = Facts {
                pins: (descriptor.inputs, descriptor.outputs),
                data_processing: descriptor.data_processing,
                stack_bytes: 0,
                remote: false,
            };
            module(platform, config, facts, payload, |parsed| {
                (descriptor.create)(parsed)
            })?
        }
        Driver::Loaded(loaded) => {
            let facts = Facts {
                pins: (loaded.inputs, loaded.outputs),
                data_processing: loaded.data_processing,
                // The thread here only passes data on to that of the module.
                stack_bytes: DP_STACK_BYTES,
                remote: true,
            };
            module(platform, config, facts, payload, |_| {
                if (config.domain == Domain::Dp) != (loaded.domain != 0) {
                    return Err(CreateError::Value("memory domain"));
                }
                platform.load_module(config.key, &loaded, payload)
            })?
        }
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

/// What there is to know about a module before there is an instance.
struct Facts {
    pins: (u8, u8),
    data_processing: bool,
    /// Stack of its DP thread in bytes; 0 for what the host asks for.
    stack_bytes: u32,
    /// Each call of a DP instance waits for a thread in another domain.
    remote: bool,
}

fn module<P: Platform>(
    platform: &P,
    config: &InstanceConfig,
    facts: Facts,
    payload: &[u8],
    create: impl FnOnce(&InitPayload<'_>) -> Result<Box<dyn Module>, CreateError>,
) -> Result<(Base, Part<P>), Error> {
    let refuse = |why: fmt::Arguments<'_>| refuse(platform, config, why);
    let payload = InitPayload::parse(payload).map_err(|error| refuse(format_args!("{error}")))?;
    let base = Base {
        input_block: payload.base.ibs,
        output_block: payload.base.obs,
        format: payload.format,
    };
    let pins = facts.pins;
    if config.domain == Domain::Dp && !facts.data_processing {
        return Err(refuse(format_args!("no DP module")));
    }
    let module = create(&payload).map_err(|error| refuse(format_args!("{error}")))?;
    let part = if config.domain == Domain::Dp {
        let job = DpJob::new(module).map_err(|_| Error::Init)?;
        let stack = match (facts.stack_bytes, config.stack_bytes) {
            (0, 0) => DP_STACK_BYTES,
            (0, asked) => asked.min(MAX_DP_STACK_BYTES),
            (own, _) => own,
        };
        let worker = platform
            .dp_spawn(config.key.word(), stack)
            .ok_or_else(|| refuse(format_args!("no thread")))?;
        Part::Dp(DpPart::new(worker, job, pins, facts.remote))
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
