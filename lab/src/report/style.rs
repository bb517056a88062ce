//! Colours. `anstream` takes them away where they are not wanted (pipes, `NO_COLOR`).

use acelab_abi::trace::Channel;
use owo_colors::{OwoColorize, Style};

/// Names and headings.
pub fn bold(text: &str) -> String {
    text.bold().to_string()
}

/// What is not in the focus.
pub fn dim(text: &str) -> String {
    text.dimmed().to_string()
}

/// What is wrong, or was taken away.
pub fn bad(text: &str) -> String {
    text.red().to_string()
}

/// What is right, or was added.
pub fn good(text: &str) -> String {
    text.green().to_string()
}

/// A verdict's word in its colour.
pub fn word(word: &str) -> String {
    match word {
        "pass" => good(word),
        _ => word.style(Style::new().red().bold()).to_string(),
    }
}

/// A text in its channel's colour.
pub fn channel(channel: Channel, text: &str) -> String {
    let style = match channel {
        Channel::Host => Style::new().cyan(),
        Channel::Ipc => Style::new().blue(),
        Channel::Log => Style::new().green(),
        Channel::Power | Channel::Rom => Style::new().yellow(),
        Channel::Mem => Style::new().red(),
        Channel::Debug | Channel::Port => Style::new().magenta(),
        Channel::Idc | Channel::Irq | Channel::Timer | Channel::Dma => Style::new().dimmed(),
    };
    text.style(style).to_string()
}
