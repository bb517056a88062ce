//! `host0 > gain(-6 dB) | mixin > out`.

use std::fmt;
use std::str::FromStr;

use acelab_abi::port::PortId;
use acelab_abi::regs::{hda::Gateway, ssp};

use super::module::ModuleUse;
use super::text::split;

/// The components of a stream from its source to its sink.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// One list for each pipeline; `|` stands between two.
    pub pipelines: Vec<Vec<Component>>,
    /// The stream whose first component takes what comes out.
    pub into: Option<String>,
}

/// One component.
#[derive(Debug, Clone, PartialEq)]
pub enum Component {
    /// A copier between a pipeline and the host's memory.
    Host(u8),
    /// A copier between a pipeline and a port.
    Port(PortId),
    /// Something that processes.
    Module(ModuleUse),
}

impl Chain {
    /// All components in order.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &Component> {
        self.pipelines.iter().flatten()
    }
}

/// The number behind `prefix`, if that is what the word is.
fn numbered(word: &str, prefix: &str) -> Option<Result<u8, String>> {
    let digits = word.strip_prefix(prefix)?;
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| digits.parse().map_err(|_| format!("there is no `{word}`")))
}

impl Component {
    /// Reads one element; `None` for a word that may be the name of a stream.
    fn parse(text: &str) -> Result<Option<Self>, String> {
        if let Some(index) = numbered(text, "host") {
            let index = index?;
            // Whether the block of this direction has so many is checked with the direction.
            let most = Gateway::HostIn.streams();
            return if index < most {
                Ok(Some(Self::Host(index)))
            } else {
                Err(format!(
                    "there is no `{text}`\nhelp: streams are host0 to host{}",
                    most - 1
                ))
            };
        }
        if let Some(index) = numbered(text, "ssp") {
            let port = index.ok().and_then(PortId::ssp);
            let last = ssp::PORTS - 1;
            return port.map(|port| Some(Self::Port(port))).ok_or_else(|| {
                format!("there is no `{text}`\nhelp: ports are ssp0 to ssp{last} and dmic")
            });
        }
        if text == "dmic" {
            return Ok(Some(Self::Port(PortId::DMIC)));
        }
        Ok(ModuleUse::parse(text)?.map(Self::Module))
    }
}

impl FromStr for Chain {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut pipelines = Vec::new();
        let mut into = None;
        for part in split(text, '|')? {
            let mut components = Vec::new();
            for word in split(part, '>')? {
                if word.is_empty() {
                    return Err(
                        "a component is missing\nhelp: write `host0 > gain > ssp0`".to_owned()
                    );
                }
                if let Some(name) = &into {
                    return Err(format!(
                        "`{name}` is no component, and only the last word can name a stream"
                    ));
                }
                match Component::parse(word)? {
                    Some(component) => components.push(component),
                    None => into = Some(word.to_owned()),
                }
            }
            if components.is_empty() {
                return Err("a pipeline without a component".to_owned());
            }
            pipelines.push(components);
        }
        Ok(Self { pipelines, into })
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |pipeline: &Vec<Component>| {
            let words: Vec<String> = pipeline.iter().map(Component::to_string).collect();
            words.join(" > ")
        };
        let pipelines: Vec<String> = self.pipelines.iter().map(join).collect();
        f.write_str(&pipelines.join(" | "))?;
        match &self.into {
            Some(name) => write!(f, " > {name}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(index) => write!(f, "host{index}"),
            Self::Port(port) => port.fmt(f),
            Self::Module(module) => module.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn chains_are_read_and_shown() {
        for text in [
            "host0 > gain > ssp0",
            "host0 > gain(-6 dB) > src(44100, dp) | mixin > out",
            "mixout > gain(mute) > src(44100, dp 24 ms) > ssp1",
            "dmic > peakvol(-3 dB over 20 ms linear) > host1",
        ] {
            let chain: Chain = text.parse().expect(text);
            assert_eq!(chain.to_string(), text);
        }
        let chain: Chain = "host0>gain|mixin>out".parse().expect("a chain");
        assert_eq!(chain.pipelines.len(), 2);
        assert_eq!(chain.into.as_deref(), Some("out"));
    }

    #[test]
    fn what_is_no_chain_says_why() {
        for (text, part) in [
            ("", "a component is missing"),
            ("host0 > > ssp0", "a component is missing"),
            ("host0 > out > ssp0", "`out` is no component"),
            ("host99 > ssp0", "host0 to host10"),
            ("host0 > ssp6", "ssp0 to ssp5"),
            ("host0 > gain(-6 dB > ssp0", "not closed"),
            ("host0 > gain(loud) > ssp0", "`loud`"),
            ("host0 > gain(dp 0 ms) > ssp0", "no length of a block"),
            ("host0 > gain(dp 1500 us) > ssp0", "no length of a block"),
            ("host0 > gain(dp 1 s) > ssp0", "no length of a block"),
            ("host0 | out", "a pipeline without a component"),
        ] {
            let error = text.parse::<Chain>().expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_chain_or_an_error(text in "[a-z0-9()>| ,.-]*") {
            if let Ok(chain) = text.parse::<Chain>() {
                prop_assert_eq!(chain.to_string().parse(), Ok(chain));
            }
        }
    }
}
