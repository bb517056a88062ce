//! INIT_INSTANCE and DELETE_INSTANCE.

use acelab_abi::ipc4::pipeline::InstanceKey;
use acelab_abi::log::Level;

use super::Engine;
use crate::component::{Component, create};
use crate::own::Own;
use crate::slab::Index;
use crate::{Error, InstanceConfig, Lock, PipelineId, Platform, State};

impl<P: Platform, L: Lock<State<P>>> Engine<'_, P, L> {
    /// INIT_INSTANCE with a stable copy of its module specific payload.
    ///
    /// # Errors
    /// [`Error::Init`] for whatever reason; the log tells which.
    pub fn init_instance(&self, config: &InstanceConfig, payload: &[u8]) -> Result<(), Error> {
        let key = config.key;
        let parent = self
            .state
            .with(|state| parent(state, key, config.pipeline))
            .map_err(|why| {
                self.platform
                    .log(Level::Error, "module", format_args!("{key}: {why}"));
                Error::Init
            })?;
        let component = create(self.platform, config, payload, parent)?;
        let added = self.state.with(|state| add(state, parent, component));
        added.map_err(|component| {
            component.into_inner().destroy(self.platform);
            Error::Init
        })
    }

    /// DELETE_INSTANCE.
    ///
    /// # Errors
    /// There is none, or its pipeline runs or is paused.
    pub fn delete_instance(&self, key: InstanceKey) -> Result<(), Error> {
        let index = self.state.with(|state| {
            let index = state.component(key).ok_or(Error::NoComponent)?;
            let component = state.components.get(index).ok_or(Error::NoComponent)?;
            let pipeline = state.pipelines.get(component.pipeline);
            if pipeline.is_some_and(|pipeline| !pipeline.is_idle()) {
                return Err(Error::ComponentActive);
            }
            Ok(index)
        })?;
        self.remove_component(index);
        Ok(())
    }
}

/// The pipeline of a new instance.
fn parent<P: Platform>(
    state: &State<P>,
    key: InstanceKey,
    pipeline: Option<PipelineId>,
) -> Result<Index, &'static str> {
    if state.component(key).is_some() {
        return Err("comp id is already taken");
    }
    let id = pipeline.ok_or("a valid parent pipeline is required")?;
    let index = state.pipeline(id).ok_or("no such pipeline")?;
    let pipeline = state.pipelines.get(index).ok_or("no such pipeline")?;
    if !pipeline.is_idle() {
        return Err("its pipeline is active");
    }
    if pipeline.is_full() {
        return Err("its pipeline has 32 components already");
    }
    Ok(index)
}

/// Puts a component into the graph, or gives it back without memory.
fn add<P: Platform>(
    state: &mut State<P>,
    parent: Index,
    component: Own<Component<P>>,
) -> Result<(), Own<Component<P>>> {
    let Some(pipeline) = state.pipelines.get_mut(parent) else {
        return Err(component);
    };
    if pipeline.reserve().is_err() || state.components.reserve().is_err() {
        return Err(component);
    }
    let index = state.components.insert(component)?;
    pipeline.order.push(index);
    pipeline.prepared = false;
    Ok(())
}
