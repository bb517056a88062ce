//! Bringing the DSP up, as a host driver does.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::NotificationType;
use acelab_abi::memory::{LIBRARY_STORE, PAGE_SIZE};
use acelab_abi::regs::{dspcs, fw_status, hfipc, host};

use super::driver::{Host, HostError};
use super::mailbox::{Mail, Received};
use super::mtrace::Reader;
use crate::target::Space;

/// What is loaded into the DSP's memory: bytes by physical address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image {
    /// The parts, in the order of the file.
    pub segments: Vec<(u32, Vec<u8>)>,
}

/// How often the host looks at a register it polls.
const POLL: Nanos = Nanos::from_micros(20);
/// How long any one power step of the host may take.
const POWER_STEP: Nanos = Nanos::from_millis(50);

impl Host {
    /// Powers the DSP, loads `image`, starts core 0 and waits for FW_READY.
    ///
    /// The image goes straight into memory: the machine's boot ROM takes none from
    /// a stream.
    pub fn boot(&mut self, image: &Image, within: Nanos) -> Result<Received, HostError> {
        self.note("boot");
        self.start(image, true, within)
    }

    /// The same without PURGE_FW: the firmware finds again what it has kept in memory
    /// that no loss of power reaches.
    pub fn boot_kept(&mut self, image: &Image, within: Nanos) -> Result<Received, HostError> {
        self.note("boot without purge");
        self.start(image, false, within)
    }

    fn start(&mut self, image: &Image, purge: bool, within: Nanos) -> Result<Received, HostError> {
        self.boots += 1;
        let before = self.mail.len();
        let subsystem = host::Reg::SubsystemControl.offset();
        self.target.write_register(subsystem, host::SUBSYSTEM_SPA)?;
        self.wait_register(
            "power of the DSP subsystem",
            subsystem,
            host::SUBSYSTEM_CPA,
            host::SUBSYSTEM_CPA,
        )?;
        // The loss of the subsystem's power has reset what the host had enabled.
        self.target.write_register(
            hfipc::host_address(hfipc::Reg::Ctl),
            hfipc::TBIE | hfipc::IDIE,
        )?;
        self.target
            .write_register(host::Reg::PowerControl.offset(), host::DSP_DOMAIN)?;
        let status = host::Reg::PowerStatus.offset();
        self.wait_register(
            "power of the DSP domain",
            status,
            host::DSP_DOMAIN,
            host::DSP_DOMAIN,
        )?;
        for (address, bytes) in &image.segments {
            self.target.write(Space::Dsp, *address, bytes)?;
        }
        if purge {
            // The boot ROM's model moves no memory: what a purge takes from the firmware,
            // the host takes for it. Without its directory the store is empty.
            let directory = LIBRARY_STORE.base;
            self.target
                .write(Space::Dsp, directory, &[0; PAGE_SIZE as usize])?;
            self.ring(host::PURGE_FW, 0)?;
        }
        let core0 = dspcs::control(CoreId::PRIMARY);
        self.target.write_register(core0, dspcs::SPA)?;
        if purge {
            let done = self.completions;
            self.wait_for(
                "the boot ROM's answer to PURGE_FW",
                POWER_STEP,
                POLL,
                |host| Ok((host.completions > done).then_some(())),
            )?;
        }
        self.wait_register("power of core 0", core0, dspcs::CPA, dspcs::CPA)?;
        self.wait_ready(before, within)
    }

    /// Takes the power of core 0, its domain and the subsystem, in this order. The
    /// firmware must have been told before, by SET_DX. [`Host::boot`] begins anew.
    pub fn power_off(&mut self) -> Result<(), HostError> {
        self.note("power off");
        self.read_firmware_log()?;
        let core0 = dspcs::control(CoreId::PRIMARY);
        self.target.write_register(core0, 0)?;
        self.wait_register("end of core 0", core0, dspcs::CPA, 0)?;
        self.target
            .write_register(host::Reg::PowerControl.offset(), 0)?;
        let status = host::Reg::PowerStatus.offset();
        self.wait_register("end of the DSP domain", status, host::DSP_DOMAIN, 0)?;
        let subsystem = host::Reg::SubsystemControl.offset();
        self.target.write_register(subsystem, 0)?;
        self.wait_register("end of the subsystem", subsystem, host::SUBSYSTEM_CPA, 0)?;
        // The next firmware begins its log with a line of its own.
        self.reader = Reader::new(self.target.cores());
        Ok(())
    }

    /// FW_READY among the messages from number `before` on.
    fn wait_ready(&mut self, before: usize, within: Nanos) -> Result<Received, HostError> {
        let start = self.now;
        let ready = |host: &Host| {
            host.mail[before..]
                .iter()
                .filter_map(Mail::received)
                .find(|m| m.notification() == Some(NotificationType::FwReady))
                .cloned()
        };
        let message = self.wait_for("FW_READY", within, within, |host| Ok(ready(host)))?;
        let left = Nanos(within.0 - (self.now.0 - start.0).min(within.0));
        let entered = (fw_status::STATE, fw_status::FW_ENTERED);
        let status = fw_status::address(fw_status::Reg::Status);
        self.wait_register_within("status FW_ENTERED", status, entered.0, entered.1, left)?;
        self.read_firmware_log()?;
        Ok(message)
    }

    fn wait_register(
        &mut self,
        what: &str,
        offset: u32,
        mask: u32,
        value: u32,
    ) -> Result<(), HostError> {
        self.wait_register_within(what, offset, mask, value, POWER_STEP)
    }

    fn wait_register_within(
        &mut self,
        what: &str,
        offset: u32,
        mask: u32,
        value: u32,
        within: Nanos,
    ) -> Result<(), HostError> {
        self.wait_for(what, within, POLL, |host| {
            let now = host.target.read_register(offset)?;
            Ok((now & mask == value).then_some(()))
        })
    }
}
