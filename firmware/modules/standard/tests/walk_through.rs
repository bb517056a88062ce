//! The code in the walk-throughs of `docs` is the code in the tree.

use std::fs;
use std::path::Path;

/// The top folder of the project.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.."))
}

#[test]
fn a_module_is_added_as_the_page_says() {
    check("docs/adding-a-module.md", 10);
}

#[test]
fn a_loadable_module_is_written_as_the_page_says() {
    check("docs/writing-a-loadable-module.md", 4);
}

/// Every block of code is in the file that is named before it; there are so many at the least.
fn check(document: &str, blocks: usize) {
    let document = fs::read_to_string(root().join(document)).unwrap();
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
    assert!(found >= blocks, "only {found} blocks were found");
}
