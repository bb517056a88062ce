//! The two words of a message.

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
    let mut text = message_name(primary);
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
        text.push_str(&format!(" +{} bytes", message.payload.len()));
    }
    text
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
