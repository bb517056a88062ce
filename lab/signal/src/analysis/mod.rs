//! What can be said about a recording.

mod align;
mod fit;
mod glitch;
mod metrics;
mod spectrum;

pub use align::{Comparison, NoMatch, Start, compare};
pub use glitch::{Glitch, GlitchKind};
pub use metrics::{Metrics, measure};
pub use spectrum::{Spectrum, spectrum};
