//! The two words of a message.

use acelab_abi::debug_ipc::{self, TestId};
use acelab_abi::ipc4::notification::Notification;
use acelab_abi::ipc4::{
    BaseFwParam, GlobalType, ModuleType, NotificationType, Primary, Status, Target, layout,
};

use crate::case::message::Message;
use crate::host::mailbox::Received;

/// The name of a message's type, as cases spell it.
pub fn message_name(primary: Primary) -> String {
    let name = match primary.target() {
        Target::Global => GlobalType::from_code(primary.kind()).map(GlobalType::name),
        Target::Module => ModuleType::from_code(primary.kind()).map(ModuleType::name),
    };
    match (name, primary.target()) {
        (Some(name), _) => name.to_ascii_lowercase(),
        (None, Target::Global) => format!("global {}", primary.kind()),
        (None, Target::Module) => format!("module {}", primary.kind()),
    }
}

/// The name of a status, or its number if it has none.
pub fn status(code: u32) -> String {
    Status::from_code(code).map_or_else(
        || format!("status {code:#x}"),
        |status| status.name().to_ascii_lowercase(),
    )
}

/// A request: name, fields that are not zero, words, length of the payload.
pub fn request(message: &Message) -> String {
    let primary = Primary::new(message.primary);
    // The one thing a request never is; a case may send it all the same.
    let kind = if primary.is_reply() { "reply " } else { "" };
    let mut text = format!("{kind}{}", message_name(primary));
    for field in layout::Message::of(primary).map_or(&[][..], |message| message.fields) {
        let value = field.get(message.primary, message.extension);
        if value != 0 {
            text.push_str(&format!(
                " {}={}",
                field.name,
                value_text(*field, primary, value)
            ));
        }
    }
    text.push_str(&format!(
        " {:#010x}|{:#x}",
        message.primary, message.extension
    ));
    if !message.payload.is_empty() {
        text.push(' ');
        text.push_str(&payload_text(message));
    }
    text
}

/// Payloads longer than this are only counted.
const PAYLOAD_WORDS: usize = 6;

/// A test by its name; a few words as words; anything else by its length.
fn payload_text(message: &Message) -> String {
    let bytes = &message.payload;
    if !bytes.len().is_multiple_of(4) || bytes.len() > PAYLOAD_WORDS * 4 {
        return format!("+{} bytes", bytes.len());
    }
    let word = |chunk: &[u8]| {
        chunk
            .iter()
            .rev()
            .fold(0, |word, byte| word << 8 | u32::from(*byte))
    };
    let words: Vec<u32> = bytes.chunks(4).map(word).collect();
    let hex: Vec<String> = words.iter().map(|word| format!("{word:#x}")).collect();
    let base_firmware = Primary::new(message.primary).module_id() == 0;
    let param = layout::LARGE_PARAM.get(message.primary, message.extension);
    let test = words
        .get(debug_ipc::TEST_ID)
        .and_then(|id| TestId::from_code(*id));
    match (test, words.get(debug_ipc::CORE)) {
        (Some(test), Some(core))
            if base_firmware && param == u32::from(BaseFwParam::Test.code()) =>
        {
            let args = hex[debug_ipc::ARGS..].join(" ");
            format!(
                "test={} core={core} [{args}]",
                test.name().to_ascii_lowercase()
            )
        }
        _ => format!("[{}]", hex.join(" ")),
    }
}

fn value_text(field: layout::Field, primary: Primary, value: u32) -> String {
    let base_firmware = primary.module_id() == 0;
    if field == layout::LARGE_PARAM && base_firmware {
        let param = u8::try_from(value).ok().and_then(BaseFwParam::from_code);
        return param.map_or_else(
            || value.to_string(),
            |param| param.name().to_ascii_lowercase(),
        );
    }
    value.to_string()
}

/// A message from the DSP: what it is, words, length of the payload.
pub fn received(received: &Received) -> String {
    let primary = received.primary;
    let what = match (primary.status_code(), received.notification()) {
        (Some(code), _) => format!("reply {} {}", message_name(primary), status(code)),
        (None, Some(kind)) => notification(kind, received),
        (None, None) => format!("unexpected {}", message_name(primary)),
    };
    let mut text = format!("{what} {:#010x}|{:#x}", primary.word(), received.extension);
    if !received.payload.is_empty() {
        text.push_str(&format!(" +{} bytes", received.payload.len()));
    }
    text
}

fn notification(kind: NotificationType, received: &Received) -> String {
    let name = kind.name().to_ascii_lowercase();
    match kind {
        NotificationType::LogBufferStatus => {
            let core = Notification::log_core_of(received.primary);
            let core = core.map_or_else(|| "none".to_owned(), |core| core.to_string());
            format!("notification {name} core={core}")
        }
        NotificationType::ExceptionCaught => {
            format!("notification {name} core={}", received.extension)
        }
        _ => format!("notification {name}"),
    }
}
