//! Parameters of instances.

use acelab_abi::ipc4::pipeline::InstanceKey;
use acelab_module_sdk::{ConfigError, Module};

use super::Engine;
use crate::component::{Component, Part};
use crate::{Error, Fragment, Lock, Platform, State};

mod copier;

/// MOD_INST_ENABLE, which every module has.
const INSTANCE_ENABLE: u16 = 0x3000;

/// What a component has that takes parameters.
enum Target<'a, P: Platform> {
    Module(&'a mut dyn Module),
    Copier(&'a mut Component<P>),
}

impl<P: Platform, L: Lock<State<P>>> Engine<'_, P, L> {
    /// CONFIG_GET.
    ///
    /// # Errors
    /// There is no such instance, it takes no short messages, or it has no such
    /// parameter.
    pub fn config_get(&self, key: InstanceKey, param: u16) -> Result<u32, Error> {
        self.with_target(key, |target| match target {
            Target::Module(module) => {
                let mut value = [0; 4];
                module
                    .get_config(param.into(), &mut value)
                    .map_err(|_| Error::Parameter)?;
                Ok(u32::from_le_bytes(value))
            }
            Target::Copier(_) => Err(Error::NoHandler),
        })
    }

    /// CONFIG_SET.
    ///
    /// # Errors
    /// As [`config_get`](Self::config_get), or the value is refused.
    pub fn config_set(&self, key: InstanceKey, param: u16, value: u16) -> Result<(), Error> {
        if param == INSTANCE_ENABLE {
            return self.enable(key, value);
        }
        self.with_target(key, |target| match target {
            Target::Module(module) => {
                let whole = acelab_module_sdk::Fragment::Whole;
                module
                    .set_config(param.into(), whole, &value.to_le_bytes())
                    .map_err(|_| Error::Parameter)
            }
            Target::Copier(_) => Err(Error::NoHandler),
        })
    }

    /// Switches a module on or off; one that is off passes on what comes.
    fn enable(&self, key: InstanceKey, value: u16) -> Result<(), Error> {
        self.state.with(|state| {
            let index = state.component(key).ok_or(Error::NoComponent)?;
            let component = state.components.get_mut(index).ok_or(Error::NoComponent)?;
            match (&mut component.part, value) {
                (Part::Module(part), 0 | 1) if part.pins == (1, 1) => {
                    part.bypassed = value == 0;
                    Ok(())
                }
                (Part::Module(_) | Part::Dp(_), _) => Err(Error::Parameter),
                _ => Err(Error::NoHandler),
            }
        })
    }

    /// LARGE_CONFIG_GET: the number of bytes written to `out`. A TLV of
    /// VENDOR_CONFIG_PARAM calls this with its type as `param`.
    ///
    /// # Errors
    /// There is no such instance or parameter, or `out` is too short.
    pub fn large_config_get(
        &self,
        key: InstanceKey,
        param: u32,
        fragment: Fragment,
        out: &mut [u8],
    ) -> Result<usize, Error> {
        if !fragment.first {
            return Err(Error::LargeParameter);
        }
        self.with_target(key, |target| match target {
            Target::Module(module) => module.get_config(param, out).map_err(|error| match error {
                ConfigError::Length => Error::ResponseTooBig,
                _ => Error::LargeParameter,
            }),
            Target::Copier(component) => copier::get(component, param, out),
        })
    }

    /// LARGE_CONFIG_SET with a stable copy of one block.
    ///
    /// # Errors
    /// There is no such instance or parameter, or its data is refused.
    pub fn large_config_set(
        &self,
        key: InstanceKey,
        param: u32,
        fragment: Fragment,
        block: &[u8],
    ) -> Result<(), Error> {
        self.with_target(key, |target| match target {
            Target::Module(module) => module
                .set_config(param, fragment.into(), block)
                .map_err(|_| Error::LargeParameter),
            Target::Copier(component) if fragment.first && fragment.last => {
                copier::set(component, param, block)
            }
            Target::Copier(_) => Err(Error::LargeParameter),
        })
    }

    /// Runs `work` with an instance under the lock, because a tick must find all
    /// of a parameter or nothing of it. That is bounded: what a module takes at
    /// once is a block of 4 KiB, or what it has put together of such blocks, 32 KiB
    /// at most, and each looks at its words a fixed number of times. A DP module that
    /// is with its thread is waited for, and one that is called in another domain is
    /// called without the lock; both are out of the graph meanwhile, and ticks go on
    /// without them.
    fn with_target<R>(
        &self,
        key: InstanceKey,
        mut work: impl FnMut(Target<'_, P>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let found = self.state.with(|state| {
            let index = state.component(key).ok_or(Error::NoComponent)?;
            let component = state.components.get_mut(index).ok_or(Error::NoComponent)?;
            let remote = matches!(&component.part, Part::Dp(part) if part.remote);
            if !remote && let Some(target) = target(self.platform, component) {
                return work(target).map(Ok);
            }
            let away = state.components.check_out(index);
            away.map(|away| Err((index, away)))
                .ok_or(Error::NoComponent)
        })?;
        let (index, mut away) = match found {
            Ok(done) => return Ok(done),
            Err(away) => away,
        };
        if let Part::Dp(part) = &away.part {
            part.wait(self.platform);
        }
        let result = match target(self.platform, &mut away) {
            Some(target) => work(target),
            None => Err(Error::LargeParameter),
        };
        self.state
            .with(|state| state.components.check_in(index, away));
        result
    }
}

/// What an instance is; `None` for a DP module that is with its thread.
fn target<'a, P: Platform>(platform: &P, component: &'a mut Component<P>) -> Option<Target<'a, P>> {
    if matches!(component.part, Part::Copier(_) | Part::Gateway(_)) {
        return Some(Target::Copier(component));
    }
    match &mut component.part {
        Part::Module(part) => Some(Target::Module(&mut *part.module)),
        Part::Dp(part) => {
            let job = part.job(platform)?;
            Some(Target::Module(&mut *job.0.module))
        }
        Part::Copier(_) | Part::Gateway(_) => None,
    }
}

impl From<Fragment> for acelab_module_sdk::Fragment {
    fn from(fragment: Fragment) -> Self {
        match (fragment.first, fragment.last) {
            (true, true) => Self::Whole,
            (true, false) => Self::First {
                total: fragment.size_or_offset,
            },
            (false, last) => Self::Next {
                offset: fragment.size_or_offset,
                last,
            },
        }
    }
}
