//! `lab show`.

use std::process::ExitCode;

use acelab_abi::trace::Channel;

use super::Failure;
use super::environment::{Folders, Machine, cases};
use crate::case::diagnostic::suggest;
use crate::report;
use crate::snapshot::{Policy, Store};
use crate::stream::expand;
use crate::suite::Suite;

/// Run one case and show everything that happened, merged into one timeline.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo xtask lab show boot/ready
  cargo xtask lab show 'boot/ready[cores=5]' --channel ipc --channel power
  cargo xtask lab show boot/ready --raw > events.log
  cargo xtask lab show audio/playback --expand")]
pub(super) struct Args {
    /// The case; of several combinations the first, unless one is named.
    case: String,
    /// Only these channels: ipc, idc, irq, timer, power, rom, mem, debug, dma, port, host, log.
    #[arg(long, value_name = "CHANNEL", value_parser = channel)]
    channel: Vec<Channel>,
    /// The canonical event log as the determinism check compares it.
    #[arg(long)]
    raw: bool,
    /// Run nothing; show the messages that the case's streams stand for.
    #[arg(long)]
    expand: bool,
    #[command(flatten)]
    machine: Machine,
    #[command(flatten)]
    folders: Folders,
}

fn channel(name: &str) -> Result<Channel, String> {
    Channel::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Channel::ALL.iter().map(|channel| channel.name()).collect();
        suggest(name, &names)
    })
}

impl Args {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let files = self.folders.load()?;
        let found = cases(&files)
            .find(|case| case.id.to_string() == self.case || case.id.file == self.case);
        let case = found.ok_or_else(|| {
            let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
            Failure::Usage(format!(
                "no case `{}`; {}",
                self.case,
                suggest(&self.case, &names)
            ))
        })?;
        if self.expand {
            print!("{}", expand(case));
            return Ok(ExitCode::SUCCESS);
        }
        let launcher = self.machine.launcher()?;
        let firmware = self.machine.firmware();
        let store = Store::new(self.folders.snapshots.clone(), Policy::Keep);
        let suite = Suite {
            launcher: &launcher,
            firmware: &firmware,
            snapshots: &store,
        };
        let result = suite.run(case);
        let context = self.folders.context(&firmware, case.firmware);
        let record = &result.finished.record;
        if self.raw {
            print!("{}", record.timeline.text());
        } else {
            anstream::print!("{}", report::show(record, &context, &self.channel));
        }
        if !result.passed() {
            anstream::eprint!("{}", report::failure(&result, &context));
        }
        Ok(result.exit_code().into())
    }
}
