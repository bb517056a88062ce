//! PIPELINE_LIST: the pipelines of all cores.

use acelab_abi::ipc4::Status;

use crate::outbox::Outbox;
use crate::router::Router;

/// {count, id[count]}, ids in ascending order.
pub(super) fn write(outbox: &mut Outbox<'_>, router: &Router) -> Result<(), Status> {
    let count = u32::try_from(router.pipelines().count()).map_err(|_| Status::Failure)?;
    outbox.push(count)?;
    router.pipelines().try_for_each(|id| outbox.push(id.into()))
}
