//! The handler against a firmware that only remembers.

mod base_firmware;
mod every_request;
mod fake;
mod power;
mod statuses;
