//! Deleting what a flood has left.

use acelab_abi::ipc4::BaseFwParam;
use acelab_abi::ipc4::layout;
use acelab_abi::ipc4::pipeline::PipelineState;

use super::lives::{Lives, chain_dma};
use super::queries::{get, named};
use crate::case::expect::ReplyExpectation;
use crate::case::message::{Message, put};
use crate::engine::runner::{Halt, Runner};
use crate::host::{Exchange, decode};
use crate::stream::set_state;

impl Runner<'_> {
    /// Ends every stream, chain and pipeline; none may be left.
    pub(super) fn tidy_up(&mut self, lives: &Lives) -> Result<(), Halt> {
        for (host, link) in &lives.chains {
            self.any_status(&chain_dma(*host, *link))?;
        }
        for message in lives.endings() {
            self.any_status(message)?;
        }
        for id in self.pipelines()? {
            for state in [PipelineState::Paused, PipelineState::Reset] {
                self.any_status(&set_state(&[id], state))?;
            }
            let mut delete = named("delete_pipeline");
            put(&mut delete, layout::PPL_ID, id.into());
            self.any_status(&delete)?;
        }
        let left = self.pipelines()?;
        if !left.is_empty() {
            let came = format!("{left:?} cannot be deleted");
            self.fail("pipelines after the flood", "none", came);
            return Err(Halt::Failed);
        }
        Ok(())
    }

    fn any_status(&mut self, message: &Message) -> Result<Exchange, Halt> {
        let within = ReplyExpectation::default().within.0;
        let result = self.host.request(message, within);
        self.tried(&decode::request(message), "a reply and DONE", result)
    }

    /// The numbers of the pipelines that there are.
    fn pipelines(&mut self) -> Result<Vec<u8>, Halt> {
        let exchange = self.any_status(&get(BaseFwParam::PipelineList))?;
        let words = exchange.reply.payload.chunks_exact(4);
        let words = words.map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]));
        Ok(words.skip(1).map(|id| id as u8).collect())
    }
}
