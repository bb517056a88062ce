//! Starting the machine with a guest in its memory.

use std::io::Write as _;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::manifest::{
    HEADER_BYTES, HEADER_LEN_OFFSET, HEADER_MAGIC, MODULE_BYTES, NUM_MODULE_ENTRIES_OFFSET,
};
use acelab_abi::memory::MANIFEST;
use acelab_abi::regs::{dspcs, host};
use acelab_abi::trace::Event;
use acelab_hostlink::{Client, Request, Space, StopReason, Stopped, spawn};

use crate::asm::Asm;
use crate::guest::BASE;

/// Longer than any of these runs takes, however busy the computer is.
const WATCHDOG: Duration = Duration::from_secs(60);

/// How a machine is started.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Cores of the machine.
    pub cores: u8,
    /// How QEMU keeps time (`-icount`).
    pub icount: String,
    /// Further machine properties, such as `x-kick=1`.
    pub properties: Vec<String>,
    /// Further arguments of QEMU.
    pub arguments: Vec<String>,
}

impl Setup {
    /// A machine with so many cores.
    pub fn cores(cores: u8) -> Self {
        Self {
            cores,
            icount: "shift=1,sleep=off".into(),
            properties: Vec::new(),
            arguments: Vec::new(),
        }
    }

    /// With this machine property.
    #[must_use]
    pub fn property(mut self, property: impl Into<String>) -> Self {
        self.properties.push(property.into());
        self
    }

    /// With this argument of QEMU.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Without one of the determinism patches.
    #[must_use]
    pub fn without(self, patch: &str) -> Self {
        self.property(format!("x-without={patch}"))
    }

    /// The command that runs the machine.
    pub fn command(&self) -> Command {
        let mut machine = format!("ace30,cores={},hostlink-fd=0", self.cores);
        for property in &self.properties {
            machine.push(',');
            machine.push_str(property);
        }
        let mut command = Command::new(qemu());
        command.args(["-M", &machine, "-nodefaults", "-no-user-config"]);
        if !self.icount.is_empty() {
            command.args(["-icount", &self.icount]);
        }
        command.args(["-display", "none", "-monitor", "none", "-serial", "none"]);
        command.args(&self.arguments);
        command.stdout(Stdio::null());
        command
    }

    /// Starts the machine.
    pub fn start(&self) -> Run {
        let (child, stream) = spawn(self.command()).expect("QEMU starts");
        let socket = stream.try_clone().expect("a second handle");
        let client = Client::open(stream, Some(WATCHDOG)).expect("the machine says hello");
        Run {
            child,
            socket,
            client: Some(client),
            now: Nanos::ZERO,
        }
    }

    /// Starts the machine and does what a host does until core 0 is at the
    /// guest's first instruction.
    pub fn boot(&self, guest: Asm) -> Run {
        let mut run = self.start();
        let guest = guest.finish();
        run.write(MANIFEST.base, &manifest());
        run.write(BASE, &guest);
        run.set(host::Reg::SubsystemControl.offset(), host::SUBSYSTEM_SPA);
        run.set(host::Reg::PowerControl.offset(), host::DSP_DOMAIN);
        let powered = Nanos::from_micros(100);
        assert_eq!(run.until(powered).reason, StopReason::Granted);
        run.set(dspcs::control(CoreId::PRIMARY), dspcs::SPA);
        run
    }
}

/// A manifest that the boot ROM takes: the header, and one empty module.
fn manifest() -> Vec<u8> {
    let mut manifest = vec![0; (HEADER_BYTES + MODULE_BYTES) as usize];
    let mut put = |offset: u32, bytes: &[u8]| {
        let offset = offset as usize;
        manifest[offset..offset + bytes.len()].copy_from_slice(bytes);
    };
    put(0, &HEADER_MAGIC);
    put(HEADER_LEN_OFFSET, &HEADER_BYTES.to_le_bytes());
    put(NUM_MODULE_ENTRIES_OFFSET, &1_u32.to_le_bytes());
    manifest
}

/// The machine's program.
///
/// # Panics
/// When the environment does not name it.
pub fn qemu() -> PathBuf {
    let qemu = std::env::var_os("ACELAB_QEMU").unwrap_or_else(|| {
        panic!(
            "ACELAB_QEMU does not name the machine's QEMU; run these tests with `cargo xtask test`"
        )
    });
    qemu.into()
}

/// A machine with a guest.
#[derive(Debug)]
pub struct Run {
    child: Child,
    /// A second handle of the lab's end.
    socket: UnixStream,
    client: Option<Client>,
    now: Nanos,
}

impl Run {
    /// The lab's end of the link.
    pub fn client(&mut self) -> &mut Client {
        self.client.as_mut().expect("the link is open")
    }

    /// The process.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Closes the lab's end of the link without a word.
    pub fn shut_link(&mut self) {
        self.client = None;
        self.socket
            .shutdown(Shutdown::Both)
            .expect("an open socket");
    }

    /// Sends a request and closes the link instead of waiting for the answer.
    pub fn shut_link_after(&mut self, request: &Request) {
        let mut bytes = Vec::new();
        request.encode(&mut bytes);
        self.socket.write_all(&bytes).expect("the machine listens");
        self.shut_link();
    }

    fn write(&mut self, addr: u32, bytes: &[u8]) {
        let written = self.client().write_mem(Space::Dsp, addr, bytes);
        written.expect("RAM");
    }

    /// Reads a BAR4 register.
    pub fn register(&mut self, register: u32) -> u32 {
        let value = self.client().read_reg(register);
        value.expect("a register of the host")
    }

    /// Writes a BAR4 register.
    pub fn set(&mut self, register: u32, value: u32) {
        let written = self.client().write_reg(register, value);
        written.expect("a register of the host");
    }

    /// Ends the machine in an orderly way.
    pub fn quit(mut self) {
        let client = self.client.take().expect("the link is open");
        client.quit().expect("the machine acknowledges");
        assert!(self.child.wait().expect("the machine ends").success());
    }

    /// Runs until virtual time `until` or an earlier stop.
    pub fn until(&mut self, until: Nanos) -> Stopped {
        let stopped = self.client().resume(until).expect("the machine runs");
        self.now = stopped.now;
        stopped
    }

    /// Runs until the guest writes the exit register, at most until `limit`.
    pub fn to_exit(&mut self, limit: Nanos) -> u32 {
        loop {
            match self.until(limit).reason {
                StopReason::Exit { code } => return code,
                StopReason::HostInterrupt(_) => {}
                other => panic!("{other} at {} instead of an exit", self.now),
            }
        }
    }

    /// The events so far.
    pub fn events(&mut self) -> Vec<Event> {
        self.client().take_events()
    }

    /// A word of the DSP's memory.
    pub fn word(&mut self, addr: u32) -> u32 {
        let bytes = self.client().read_mem(Space::Dsp, addr, 4).expect("RAM");
        u32::from_le_bytes(bytes.try_into().expect("four bytes"))
    }

    /// What a core is doing.
    pub fn core(&mut self, core: CoreId) -> acelab_hostlink::CoreRegs {
        self.client()
            .core_state(core)
            .expect("the machine has the core")
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // It may have ended by itself; what counts is that it is gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
