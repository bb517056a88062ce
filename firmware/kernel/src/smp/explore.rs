//! Running a test in every order in which its threads can interleave.

/// Runs `f` once for each order of the accesses of its threads that differs,
/// with at most `preemptions` switches that no thread asked for.
pub(crate) fn explore(preemptions: usize, f: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(preemptions);
    model.max_branches = 20_000;
    model.check(f);
}
