//! What is covered by which case.

use std::fmt;

use super::{Item, items};
use crate::case::Case;

/// Everything there is to cover, each with the cases that do.
#[derive(Debug)]
pub struct Table {
    /// In the order of the documentation.
    pub rows: Vec<Row>,
}

/// One thing to cover.
#[derive(Debug)]
pub struct Row {
    /// What.
    pub item: &'static Item,
    /// The files of the cases, without the choice of their matrix.
    pub cases: Vec<String>,
}

impl Row {
    /// Whether there is neither a case nor a reason.
    pub fn is_missing(&self) -> bool {
        self.cases.is_empty() && self.item.reason.is_none()
    }
}

impl Table {
    /// Sets `cases` against what there is.
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Self {
        let mut rows: Vec<Row> = items()
            .map(|item| Row {
                item,
                cases: Vec::new(),
            })
            .collect();
        for case in cases {
            for covered in &case.covers {
                let row = rows.iter_mut().find(|row| row.item.id == covered.0.id);
                if let Some(row) = row
                    && !row.cases.contains(&case.id.file)
                {
                    row.cases.push(case.id.file.clone());
                }
            }
        }
        Self { rows }
    }

    /// Those with neither a case nor a reason.
    pub fn missing(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.is_missing())
    }

    /// One line of figures; with `all`, those that are missing by name.
    pub fn summary(&self, all: bool) -> String {
        let covered = self.rows.iter().filter(|row| !row.cases.is_empty()).count();
        let reasons = self
            .rows
            .iter()
            .filter(|row| row.cases.is_empty() && row.item.reason.is_some())
            .count();
        let mut line = format!("{covered} of {} scenarios are covered", self.rows.len());
        if all {
            line.push_str(&format!(", {reasons} do not apply"));
            let missing: Vec<&str> = self.missing().map(|row| row.item.id).collect();
            if !missing.is_empty() {
                let names = missing.join(" ");
                line.push_str(&format!(", {} have no case: {names}", missing.len()));
            }
        }
        line
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Row { item, cases } in &self.rows {
            writeln!(f, "{:<5} {}", item.id, item.what)?;
            for case in cases {
                writeln!(f, "      {case}")?;
            }
            match item.reason {
                Some(reason) => writeln!(f, "      (does not apply: {reason})")?,
                None if cases.is_empty() => writeln!(f, "      NO CASE")?,
                None => {}
            }
        }
        write!(f, "{}", self.summary(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::load_text;

    fn case(name: &str, covers: &str) -> Case {
        let text = format!("summary: Some\ncovers: [{covers}]\nsteps:\n  - boot\n");
        let mut cases = load_text(name, &text).expect("a valid case");
        cases.remove(0)
    }

    #[test]
    fn what_has_neither_case_nor_reason_is_missing() {
        let cases = [case("a/one", "T04, HY1"), case("a/two", "T04, T39")];
        let table = Table::of(&cases);
        let row = |id: &str| table.rows.iter().find(|row| row.item.id == id);
        assert_eq!(row("T04").expect("a row").cases, ["a/one", "a/two"]);
        assert!(!row("T39").expect("a row").is_missing());
        assert!(!row("T38").expect("a row").is_missing(), "it has a reason");
        assert!(row("T05").expect("a row").is_missing());
        assert!(table.missing().all(|row| row.item.id != "T04"));
        let summary = table.summary(true);
        assert!(summary.starts_with("3 of 118 scenarios are covered"));
        assert!(summary.contains(" T05 "), "{summary}");
        assert_eq!(table.summary(false), "3 of 118 scenarios are covered");
    }

    #[test]
    fn the_choices_of_a_matrix_are_one_case() {
        let text = "summary: Some\ncovers: [B01]\nmatrix: { cores: [1, 2] }\n\
                    machine: { cores: \"${cores}\" }\nsteps:\n  - boot\n";
        let cases = load_text("a/three", text).expect("a valid case");
        assert_eq!(cases.len(), 2);
        let table = Table::of(&cases);
        let row = table.rows.iter().find(|row| row.item.id == "B01");
        assert_eq!(row.expect("a row").cases, ["a/three"]);
    }
}
