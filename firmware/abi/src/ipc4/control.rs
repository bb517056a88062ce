//! Controls of a mixer application (ALSA): parameters 200 (switch) and 201
//! (enumeration) of every module that has them.

use super::wire::{Reader, Records, Truncated, Wire};

/// Head of the payload; [`ControlValue`] records follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ControlHead {
    /// Which control of the module.
    pub id: u16,
    /// Records that follow.
    pub count: u16,
    /// Reserved.
    pub reserved: [u32; 4],
}

wire!(ControlHead, 20, { id: u16, count: u16, reserved: words });

/// Value of one channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ControlValue {
    /// Channel.
    pub channel: u32,
    /// 0 or 1 for a switch, the item of an enumeration.
    pub value: u32,
}

wire!(ControlValue, 8, { channel: u32, value: u32 });

/// Id and values of a control's payload.
///
/// # Errors
///
/// [`Truncated`] if there are fewer values than the head says.
pub fn decode(payload: &[u8]) -> Result<(u16, Records<'_, ControlValue>), Truncated> {
    let mut reader = Reader::new(payload);
    let head: ControlHead = reader.get()?;
    let values = reader.take(usize::from(head.count) * ControlValue::BYTES)?;
    Ok((head.id, Records::new(values)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipc4::wire::Writer;

    #[test]
    fn values_are_bounded_by_their_count() {
        let value = ControlValue {
            channel: 1,
            value: 1,
        };
        let mut bytes = [0; 28];
        let mut writer = Writer::new(&mut bytes);
        writer
            .put(&ControlHead {
                id: 4,
                count: 1,
                reserved: [0; 4],
            })
            .unwrap();
        writer.put(&value).unwrap();
        let (id, mut values) = decode(&bytes).unwrap();
        assert_eq!((id, values.next(), values.next()), (4, Some(value), None));
        assert!(decode(&bytes[..27]).is_err());
    }
}
