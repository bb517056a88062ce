//! BIND and UNBIND.

use acelab_module_sdk::Format;

use super::Engine;
use crate::buffer::{Buffer, End};
use crate::own::{Own, Room};
use crate::slab::Index;
use crate::{Binding, Error, Lock, PipelineState, Platform, State};

/// What a binding needs.
struct Plan {
    writer: Index,
    reader: Index,
    format: Format,
    block_bytes: u32,
}

impl<P: Platform, L: Lock<State<P>>> Engine<'_, P, L> {
    /// BIND. That an end is on another core is the caller's to see.
    ///
    /// # Errors
    /// An end does not exist, both are DP modules, a pin does not exist or is
    /// taken, a writer that is in the middle of its streams makes something else
    /// than the reader takes, sizes are not known, or there is no memory.
    pub fn bind(&self, binding: Binding) -> Result<(), Error> {
        let plan = self.state.with(|state| plan(state, &binding))?;
        let end = |component, queue| End {
            component,
            queue,
            active: false,
        };
        let writer = end(plan.writer, binding.src_queue);
        let reader = end(plan.reader, binding.dst_queue);
        let room = Room::new().map_err(|_| Error::OutOfMemory)?;
        let buffer = Buffer::new(writer, reader, plan.format, plan.block_bytes)
            .map_err(|_| Error::OutOfMemory)?;
        let linked = self.state.with(|state| link(state, room.fill(buffer)));
        linked.map_err(|_| Error::OutOfMemory)
    }

    /// UNBIND.
    ///
    /// # Errors
    /// An end does not exist, or they are not bound this way.
    pub fn unbind(&self, binding: Binding) -> Result<(), Error> {
        let removed = self.state.with(|state| {
            let writer = state.component(binding.src).ok_or(Error::NoComponent)?;
            let reader = state.component(binding.dst).ok_or(Error::NoComponent)?;
            let pins = state.components.get(reader).map(|found| found.inputs);
            let buffer = pins.and_then(|pins| pins.get(binding.dst_queue));
            let index = buffer.ok_or(Error::NotBound)?;
            let buffer = state.buffers.get(index).ok_or(Error::NotBound)?;
            if (buffer.writer.component, buffer.writer.queue) != (writer, binding.src_queue) {
                return Err(Error::NotBound);
            }
            state.unlink(index).ok_or(Error::NotBound)
        });
        removed.map(drop)
    }
}

fn plan<P: Platform>(state: &State<P>, binding: &Binding) -> Result<Plan, Error> {
    let writer = state.component(binding.src).ok_or(Error::NoComponent)?;
    let reader = state.component(binding.dst).ok_or(Error::NoComponent)?;
    let src = state.components.get(writer).ok_or(Error::NoComponent)?;
    let dst = state.components.get(reader).ok_or(Error::NoComponent)?;
    if src.is_dp() && dst.is_dp() {
        return Err(Error::DpToDp);
    }
    let (_, outputs) = src.pin_counts();
    let (inputs, _) = dst.pin_counts();
    let free =
        src.outputs.get(binding.src_queue).is_none() && dst.inputs.get(binding.dst_queue).is_none();
    if writer == reader || binding.src_queue >= outputs || binding.dst_queue >= inputs || !free {
        return Err(Error::Connect);
    }
    let parent = state.pipelines.get(src.pipeline);
    let begun = parent.is_some_and(|pipeline| !pipeline.is_idle());
    // It is not prepared again.
    if begun && !src.writes(binding.src_queue, dst.base.format) {
        return Err(Error::Connect);
    }
    if src.base.output_block == 0 || dst.base.input_block == 0 {
        return Err(Error::NoBaseConfig);
    }
    Ok(Plan {
        writer,
        reader,
        // What the reader takes; whether a writer that has not begun makes that
        // is seen when it is prepared.
        format: dst.base.format,
        block_bytes: src.base.output_block.max(dst.base.input_block),
    })
}

/// Puts a buffer between its ends, or gives it back without memory.
fn link<P: Platform>(state: &mut State<P>, mut buffer: Own<Buffer>) -> Result<(), Own<Buffer>> {
    if state.buffers.reserve().is_err() {
        return Err(buffer);
    }
    let (writer, reader) = (buffer.writer, buffer.reader);
    let ends = [writer, reader].map(|end| parent(state, end.component));
    buffer.writer.active = runs(state, ends[0]);
    buffer.reader.active = runs(state, ends[1]);
    let index = state.buffers.insert(buffer)?;
    if let Some(component) = state.components.get_mut(writer.component) {
        component.outputs.set(writer.queue, index);
    }
    if let Some(component) = state.components.get_mut(reader.component) {
        component.inputs.set(reader.queue, index);
    }
    // Often both ends are of one pipeline.
    let [first, second] = ends;
    for pipeline in first.into_iter().chain(second.filter(|_| first != second)) {
        if let Some(pipeline) = state.pipelines.get_mut(pipeline)
            && pipeline.is_idle()
        {
            pipeline.prepared = false;
        }
        state.sort(pipeline);
    }
    Ok(())
}

fn parent<P: Platform>(state: &State<P>, component: Index) -> Option<Index> {
    state.components.get(component).map(|found| found.pipeline)
}

fn runs<P: Platform>(state: &State<P>, pipeline: Option<Index>) -> bool {
    let pipeline = pipeline.and_then(|pipeline| state.pipelines.get(pipeline));
    pipeline.is_some_and(|pipeline| pipeline.state == PipelineState::Active)
}
