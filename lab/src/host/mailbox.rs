//! The host's side of the doorbell.

use acelab_abi::clock::Nanos;
use acelab_abi::ipc4::notification::Notification;
use acelab_abi::ipc4::{
    MAX_PAYLOAD_BYTES, ModuleType, NotificationType, Primary, Target as For, layout,
};
use acelab_abi::regs::dmw;
use acelab_abi::regs::hfipc::{BUSY, DONE, Reg, host_address};

use super::decode;
use super::driver::{Host, HostError};
use crate::case::message::Message;
use crate::target::Space;

/// BAR4 offset of the inbox: window 1.
const INBOX: u32 = dmw::host_address(1);
/// BAR4 offset of the outbox: the second page of window 0.
const OUTBOX: u32 = dmw::host_address(0) + acelab_abi::memory::PAGE_SIZE;

/// A message from the DSP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// When the host took it.
    pub time: Nanos,
    /// First word.
    pub primary: Primary,
    /// Second word.
    pub extension: u32,
    /// What came through the outbox.
    pub payload: Vec<u8>,
}

/// A message in either direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mail {
    /// From the host.
    Sent(Message),
    /// From the host, while its last message was still being worked on.
    Again {
        /// First word.
        primary: u32,
        /// Second word.
        extension: u32,
    },
    /// From the DSP.
    Received(Received),
}

impl Mail {
    /// The message, if it came from the DSP.
    pub fn received(&self) -> Option<&Received> {
        match self {
            Self::Received(received) => Some(received),
            Self::Sent(_) | Self::Again { .. } => None,
        }
    }
}

impl Received {
    /// Which notification it is, if it is one.
    pub fn notification(&self) -> Option<NotificationType> {
        Notification::kind_of(self.primary)
    }

    /// Whether it answers a request with this primary word.
    pub fn answers(&self, request: Primary) -> bool {
        self.primary.is_reply()
            && self.primary.kind() == request.kind()
            && self.primary.target() == request.target()
    }

    /// The length of the payload that the words announce.
    fn payload_bytes(primary: Primary, extension: u32) -> u32 {
        let large_get = primary.is_reply()
            && primary.target() == For::Module
            && primary.kind() == ModuleType::LargeConfigGet.code()
            && primary.status_code() == Some(0);
        if large_get {
            layout::LARGE_SIZE
                .get(primary.word(), extension)
                .min(MAX_PAYLOAD_BYTES)
        } else {
            0
        }
    }
}

impl Host {
    /// Puts a message into the inbox and rings. The doorbell must be free.
    pub(super) fn send(&mut self, message: &Message) -> Result<(), HostError> {
        if !message.payload.is_empty() {
            self.target.write(Space::Host, INBOX, &message.payload)?;
        }
        self.note(format!("send {}", decode::request(message)));
        self.mail.push(Mail::Sent(message.clone()));
        self.ring(message.primary, message.extension)
    }

    /// Writes the doorbell, free or not.
    pub(super) fn ring(&mut self, primary: u32, extension: u32) -> Result<(), HostError> {
        self.target
            .write_register(host_address(Reg::Idd), extension)?;
        self.target
            .write_register(host_address(Reg::Idr), BUSY | primary)?;
        Ok(())
    }

    /// Acknowledges that the DSP has completed the host's message.
    pub(super) fn acknowledge_completion(&mut self) -> Result<(), HostError> {
        self.target.write_register(host_address(Reg::Ida), DONE)?;
        self.completions += 1;
        self.note("done");
        Ok(())
    }

    /// Takes what the DSP has sent.
    pub(super) fn take_message(&mut self) -> Result<(), HostError> {
        let doorbell = self.target.read_register(host_address(Reg::Tdr))?;
        let primary = Primary::new(doorbell);
        let extension = self.target.read_register(host_address(Reg::Tdd))?;
        let payload = match Received::payload_bytes(primary, extension) {
            0 => Vec::new(),
            length => self.target.read(Space::Host, OUTBOX, length)?,
        };
        let received = Received {
            time: self.now,
            primary,
            extension,
            payload,
        };
        self.note(format!("receive {}", decode::received(&received)));
        let wants_log = received.notification() == Some(NotificationType::LogBufferStatus);
        self.mail.push(Mail::Received(received));
        // The outbox belongs to the DSP again from here on.
        self.target.write_register(host_address(Reg::Tdr), BUSY)?;
        self.target.write_register(host_address(Reg::Tda), 0)?;
        if wants_log {
            self.read_firmware_log()
        } else {
            Ok(())
        }
    }
}
