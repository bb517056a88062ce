//! What an instance is told to do, in the bytes behind the base configuration.

use acelab_module_sdk::CreateError;

/// In which call an instance attacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// `process`, once so many frames have gone through.
    Process,
    /// When it is made.
    Create,
    /// `prepare`.
    Prepare,
    /// `set_config`, of any parameter.
    SetConfig,
    /// `get_config`, of any parameter.
    GetConfig,
    /// `reset`.
    Reset,
    /// When it is deleted.
    Drop,
}

/// Four words: when (0 `process`, 1 create, 2 `prepare`, 3 `set_config`, 4 `get_config`,
/// 5 `reset`, 6 delete), after how many frames, and two that each attack takes as it likes.
/// Words that are left out are 0, but for the frames, which are [`USUAL_FRAMES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The call.
    pub when: When,
    /// Frames that go through before, at [`When::Process`].
    pub after: u32,
    /// The attack's first word.
    pub a: u32,
    /// The attack's second word.
    pub b: u32,
}

/// Ten milliseconds at 48 kHz.
pub const USUAL_FRAMES: u32 = 480;

impl Plan {
    /// Reads the words.
    pub fn read(bytes: &[u8]) -> Result<Self, CreateError> {
        let (words, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() || words.len() > 4 {
            return Err(CreateError::Length(bytes.len()));
        }
        let word = |index: usize| words.get(index).copied().map(u32::from_le_bytes);
        let when = match word(0).unwrap_or(0) {
            0 => When::Process,
            1 => When::Create,
            2 => When::Prepare,
            3 => When::SetConfig,
            4 => When::GetConfig,
            5 => When::Reset,
            6 => When::Drop,
            _ => return Err(CreateError::Value("time of the attack")),
        };
        Ok(Self {
            when,
            after: word(1).unwrap_or(USUAL_FRAMES),
            a: word(2).unwrap_or(0),
            b: word(3).unwrap_or(0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_may_be_left_out() {
        let usual = Plan {
            when: When::Process,
            after: USUAL_FRAMES,
            a: 0,
            b: 0,
        };
        assert_eq!(Plan::read(&[]), Ok(usual));
        let bytes = [6, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0];
        let all = Plan {
            when: When::Drop,
            after: 7,
            a: 8,
            b: 9,
        };
        assert_eq!(Plan::read(&bytes), Ok(all));
        assert_eq!(Plan::read(&bytes[..3]), Err(CreateError::Length(3)));
        assert!(Plan::read(&[7, 0, 0, 0]).is_err());
    }
}
