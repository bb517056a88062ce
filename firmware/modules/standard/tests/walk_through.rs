//! The code in `docs/adding-a-module.md` is the code in the tree.

use std::fs;
use std::path::Path;

/// The top folder of the project.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.."))
}

#[test]
fn every_block_of_code_is_in_the_file_that_is_named_before_it() {
    let document = fs::read_to_string(root().join("docs/adding-a-module.md")).unwrap();
    let mut file = None;
    let mut block: Option<String> = None;
    let mut found = 0;
    for line in document.lines() {
        match &mut block {
            Some(code) if line == "```" => {
                let path: &str = file.unwrap_or_else(|| panic!("no file for\n{code}"));
                let text = fs::read_to_string(root().join(path)).unwrap();
                assert!(text.contains(&*code), "{path} does not hold\n{code}");
                found += 1;
                block = None;
            }
            Some(code) => {
                code.push_str(line);
                code.push('\n');
            }
            None if line == "```rust" || line == "```yaml" => block = Some(String::new()),
            None => {
                let words = line.split('`').skip(1).step_by(2);
                let paths = words.filter(|word| word.ends_with(".rs") || word.ends_with(".yaml"));
                file = paths.filter(|path| path.contains('/')).last().or(file);
            }
        }
    }
    assert!(found >= 10, "only {found} blocks were found");
}
