//! Test signals, and what can be measured on a recording.
//!
//! Everything here has the same bits on every host: phases are integers, and the
//! functions of floating point numbers are those of the crate `libm`, not the host's.

#![forbid(unsafe_code)]

mod analysis;
mod format;
mod pcm;
mod plot;
mod source;
mod wav;

pub use analysis::{
    Comparison, Glitch, GlitchKind, Metrics, NoMatch, Spectrum, Start, compare, measure, spectrum,
};
pub use format::{Format, FormatError, Sample};
pub use pcm::Pcm;
pub use plot::{PlotError, plot};
pub use source::{Level, Shape, Signal, SignalError, Source, ratio};
pub use wav::{WavError, read_wav, write_wav};
