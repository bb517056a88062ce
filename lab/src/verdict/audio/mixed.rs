//! What a stream should sound like that others are mixed into.

use acelab_signal::Pcm;

use crate::case::Case;
use crate::stream::{Plan, Planned, Track};

/// Not told yet.
pub fn mixed(
    _case: &Case,
    _plan: &Plan,
    _planned: &Planned,
    _track: &Track,
    _tracks: &[Track],
) -> Option<Pcm> {
    None
}
