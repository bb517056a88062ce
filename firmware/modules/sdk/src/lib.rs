//! What the author of an audio module sees.

#![cfg_attr(not(test), no_std)]
