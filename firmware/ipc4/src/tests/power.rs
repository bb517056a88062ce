//! SET_DX.

use acelab_abi::ipc4::Status;

use super::fake::Fake;
use crate::PowerError;

const SET_DX: u32 = 0x4700_0000;

fn set_dx(fake: &mut Fake, core_mask: u32, dx_mask: u32) -> Status {
    let filled = Fake::with_inbox(&[core_mask, dx_mask]);
    fake.inbox = filled.inbox;
    fake.status(SET_DX, 0)
}

#[test]
fn cores_go_up_and_down_alone_and_together() {
    let mut fake = Fake::default();
    assert_eq!(set_dx(&mut fake, 0b00010, 0b00010), Status::Success);
    assert_eq!(fake.active, 0b00011);
    assert_eq!(set_dx(&mut fake, 0b11110, 0b11110), Status::Success);
    assert_eq!(fake.active, 0b11111);
    assert_eq!(set_dx(&mut fake, 0b01010, 0b00010), Status::Success);
    assert_eq!(fake.active, 0b10111);
    assert_eq!(set_dx(&mut fake, 0b11110, 0), Status::Success);
    assert_eq!(fake.active, 1);
}

#[test]
fn bits_outside_the_core_mask_mean_nothing() {
    let mut fake = Fake::default();
    assert_eq!(set_dx(&mut fake, 0, 0b11111), Status::Success);
    assert_eq!(set_dx(&mut fake, 0b00010, 0xFFFF_FFFF), Status::Success);
    assert_eq!(fake.active, 0b00011);
}

#[test]
fn a_core_the_part_does_not_have() {
    let mut fake = Fake {
        cores: 2,
        ..Fake::default()
    };
    for mask in [0b00100, 0b00110, 0x8000_0000, u32::MAX] {
        assert_eq!(
            set_dx(&mut fake, mask, mask),
            Status::InvalidParam,
            "{mask:#x}"
        );
    }
    assert_eq!(fake.active, 1);
}

#[test]
fn core_0_is_active_already() {
    let mut fake = Fake::default();
    assert_eq!(set_dx(&mut fake, 0b00011, 0b00011), Status::BadState);
    assert_eq!(fake.active, 1);
}

#[test]
fn core_0_stays_while_another_core_runs() {
    let mut fake = Fake {
        active: 0b00101,
        ..Fake::default()
    };
    assert_eq!(set_dx(&mut fake, 0b00001, 0), Status::Busy);
    assert!(fake.logged("secondary cores 0x4 still active"));
    assert_eq!(set_dx(&mut fake, 0b00101, 0), Status::Success);
    assert!(fake.logged("core 0 may lose its power"));
    assert_eq!(fake.active, 1);
}

#[test]
fn a_core_that_does_not_follow_is_a_failure() {
    for error in [PowerError::Hardware, PowerError::Core] {
        let mut fake = Fake {
            broken: Some(error),
            ..Fake::default()
        };
        assert_eq!(set_dx(&mut fake, 0b00010, 0b00010), Status::Failure);
        assert!(fake.logged("failed to enable core 1"));
        assert_eq!(set_dx(&mut fake, 0b00010, 0), Status::Failure);
        assert!(fake.logged("failed to disable core 1"));
    }
}

#[test]
fn an_inbox_without_room_for_the_masks() {
    let mut fake = Fake::default();
    fake.inbox.truncate(1);
    assert_eq!(fake.status(SET_DX, 0), Status::InvalidParam);
}
