//! A target under the user's hands.

use acelab_abi::clock::Nanos;

use super::command::Command;
use crate::case::message::Message;
use crate::case::time::VirtualTime;
use crate::host::{Host, HostError, Image, decode};
use crate::report::{Context, registers};
use crate::symbols::Symbols;
use crate::target::{Space, Target};

/// How long the shell waits for an answer, in virtual time.
const WITHIN: Nanos = Nanos::from_millis(1_000);

/// Commands act on this.
pub(super) struct Session<'a> {
    host: Host,
    context: Context<'a>,
    image: &'a Image,
    mail_shown: usize,
    log_shown: usize,
}

impl<'a> Session<'a> {
    pub fn new(target: Box<dyn Target>, context: Context<'a>, image: &'a Image) -> Self {
        let host = Host::new(target, Nanos(u64::MAX));
        Self {
            host,
            context,
            image,
            mail_shown: 0,
            log_shown: 0,
        }
    }

    /// Does what the command says and prints what came of it. What the firmware
    /// does wrong is printed; an error is a target that is gone.
    pub fn execute(&mut self, command: &Command) -> Result<(), HostError> {
        let result = match command {
            Command::Boot => self.host.boot(self.image, WITHIN).map(|_| ()),
            Command::Ipc(message) => self.request(message),
            Command::Cores { mask, up } => {
                self.request(&Message::set_dx(*mask, if *up { *mask } else { 0 }))
            }
            Command::Run(span) => self.host.run(*span),
            Command::Log => self.host.read_firmware_log(),
            Command::Memory { address, length } => self.memory(*address, *length),
            Command::Registers(core) => {
                let log = self.host.log_lines();
                let Context { elf, libraries, .. } = self.context;
                let symbols = Symbols::of_run(elf, libraries, log);
                for state in self.host.core_states() {
                    if core.is_none_or(|core| core == state.core) {
                        anstream::print!("{}", registers(&state, &symbols));
                    }
                }
                Ok(())
            }
            Command::Help | Command::Quit => Ok(()),
        };
        let result = result.and_then(|()| self.host.read_firmware_log());
        self.show_news();
        match result {
            Err(HostError::Target(error)) if error.is_infrastructure() => Err(error.into()),
            Err(error) => {
                anstream::println!("{error}");
                Ok(())
            }
            Ok(()) => {
                println!("at {}", VirtualTime(self.host.now()));
                Ok(())
            }
        }
    }

    /// Ends the target.
    pub fn finish(self) -> Result<(), HostError> {
        self.host.finish().1
    }

    fn request(&mut self, message: &Message) -> Result<(), HostError> {
        let exchange = self.host.request(message, WITHIN)?;
        for (name, value) in decode::fields(message, &exchange.reply.payload) {
            println!("    {name} = {value}");
        }
        println!("reply after {}", VirtualTime(exchange.duration));
        Ok(())
    }

    fn memory(&mut self, address: u32, length: u32) -> Result<(), HostError> {
        let bytes = self.host.target().read(Space::Dsp, address, length)?;
        for (row, chunk) in (0_u32..).zip(bytes.chunks(16)) {
            let hex: String = chunk.iter().map(|byte| format!(" {byte:02x}")).collect();
            let printable = |byte: &u8| {
                if byte.is_ascii_graphic() {
                    char::from(*byte)
                } else {
                    '.'
                }
            };
            let text: String = chunk.iter().map(printable).collect();
            println!("{:#010x} {hex:<48}  {text}", address.wrapping_add(row * 16));
        }
        Ok(())
    }

    fn show_news(&mut self) {
        let mail = self.host.mail();
        for received in mail[self.mail_shown..]
            .iter()
            .filter_map(crate::host::Mail::received)
        {
            println!("< {}", decode::received(received));
        }
        self.mail_shown = mail.len();
        let log = self.host.log_lines();
        for line in &log[self.log_shown..] {
            println!("{} {}", line.core, line.text);
        }
        self.log_shown = log.len();
    }
}
