//! Relative links in the documents lead to files that are there.

use super::File;

/// Complains about links into nothing.
pub fn check(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| file.has_extension(&["md"])) {
        let mut in_code = false;
        for (number, line) in file.lines() {
            if line.trim_start().starts_with("```") {
                in_code = !in_code;
            }
            let links = if in_code { Vec::new() } else { targets(line) };
            for target in links
                .into_iter()
                .filter(|target| !leads_somewhere(files, file, target))
            {
                complaints.push(format!(
                    "{}:{number} links to `{target}`, which is not there",
                    file.path
                ));
            }
        }
    }
    complaints
}

/// The targets of `[text](target)` in a line.
fn targets(line: &str) -> Vec<&str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .collect()
}

fn leads_somewhere(files: &[File], from: &File, target: &str) -> bool {
    let path = target.split('#').next().unwrap_or_default();
    if path.is_empty() || path.contains("://") || path.starts_with("mailto:") {
        return true;
    }
    let mut parts: Vec<&str> = from.path.split('/').collect();
    parts.pop();
    for part in path.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return false;
                }
            }
            name => parts.push(name),
        }
    }
    let whole = parts.join("/");
    files
        .iter()
        .any(|file| file.path == whole || file.is_below(&whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_from_their_document() {
        let text = "[a](b.md) [c](../src/x.rs#L1) [d](https://example.org/y) [e](#here)\n[f](gone.md)\n```\n[g](code)\n```\n";
        let files = [
            File::of("docs/a.md", text),
            File::of("docs/b.md", ""),
            File::of("src/x.rs", ""),
        ];
        assert_eq!(
            check(&files),
            ["docs/a.md:2 links to `gone.md`, which is not there"]
        );
    }
}
