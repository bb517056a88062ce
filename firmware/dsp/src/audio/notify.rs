//! Notifications of user threads: through one slot to a kernel thread of core 0,
//! which passes on those that user code may send, and not too many.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::ipc4::Primary;
use acelab_abi::ipc4::notification::{Notification, NotificationType};
use acelab_abi::ipc4::resource_event::{ResourceEvent, ResourceEventType, ResourceType};
use acelab_audio::Event;
use acelab_kernel::cross_core;
use acelab_kernel::mailbox::Payload;
use acelab_user::{Builder, Deadline, Duration, Object, Result, Slot, sleep};

use crate::host;
use crate::klog::log;

/// Least time between two notifications of user threads.
const GAP: Duration = Duration::from_micros(250);

/// As urgent as the thread `ipc`.
const PRIORITY: u32 = 2;

/// Words of a message: the two of the mailbox, the bytes of the payload, and the
/// payload.
pub const MESSAGE_WORDS: usize = 16;
const HEAD_WORDS: usize = 3;

cross_core! {
    static SLOT: AtomicU32 = AtomicU32::new(0);
}

/// Core 0's `work`, once at boot: the slot, and the thread behind it.
pub fn start() -> Result<()> {
    SLOT.store(Slot::create()?.leak().word(), Ordering::Release);
    let thread = Builder::new("notify", notifier).kernel().priority(PRIORITY);
    thread.spawn()?.leak();
    Ok(())
}

/// The slot, after boot.
pub fn slot() -> Slot {
    Slot::from_word(SLOT.load(Ordering::Acquire)).expect("the slot is made at boot")
}

/// An event as a message for the slot; `None` for one that the host does not want
/// to hear of by its mask.
pub fn message(event: Event, mask: u32) -> Option<[u32; MESSAGE_WORDS]> {
    use ResourceEventType as What;
    use ResourceType::{Gateway as OfGateway, Module, Pipeline};

    let (resource, id, what, data) = match event {
        Event::GatewayUnderrun(gateway) => (
            OfGateway,
            gateway.node().word(),
            What::GatewayUnderrun,
            [0; 2],
        ),
        Event::GatewayOverrun(gateway) => (
            OfGateway,
            gateway.node().word(),
            What::GatewayOverrun,
            [0; 2],
        ),
        Event::MixerUnderrun(key) => (Module, key.word(), What::MixerUnderrun, [0; 2]),
        Event::ProcessError(key, word) => (Module, key.word(), What::ProcessDataError, [word, 0]),
        Event::PipelineStopped(id) => (Pipeline, u32::from(id), What::ProcessDataError, [0; 2]),
        Event::Position { gateway, bytes } => (
            OfGateway,
            gateway.node().word(),
            What::StreamDataSegment,
            [bytes as u32, (bytes >> 32) as u32],
        ),
    };
    if what.mask_bit().is_some_and(|bit| mask & bit == 0) {
        return None;
    }
    let mut payload = ResourceEvent::new(resource, id, what);
    payload.data[..2].copy_from_slice(&data);
    let payload = payload.to_words();
    let mut message = [0; MESSAGE_WORDS];
    message[0] = Notification::resource_event().primary.word();
    message[2] = (4 * payload.len()) as u32;
    message[HEAD_WORDS..HEAD_WORDS + payload.len()].copy_from_slice(&payload);
    Some(message)
}

/// The kernel thread `notify` of core 0.
extern "C" fn notifier(_: u32) -> u32 {
    loop {
        if let Ok(message) = slot().receive::<[u32; MESSAGE_WORDS]>(Deadline::FOREVER) {
            pass_on(&message);
            let _ = sleep(GAP);
        }
    }
}

fn pass_on(message: &[u32; MESSAGE_WORDS]) {
    let [primary, extension, bytes, payload @ ..] = message;
    let primary = Primary::new(*primary);
    let allowed = matches!(
        Notification::kind_of(primary),
        Some(NotificationType::ResourceEvent | NotificationType::ModuleNotification)
    );
    let words = bytes.div_ceil(4) as usize;
    if !allowed || words > MESSAGE_WORDS - HEAD_WORDS {
        log!(
            Warning,
            "ipc",
            "notification {:#x} of user code refused",
            primary.word()
        );
        return;
    }
    let notification = Notification {
        primary,
        extension: *extension,
    };
    host::notify_for_user(notification, Payload::new(&payload[..words]));
}
