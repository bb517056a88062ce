//! Planted faults that leave a trace in counts.

use acelab_audio::AudioFault;

use crate::account::refuse;
use crate::rig::Rig;

/// Creates a pipeline without memory, then as many as there are slots.
fn pipelines_after_failures(fault: Option<AudioFault>) -> usize {
    let rig = Rig::new();
    rig.fake.faults.borrow_mut().extend(fault);
    for number in 0..3 {
        refuse(Some(number));
        assert!(rig.pipeline(0, 0).is_err(), "allocation {number}");
        refuse(None);
    }
    (0..40)
        .take_while(|id| rig.pipeline(*id, 0).is_ok())
        .count()
}

#[test]
fn a_failed_creation_returns_its_position_slot() {
    assert_eq!(pipelines_after_failures(None), 32);
    assert!(pipelines_after_failures(Some(AudioFault::SlotLeak)) < 32);
}
