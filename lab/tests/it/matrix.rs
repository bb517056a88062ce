//! One file, several cases.

use acelab_lab::case::step::Step;
use acelab_lab::case::{Case, load_text};

fn load(matrix: &str, rest: &str) -> Vec<Case> {
    let text = format!("summary: x\nmatrix: {matrix}\n{rest}");
    load_text("area/name", &text).expect("a case")
}

fn names(cases: &[Case]) -> Vec<String> {
    cases.iter().map(|case| case.id.to_string()).collect()
}

#[test]
fn a_value_keeps_its_type() {
    let steps = "machine: { cores: 5 }\nsteps:\n  - cores: { up: \"${up}\" }\n";
    let cases = load("{ up: [[1], [2, 3]] }", steps);
    assert_eq!(names(&cases), ["area/name[up=1]", "area/name[up=2+3]"]);
    let counts = cases.iter().map(|case| match &case.steps[0].step {
        Step::Cores(cores) => cores.up.len(),
        other => panic!("{other:?}"),
    });
    assert_eq!(counts.collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn inside_other_text_a_value_is_spelled_out() {
    let cases = load(
        "{ n: [1, 2] }",
        "steps:\n  - log: { contains: \"core ${n} init\" }\n  - run: ${n} ms\n",
    );
    let Step::Log(log) = &cases[1].steps[0].step else {
        panic!("no log step")
    };
    let Step::Run(time) = &cases[1].steps[1].step else {
        panic!("no run step")
    };
    assert_eq!(
        (log.contains.as_str(), time.to_string().as_str()),
        ("core 2 init", "2 ms")
    );
}

#[test]
fn every_combination_is_a_case_in_the_order_of_the_file() {
    let cases = load("{ b: [x, y], a: [1, 2] }", "steps: [boot]\n");
    let expected = ["[b=x,a=1]", "[b=x,a=2]", "[b=y,a=1]", "[b=y,a=2]"];
    assert_eq!(
        names(&cases),
        expected.map(|choice| format!("area/name{choice}"))
    );
    assert_eq!(cases[3].id.file_stem(), "area__name@b=y,a=2");
}

#[test]
fn a_matrix_without_values_or_without_an_end_is_refused() {
    let check = |matrix: &str, part: &str| {
        let text = format!("summary: x\nmatrix: {matrix}\nsteps: [boot]\n");
        let findings = load_text("area/name", &text).expect_err(matrix);
        assert!(findings[0].message.contains(part), "{matrix}: {findings:?}");
    };
    check("{ a: [] }", "has no values");
    check("{ a: 1 }", "has no values");
    check("[1]", "where parameters are expected");
    check("{ a b: [1] }", "letters, digits");
    check("{ a: [{ b: 1 }] }", "single value or a flat list");
    let many: Vec<String> = (0..33).map(|n| n.to_string()).collect();
    let many = many.join(", ");
    check(&format!("{{ a: [{many}], b: [{many}] }}"), "more than 1024");
}
