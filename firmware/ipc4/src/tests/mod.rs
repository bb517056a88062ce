//! The handler against a firmware that only remembers.

mod base_firmware;
mod every_request;
mod fake;
mod libraries;
mod power;
mod routing;
mod routing_model;
mod statuses;
mod user;
