//! Chain DMA.

use acelab_abi::ipc4::node_id::{GatewayKind, NodeId};
use acelab_audio::{AudioFault, ChainRequest, Counts, Error};

use crate::payload::{host_in, host_out};
use crate::rig::{Rig, counts_up};

fn chain(rig: &Rig, host: u8, allocate: bool, enable: bool) -> Result<(), Error> {
    rig.run(|engine| {
        engine.chain_dma(ChainRequest {
            host,
            link: host,
            allocate,
            enable,
            short_samples: false,
            fifo_bytes: 1000,
        })
    })
}

fn link(kind: GatewayKind, index: u8) -> u32 {
    NodeId::new(kind, index).word()
}

#[test]
fn a_chain_plays_bit_by_bit_also_paused_and_started_within_a_tick() {
    let rig = Rig::new();
    rig.feed(host_out(2), 1..50_000);
    chain(&rig, 2, true, true).unwrap();
    for round in 0..50 {
        rig.pass(round % 4);
        rig.pass_sixteenths(u64::from(round));
        chain(&rig, 2, true, false).unwrap();
        chain(&rig, 2, true, false).unwrap();
        rig.pass_sixteenths(u64::from(round % 3));
        chain(&rig, 2, true, true).unwrap();
        chain(&rig, 2, true, true).unwrap();
        assert_eq!(rig.counts().ll_tasks, 1);
    }
    rig.pass(20);
    let mut heard = rig.heard(link(GatewayKind::LinkOutput, 2));
    heard.retain(|frame| *frame != (0, 0));
    assert!(counts_up(&heard, 1) > 2_000);
    chain(&rig, 2, false, false).unwrap();
    assert_eq!(rig.counts(), Counts::default());
    assert_eq!((rig.fake.open_channels(), rig.fake.memories.get()), (0, 0));
}

#[test]
fn a_chain_records() {
    let rig = Rig::new();
    rig.feed(link(GatewayKind::LinkInput, 1), 1..50_000);
    chain(&rig, 10, true, true).unwrap();
    rig.pass(50);
    assert!(counts_up(&rig.heard(host_in(1)), 1) > 2_000);
}

#[test]
fn requests_that_lead_nowhere() {
    let rig = Rig::new();
    assert_eq!(chain(&rig, 0, false, true), Err(Error::ChainCreate));
    assert_eq!(chain(&rig, 0, false, false), Ok(()));
    chain(&rig, 0, true, false).unwrap();
    assert_eq!(chain(&rig, 0, false, true), Err(Error::ChainTransition));
    assert_eq!(rig.counts().chains, 1);
    let other_link = rig.run(|engine| {
        engine.chain_dma(ChainRequest {
            host: 0,
            link: 3,
            allocate: true,
            enable: true,
            short_samples: false,
            fifo_bytes: 0,
        })
    });
    assert_eq!(other_link, Err(Error::ChainCreate));
    for host in [1, 9] {
        let both = rig.run(|engine| {
            engine.chain_dma(ChainRequest {
                host,
                link: 9 - host,
                allocate: true,
                enable: true,
                short_samples: true,
                fifo_bytes: u32::MAX,
            })
        });
        assert_eq!(both, Err(Error::ChainCreate));
    }
    for starts in [0, 1] {
        rig.fake.starts_left.set(Some(starts));
        assert_eq!(chain(&rig, 1, true, true), Err(Error::ChainCreate));
        assert_eq!(rig.fake.running_channels(), 0);
    }
    assert_eq!((rig.counts().chains, rig.fake.open_channels()), (1, 2));
}

#[test]
fn the_planted_pause_release_fault_is_found() {
    let rig = Rig::new();
    rig.fake
        .faults
        .borrow_mut()
        .push(AudioFault::ChainPauseStart);
    chain(&rig, 0, true, true).unwrap();
    rig.pass(3);
    chain(&rig, 0, true, false).unwrap();
    assert_eq!(chain(&rig, 0, true, true), Err(Error::ChainTransition));
}
