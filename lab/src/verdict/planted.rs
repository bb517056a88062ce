//! A run with a planted fault passes when the fault is found.

use super::outcome::Failure;
use crate::case::Case;

/// What is left of the failures of a run: all of them, or, in a case with a
/// planted fault, whether that fault was found.
pub fn found_or_failures(case: &Case, failures: Vec<Failure>) -> Vec<Failure> {
    let Some(plant) = &case.plant else {
        return failures;
    };
    let shows = |failure: &Failure| {
        failure.what.contains(&plant.shows)
            || failure.expected.contains(&plant.shows)
            || failure.came.contains(&plant.shows)
    };
    if failures.iter().any(shows) {
        return Vec::new();
    }
    let came = match failures.len() {
        0 => "everything was as expected".to_owned(),
        _ => {
            let all = failures.iter().map(|failure| failure.what.as_str());
            format!("other failures: {}", all.collect::<Vec<_>>().join(", "))
        }
    };
    vec![Failure {
        line: None,
        what: format!("planted fault {}", plant.fault.0.name()),
        expected: format!("a failure with `{}`", plant.shows),
        came,
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::load_text;

    fn failure(what: &str) -> Failure {
        Failure {
            line: Some(3),
            what: what.to_owned(),
            expected: "bit-exact".to_owned(),
            came: "a glitch".to_owned(),
        }
    }

    fn case(plant: &str) -> Case {
        let text = format!("summary: x\nfirmware: debug\nsnapshot: []\n{plant}steps: [boot]\n");
        load_text("a/b", &text).expect("a case").remove(0)
    }

    #[test]
    fn a_planted_fault_must_be_found_by_what_the_case_says() {
        let plant = case("plant: { fault: dropped_frame, shows: sound of }\n");
        assert!(found_or_failures(&plant, vec![failure("sound of first")]).is_empty());
        let other = found_or_failures(&plant, vec![failure("error line")]);
        assert_eq!(other.len(), 1);
        assert_eq!(other[0].came, "other failures: error line");
        let none = found_or_failures(&plant, Vec::new());
        assert_eq!(none[0].came, "everything was as expected");
    }

    #[test]
    fn without_a_planted_fault_failures_stay() {
        let failures = vec![failure("sound of first")];
        assert_eq!(found_or_failures(&case(""), failures.clone()), failures);
    }
}
