//! Messages in words that people read: names, fields, payloads.

mod payload;
mod words;

pub use payload::fields;
pub use words::{message_name, received, request, status};
