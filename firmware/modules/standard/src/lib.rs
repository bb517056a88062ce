//! The processing modules that come with the firmware.

#![cfg_attr(not(test), no_std)]
