//! Comparing a reply with what the case expects of it.

use crate::case::diagnostic::{HELP, suggest};
use crate::case::expect::{PayloadExpectation, ReplyExpectation};
use crate::case::message::{Message, words};
use crate::case::names::StatusCode;
use crate::host::{Received, decode};

/// A difference: what, expected, came.
pub(super) type Difference = (String, String, String);

/// What is not as expected in the reply to `request`.
pub(super) fn differences(
    expected: &ReplyExpectation,
    request: &Message,
    reply: &Received,
) -> Vec<Difference> {
    let mut found = Vec::new();
    let status = StatusCode::new(reply.primary.specific());
    if status != expected.status {
        found.push((
            "status".to_owned(),
            expected.status.to_string(),
            status.to_string(),
        ));
    }
    if let Some(extension) = expected
        .extension
        .filter(|extension| *extension != reply.extension)
    {
        let hex = |word: u32| format!("{word:#010x}");
        found.push(("extension".to_owned(), hex(extension), hex(reply.extension)));
    }
    if let Some(payload) = &expected.payload {
        found.extend(payload_differences(payload, request, &reply.payload));
    }
    found
}

fn payload_differences(
    expected: &PayloadExpectation,
    request: &Message,
    payload: &[u8],
) -> Vec<Difference> {
    let mut found = Vec::new();
    if let Some(bytes) = expected
        .bytes
        .filter(|bytes| *bytes as usize != payload.len())
    {
        found.push((
            "payload length".to_owned(),
            format!("{bytes} bytes"),
            format!("{} bytes", payload.len()),
        ));
    }
    let first = words(&expected.words);
    if !payload.starts_with(&first) {
        let came = &payload[..payload.len().min(first.len())];
        found.push(("first words".to_owned(), hex_words(&first), hex_words(came)));
    }
    let fields = decode::fields(request, payload);
    for (name, value) in &expected.fields {
        match fields.iter().find(|(known, _)| known == name) {
            Some((_, came)) if *came == value.to_string() => {}
            Some((_, came)) => found.push((name.clone(), value.to_string(), came.clone())),
            None => {
                let known: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
                found.push((
                    name.clone(),
                    value.to_string(),
                    format!("no such field{HELP}{}", suggest(name, &known)),
                ));
            }
        }
    }
    found
}

fn hex_words(bytes: &[u8]) -> String {
    let words = bytes.chunks(4).map(|chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        format!("{:#010x}", u32::from_le_bytes(word))
    });
    words.collect::<Vec<_>>().join(" ")
}
