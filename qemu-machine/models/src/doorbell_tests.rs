//! The handshake against a model that only knows the table.

use proptest::prelude::*;

use super::*;

const SIDES: [Side; 2] = [Side::A, Side::B];

fn read(doorbell: &Doorbell, side: Side, reg: Reg) -> u32 {
    doorbell.read(side, reg.offset()).expect("exists")
}

fn write(doorbell: &mut Doorbell, side: Side, reg: Reg, value: u32) -> Option<Step> {
    doorbell.write(side, reg.offset(), value).expect("writable")
}

#[test]
fn one_message_through_all_four_steps() {
    let mut bell = Doorbell::default();
    write(&mut bell, Side::A, Reg::Ctl, TBIE | IDIE);
    write(&mut bell, Side::B, Reg::Ctl, TBIE | IDIE);

    write(&mut bell, Side::B, Reg::Idd, 0x1234);
    let rang = write(&mut bell, Side::B, Reg::Idr, BUSY | 0x4700_0000);
    assert_eq!(
        rang,
        Some(Step::Rang {
            primary: 0x4700_0000,
            extension: 0x1234
        })
    );
    assert_eq!(read(&bell, Side::B, Reg::Idr), BUSY | 0x4700_0000);
    assert_eq!(read(&bell, Side::A, Reg::Tdr), BUSY | 0x4700_0000);
    assert_eq!(read(&bell, Side::A, Reg::Tda), BUSY);
    assert_eq!(read(&bell, Side::A, Reg::Tdd), 0x1234);
    assert!(bell.interrupt(Side::A) && !bell.interrupt(Side::B));

    assert_eq!(write(&mut bell, Side::A, Reg::Tdr, BUSY), Some(Step::Taken));
    assert_eq!(
        read(&bell, Side::A, Reg::Tdr),
        0x4700_0000,
        "the message stays readable"
    );
    assert_eq!(
        read(&bell, Side::B, Reg::Idr),
        BUSY | 0x4700_0000,
        "not complete yet"
    );
    assert!(!bell.interrupt(Side::A) && !bell.interrupt(Side::B));

    assert_eq!(write(&mut bell, Side::A, Reg::Tda, 0), Some(Step::Done));
    assert_eq!(read(&bell, Side::B, Reg::Idr), 0x4700_0000);
    assert_eq!(read(&bell, Side::B, Reg::Ida), DONE);
    assert!(bell.interrupt(Side::B));

    assert_eq!(
        write(&mut bell, Side::B, Reg::Ida, DONE),
        Some(Step::DoneCleared)
    );
    assert!(!bell.interrupt(Side::A) && !bell.interrupt(Side::B));
}

#[test]
fn a_ring_while_busy_changes_nothing_the_target_sees() {
    let mut bell = Doorbell::default();
    write(&mut bell, Side::B, Reg::Idd, 1);
    write(&mut bell, Side::B, Reg::Idr, BUSY | 10);
    write(&mut bell, Side::B, Reg::Idd, 2);
    let ignored = write(&mut bell, Side::B, Reg::Idr, BUSY | 20);
    assert_eq!(
        ignored,
        Some(Step::Ignored {
            primary: 20,
            extension: 2
        })
    );
    assert_eq!(read(&bell, Side::A, Reg::Tdr), BUSY | 10);
    assert_eq!(read(&bell, Side::A, Reg::Tdd), 1);
}

#[test]
fn both_halves_of_the_handshake_are_needed_before_the_next_message() {
    for half in [(Reg::Tdr, BUSY), (Reg::Tda, 0)] {
        let mut bell = Doorbell::default();
        write(&mut bell, Side::B, Reg::Idr, BUSY);
        write(&mut bell, Side::A, half.0, half.1);
        let again = write(&mut bell, Side::B, Reg::Idr, BUSY);
        assert!(
            matches!(again, Some(Step::Ignored { .. })),
            "after {half:?}: {again:?}"
        );
    }
}

