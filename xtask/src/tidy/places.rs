//! Nothing is taken from a place that only one machine has, and no package
//! registry is named: which one is used is the machine's affair.

use super::File;

/// Folders of particular machines. The parts are joined so that this file does not match itself.
const PLACES: [[&str; 2]; 5] = [
    ["/wo", "rk/"],
    ["/ro", "ot/"],
    ["/home/", "user"],
    ["/Us", "ers/"],
    ["/tmp", "/acelab"],
];

/// Host names of package registries and their mirrors.
const HOSTS: [[&str; 2]; 8] = [
    ["deb.deb", "ian.org"],
    ["security.deb", "ian.org"],
    ["snapshot.deb", "ian.org"],
    ["archive.ub", "untu.com"],
    ["static.cra", "tes.io"],
    ["index.cra", "tes.io"],
    ["py", "pi.org"],
    ["registry.npm", "js.org"],
];

/// Files that a tool writes, with addresses that are the tool's own.
const WRITTEN_BY_TOOLS: [&str; 1] = ["Cargo.lock"];

/// Complains about such places and hosts.
pub fn check(files: &[File]) -> Vec<String> {
    let forbidden: Vec<String> = PLACES
        .iter()
        .chain(&HOSTS)
        .map(|parts| parts.concat())
        .collect();
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| {
        !WRITTEN_BY_TOOLS
            .iter()
            .any(|name| file.path.ends_with(name))
    }) {
        for (number, line) in file.lines() {
            for word in forbidden.iter().filter(|word| line.contains(word.as_str())) {
                complaints.push(format!("{}:{number} names `{word}`", file.path));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_hosts_are_found_but_not_in_lock_files() {
        let place = PLACES[0].concat();
        let host = HOSTS[0].concat();
        let files = [
            File::of("a.md", &format!("one\nsee {place}x\n")),
            File::of("b.toml", &format!("url = \"http://{host}\"\n")),
            File::of("firmware/dsp/Cargo.lock", &format!("source = \"{host}\"\n")),
            File::of("c.md", "the network and its workings"),
        ];
        assert_eq!(
            check(&files),
            [
                format!("a.md:2 names `{place}`"),
                format!("b.toml:1 names `{host}`")
            ]
        );
    }
}
