//! Several cases at a time.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use super::result::{CaseResult, Suite};
use crate::case::Case;
use crate::target::interrupted;

/// Runs `cases` with `jobs` at a time and returns the results in the order of
/// the cases; `on_done` hears of each as it ends. Cases that had not begun when
/// the user interrupted are left out.
pub fn run_all<'a>(
    suite: &Suite<'_>,
    cases: &[&'a Case],
    jobs: usize,
    on_done: &(dyn Fn(&CaseResult<'a>) + Sync),
) -> Vec<CaseResult<'a>> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(cases.len()));
    let work = |worker: usize| {
        stay_on_one_cpu(worker);
        while !interrupted() {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(index) else { break };
            let result = suite.run(case);
            on_done(&result);
            results
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner())
                .push((index, result));
        }
    };
    let work = &work;
    thread::scope(|scope| {
        for worker in 0..jobs.clamp(1, cases.len().max(1)) {
            scope.spawn(move || work(worker));
        }
    });
    let mut results = results
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Lab and target take turns and never run at the same time. On one CPU the
/// change from one to the other is a plain context switch; on two it is a
/// wake-up of an idle CPU, which costs several times as much.
pub fn stay_on_one_cpu(worker: usize) {
    let Ok(allowed) = sched_getaffinity(None) else {
        return;
    };
    let cpus: Vec<usize> = (0..CpuSet::MAX_CPU)
        .filter(|cpu| allowed.is_set(*cpu))
        .collect();
    let Some(cpu) = cpus.get(worker % cpus.len().max(1)) else {
        return;
    };
    let mut one = CpuSet::new();
    one.set(*cpu);
    // Only speed depends on it.
    let _ = sched_setaffinity(None, &one);
}