#[test]
fn reserved_registers_and_the_targets_data_cannot_be_written() {
    let mut bell = Doorbell::default();
    assert_eq!(
        bell.write(Side::A, Reg::Tdd.offset(), 1),
        Err(Fault::ReadOnly)
    );
    for reg in [Reg::Cst, Reg::Csr, Reg::Cap] {
        assert_eq!(bell.write(Side::A, reg.offset(), 1), Err(Fault::Reserved));
        assert_eq!(bell.read(Side::A, reg.offset()), Err(Fault::Reserved));
    }
    assert_eq!(bell.read(Side::A, 0x08), Err(Fault::Reserved));
}

fn side() -> impl Strategy<Value = Side> {
    prop::sample::select(&SIDES)
}

/// Mostly words that mean something.
fn word() -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), Just(BUSY), 0..4_u32, any::<u32>()]
}

fn access() -> impl Strategy<Value = (Side, u32, u32)> {
    let offset = prop_oneof![
        8 => prop::sample::select(Reg::ALL).prop_map(Reg::offset),
        1 => any::<u32>(),
    ];
    (side(), offset, word())
}

proptest! {
    #[test]
    fn busy_and_done_change_only_by_their_steps(accesses in prop::collection::vec(access(), 0..64)) {
        let mut bell = Doorbell::default();
        for (side, offset, value) in accesses {
            let before = bell;
            let step = bell.write(side, offset, value).unwrap_or(None);
            let bit = value & BUSY != 0;
            match step {
                Some(Step::Done) => prop_assert!(!bit, "TDA completes with BUSY clear"),
                Some(_) => prop_assert!(bit, "{:?} without its bit", step),
                None => {}
            }
            for this in SIDES {
                let changed = |reg| read(&before, this, reg) ^ read(&bell, this, reg);
                let acted = this == side;
                let rose = |reg, bit| changed(reg) & bit != 0 && read(&bell, this, reg) & bit != 0;
                let fell = |reg, bit| changed(reg) & bit != 0 && read(&bell, this, reg) & bit == 0;
                let rang = matches!(step, Some(Step::Rang { .. }));
                prop_assert_eq!(rose(Reg::Idr, BUSY), acted && rang);
                prop_assert_eq!(rose(Reg::Tdr, BUSY), !acted && rang);
                prop_assert_eq!(fell(Reg::Tdr, BUSY), acted && step == Some(Step::Taken));
                prop_assert_eq!(fell(Reg::Idr, BUSY), !acted && step == Some(Step::Done));
                prop_assert_eq!(fell(Reg::Ida, DONE), acted && step == Some(Step::DoneCleared));
                prop_assert!(!rose(Reg::Ida, DONE) || (!acted && step == Some(Step::Done)));
            }
        }
    }

    #[test]
    fn the_interrupt_is_what_the_registers_say(accesses in prop::collection::vec(access(), 0..64)) {
        let mut bell = Doorbell::default();
        for (side, offset, value) in accesses {
            let _ = bell.write(side, offset, value);
            for this in SIDES {
                let ctl = read(&bell, this, Reg::Ctl);
                let busy = read(&bell, this, Reg::Tdr) & BUSY != 0 && ctl & TBIE != 0;
                let done = read(&bell, this, Reg::Ida) & DONE != 0 && ctl & IDIE != 0;
                prop_assert_eq!(bell.interrupt(this), busy || done);
            }
        }
    }

    #[test]
    fn a_message_arrives_as_it_was_sent(primary in any::<u32>(), extension in any::<u32>()) {
        let mut bell = Doorbell::default();
        write(&mut bell, Side::A, Reg::Idd, extension);
        let step = write(&mut bell, Side::A, Reg::Idr, primary);
        if primary & BUSY == 0 {
            prop_assert_eq!(step, None);
            prop_assert_eq!(bell.waiting_for(Side::B), None);
        } else {
            prop_assert_eq!(bell.waiting_for(Side::B), Some(primary & MESSAGE));
            prop_assert_eq!(read(&bell, Side::B, Reg::Tdd), extension);
        }
    }
}
