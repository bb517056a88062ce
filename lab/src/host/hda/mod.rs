//! The host's driver for its HDA controller: cyclic buffers in the host's memory that
//! the DSP's host gateways read and write.

mod format;
mod ring;
mod stream;

pub use stream::{Content, Side, StreamId};

use acelab_abi::clock::Nanos;
use acelab_abi::regs::hda_host::{
    BCIS, CRST, DESE, GIE, GPROCEN, Reg, STREAMS, StreamReg, stream as register,
};
use acelab_signal::Format;

use self::stream::Stream;
use super::driver::{Host, HostError};

/// The controller's driver.
#[derive(Default)]
pub struct Hda {
    /// The streams in use, by the number of their descriptor.
    streams: [Option<Stream>; STREAMS as usize],
    enabled: bool,
}

impl Host {
    /// Takes a stream of the controller: a cyclic buffer of about `length`, which a
    /// playback stream's `content` fills. It does not run yet.
    pub fn hda_open(
        &mut self,
        id: StreamId,
        format: Format,
        content: Content,
        length: Nanos,
    ) -> Result<(), HostError> {
        let mut stream = Stream::new(id, format, content, length);
        self.hda_enable(id.descriptor())?;
        stream.program(self.target.as_mut())?;
        self.note(format!("hda {id} open {format}"));
        self.hda.streams[usize::from(id.descriptor())] = Some(stream);
        Ok(())
    }

    /// Gives a stream back; what it has recorded comes with it.
    pub fn hda_close(&mut self, id: StreamId) -> Result<Vec<u8>, HostError> {
        let slot = usize::from(id.descriptor());
        let Some(mut stream) = self.hda.streams[slot].take() else {
            return Ok(Vec::new());
        };
        let recorded = stream.take_recorded();
        stream.reset(self.target.as_mut())?;
        self.note(format!("hda {id} close"));
        Ok(recorded)
    }

    /// Lets a stream run or stand.
    pub fn hda_run(&mut self, id: StreamId, run: bool) -> Result<(), HostError> {
        let word = if run { "run" } else { "stand" };
        self.note(format!("hda {id} {word}"));
        match &mut self.hda.streams[usize::from(id.descriptor())] {
            Some(stream) => Ok(stream.run(self.target.as_mut(), run)?),
            None => Ok(()),
        }
    }

    /// Whether the host feeds or drains a stream from here on.
    pub fn hda_serve(&mut self, id: StreamId, serve: bool) -> Result<(), HostError> {
        let word = if serve { "feed" } else { "starve" };
        self.note(format!("hda {id} {word}"));
        match &mut self.hda.streams[usize::from(id.descriptor())] {
            Some(stream) => {
                stream.served = serve;
                Ok(stream.serve(self.target.as_mut(), false)?)
            }
            None => Ok(()),
        }
    }

    /// What a capture stream has recorded, up to the position that the firmware tells.
    pub fn hda_recorded(&mut self, id: StreamId) -> Result<Vec<u8>, HostError> {
        match &mut self.hda.streams[usize::from(id.descriptor())] {
            Some(stream) => {
                stream.serve(self.target.as_mut(), true)?;
                Ok(stream.take_recorded())
            }
            None => Ok(Vec::new()),
        }
    }

    /// Serves the streams that have completed a part of their buffer, one bit each.
    pub(super) fn hda_completed(&mut self, streams: u32) -> Result<(), HostError> {
        for number in (0..STREAMS).filter(|number| streams >> number & 1 != 0) {
            let status = self
                .target
                .read_bar0(register(number, StreamReg::ControlStatus))?;
            let acknowledged = status & !DESE | BCIS;
            self.target
                .write_bar0(register(number, StreamReg::ControlStatus), acknowledged)?;
            if status & DESE != 0 {
                self.note(format!("hda stream {number} failed"));
                self.target
                    .write_bar0(register(number, StreamReg::ControlStatus), status | DESE)?;
            }
            if let Some(stream) = &mut self.hda.streams[usize::from(number)] {
                stream.serve(self.target.as_mut(), false)?;
            }
        }
        Ok(())
    }

    /// Takes the controller out of reset, once, and decouples a stream for the DSP.
    fn hda_enable(&mut self, number: u8) -> Result<(), HostError> {
        let target = self.target.as_mut();
        if !self.hda.enabled {
            target.write_bar0(Reg::Control.offset(), CRST)?;
            self.hda.enabled = true;
        }
        let bit = 1 << number;
        for (reg, always) in [
            (Reg::PipeControl, GPROCEN),
            (Reg::InterruptControl, GIE),
            (Reg::SpibControl, 0),
        ] {
            let old = target.read_bar0(reg.offset())?;
            target.write_bar0(reg.offset(), old | always | bit)?;
        }
        Ok(())
    }
}
