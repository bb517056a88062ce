//! What the blobs of both equalisers have in common.

use acelab_module_sdk::{ConfigError, MAX_CHANNELS};

/// Largest number of channels.
pub const CHANNELS: usize = MAX_CHANNELS as usize;
/// Largest number of responses.
const RESPONSES: usize = 8;

/// Which response each channel gets.
pub struct Assignment {
    numbers: [i32; CHANNELS],
    channels: usize,
    responses: usize,
}

impl Assignment {
    /// An assignment that says nothing yet.
    pub fn new(channels: u32, responses: u32) -> Result<Self, ConfigError> {
        let (channels, responses) = (channels as usize, responses as usize);
        if !(1..=CHANNELS).contains(&channels) || responses > RESPONSES {
            return Err(ConfigError::Value);
        }
        Ok(Self {
            numbers: [-1; CHANNELS],
            channels,
            responses,
        })
    }

    /// Places for the numbers in the blob.
    pub fn numbers(&mut self) -> &mut [i32] {
        &mut self.numbers[..self.channels]
    }

    /// Says that there are no numbers of responses that there are not.
    pub fn check(&self) -> Result<(), ConfigError> {
        let known = -1..self.responses as i32;
        if self.numbers.iter().all(|number| known.contains(number)) {
            Ok(())
        } else {
            Err(ConfigError::Value)
        }
    }

    /// Number of responses in the blob.
    pub fn responses(&self) -> usize {
        self.responses
    }

    /// Whether `channel` gets this response.
    pub fn gives(&self, channel: usize, response: usize) -> bool {
        let last = self.numbers[self.channels - 1];
        let number = self.numbers[..self.channels].get(channel).unwrap_or(&last);
        *number == response as i32
    }
}
