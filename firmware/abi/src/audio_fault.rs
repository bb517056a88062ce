//! Faults that a debug build can be made to have, so that a case can show that
//! it would find them. The hypotheses HY and bugs B are those of the lab's
//! coverage table (`lab list --coverage`).

codes! {
    /// A planted fault of the audio part.
    pub enum AudioFault: u8 {
        /// HY1: the end of a task uses an object that the LL thread was not permitted.
        TaskEndWithoutPermission = 1 => "hy1_task_end_without_permission",
        /// HY2: a deleted pipeline's task stays on the list and runs once more.
        TaskRunsAfterFree = 2 => "hy2_task_runs_after_free",
        /// HY3: a completion of one command is taken for that of the next.
        StaleCompletion = 3 => "hy3_stale_completion",
        /// HY4: the LL lock is held for a whole teardown.
        LockHeldForTeardown = 4 => "hy4_lock_held_for_teardown",
        /// HY5: the first core that has no task stops the timer of the others.
        TimerStoppedForAll = 5 => "hy5_timer_stopped_for_all",
        /// HY6: the end of a task is counted on the list of core 0.
        WrongCoreCount = 6 => "hy6_wrong_core_count",
        /// HY7: closing one DMA channel takes the permission of the others along.
        PermissionDropped = 7 => "hy7_permission_dropped",
        /// HY8: deleting an instance of a shared module unmaps it for the others.
        SharedModuleUnmapped = 8 => "hy8_shared_module_unmapped",
        /// HY9: a late completion is not drained after a timeout.
        LateCompletionKept = 9 => "hy9_late_completion_kept",
        /// HY10: a mixer waits for a source whose pipeline was stopped or deleted.
        MixerWaitsForEnded = 10 => "hy10_mixer_waits_for_ended",
        /// HY11: a core is switched off while it has pipelines.
        CoreOffWhileBusy = 11 => "hy11_core_off_while_busy",
        /// B06: positions are stamped with a clock of another unit.
        WrongClockUnit = 16 => "b06_wrong_clock_unit",
        /// B26: stopping a stream stops the gateway of its neighbour.
        NeighbourStopped = 17 => "b26_neighbour_stopped",
        /// B30: a chain that was paused in this tick cannot be started.
        ChainPauseStart = 18 => "b30_chain_pause_start",
        /// B33: a freed task runs once more.
        FreedRunsOnce = 19 => "b33_freed_runs_once",
        /// B42: a failed CREATE_PIPELINE keeps its position slot.
        SlotLeak = 20 => "b42_slot_leak",
        /// B51: DELETE_PIPELINE of a running pipeline unbinds before it refuses.
        HalfDeleted = 21 => "b51_half_deleted",
        /// One frame of a stream is repeated now and then: what bit-exact verdicts must find.
        RepeatedFrame = 22 => "repeated_frame",
        /// One frame of a stream is dropped now and then.
        DroppedFrame = 23 => "dropped_frame",
    }
}

impl AudioFault {
    /// Its bit in the word of planted faults.
    #[must_use]
    pub const fn bit(self) -> u32 {
        1 << self.code()
    }
}
