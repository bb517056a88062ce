use super::*;
use proptest::prelude::*;
use std::collections::VecDeque;
use std::vec::Vec;

#[derive(Debug, Clone)]
enum Step {
    Back(usize, u8, usize),
    Front(usize, u8, usize),
    Remove(usize),
    Rotate(usize, u8),
}

fn step() -> impl Strategy<Value = Step> {
    let priority = prop_oneof![Just(0u8), Just(31), 14u8..18];
    let place = (0usize..8, priority, 0usize..2);
    prop_oneof![
        place.clone().prop_map(|(t, p, q)| Step::Back(t, p, q)),
        place.prop_map(|(t, p, q)| Step::Front(t, p, q)),
        (0usize..8).prop_map(Step::Remove),
        (0usize..8, 14u8..18).prop_map(|(t, p)| Step::Rotate(t, p)),
    ]
}

/// 32 plain lists.
#[derive(Clone, Default)]
struct Model(Vec<VecDeque<usize>>);

impl Model {
    fn first(&self) -> Option<usize> {
        self.0.iter().find_map(|ring| ring.front().copied())
    }
}

proptest! {
    #[test]
    fn two_queues_with_shared_links_behave_like_lists(steps in prop::collection::vec(step(), 0..120)) {
        let mut links = Links::new();
        let mut queues = [ReadyQueue::new(), ReadyQueue::new()];
        let mut models = [(); 2].map(|()| Model((0..32).map(|_| VecDeque::new()).collect()));
        let mut places: [Option<(u8, usize)>; 8] = [None; 8];
        let id = |index| ThreadId::new(index).unwrap();
        for step in steps {
            match step {
                Step::Back(thread, priority, queue) if places[thread].is_none() => {
                    queues[queue].push_back(&mut links, id(thread), priority);
                    models[queue].0[usize::from(priority)].push_back(thread);
                    places[thread] = Some((priority, queue));
                }
                Step::Front(thread, priority, queue) if places[thread].is_none() => {
                    queues[queue].push_front(&mut links, id(thread), priority);
                    models[queue].0[usize::from(priority)].push_front(thread);
                    places[thread] = Some((priority, queue));
                }
                Step::Remove(thread) => {
                    if let Some((priority, queue)) = places[thread].take() {
                        queues[queue].remove(&mut links, id(thread), priority);
                        models[queue].0[usize::from(priority)].retain(|other| *other != thread);
                    }
                }
                Step::Rotate(thread, other) => {
                    // Also at priorities and in queues where the thread is not.
                    let own = places[thread].map_or(other, |(priority, _)| priority);
                    for (queue, model) in queues.iter_mut().zip(&mut models) {
                        for priority in [own, other] {
                            queue.rotate(&links, id(thread), priority);
                            let ring = &mut model.0[usize::from(priority)];
                            if ring.front() == Some(&thread) {
                                ring.rotate_left(1);
                            }
                        }
                    }
                }
                Step::Back(..) | Step::Front(..) => {}
            }
            for (queue, model) in queues.iter().zip(&models) {
                prop_assert_eq!(queue.first().map(ThreadId::index), model.first());
                prop_assert_eq!(queue.idle(), None);
                prop_assert_eq!(queue.is_empty(), model.first().is_none());
            }
        }
        // What is left comes out in the order of the lists.
        for (queue, model) in queues.iter_mut().zip(&mut models) {
            while let Some(thread) = queue.first() {
                prop_assert_eq!(model.first(), Some(thread.index()));
                let (priority, _) = places[thread.index()].unwrap();
                queue.remove(&mut links, thread, priority);
                model.0[usize::from(priority)].pop_front();
            }
            prop_assert_eq!(model.first(), None);
        }
    }
}
