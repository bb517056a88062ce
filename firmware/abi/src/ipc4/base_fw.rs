//! The base firmware, module 0: parameters of LARGE_CONFIG_GET and
//! LARGE_CONFIG_SET and the layout of their payloads.

codes! {
    /// Parameter id, extension bits 27:20.
    pub enum BaseFwParam: u8 {
        NotificationMask = 3 => "NOTIFICATION_MASK",
        AstateTable = 4 => "ASTATE_TABLE",
        DmaControl = 5 => "DMA_CONTROL",
        EnableLogs = 6 => "ENABLE_LOGS",
        FwConfig = 7 => "FW_CONFIG",
        HwConfig = 8 => "HW_CONFIG",
        ModulesInfo = 9 => "MODULES_INFO",
        PipelineList = 10 => "PIPELINE_LIST",
        SchedulersInfo = 12 => "SCHEDULERS_INFO",
        MemoryStateInfo = 14 => "MEMORY_STATE_INFO",
        PowerStateInfo = 15 => "POWER_STATE_INFO",
        LibrariesInfo = 16 => "LIBRARIES_INFO",
        PerfMeasurementsState = 17 => "PERF_MEASUREMENTS_STATE",
        GlobalPerfData = 18 => "GLOBAL_PERF_DATA",
        SystemTime = 20 => "SYSTEM_TIME",
        RegisterKcps = 22 => "REGISTER_KCPS",
        ResourceAllocation = 23 => "RESOURCE_ALLOCATION",
        IoPerfMeasurementsState = 24 => "IO_PERF_MEASUREMENTS_STATE",
        IoGlobalPerfData = 25 => "IO_GLOBAL_PERF_DATA",
        ExtSystemTime = 27 => "EXT_SYSTEM_TIME",
        LibraryRemove = 0xE0 => "LIBRARY_REMOVE",
        Test = 0xF0 => "TEST",
        Vendor = 0xFF => "VENDOR_CONFIG",
    }
}

codes! {
    /// Types of the {type, length, value} tuples of FW_CONFIG.
    pub enum FwConfigTlv: u32 {
        FwVersion = 0 => "FW_VERSION",
        MemoryReclaimed = 1 => "MEMORY_RECLAIMED",
        SlowClockFreqHz = 2 => "SLOW_CLOCK_FREQ_HZ",
        FastClockFreqHz = 3 => "FAST_CLOCK_FREQ_HZ",
        DlMailboxBytes = 6 => "DL_MAILBOX_BYTES",
        UlMailboxBytes = 7 => "UL_MAILBOX_BYTES",
        TraceLogBytes = 8 => "TRACE_LOG_BYTES",
        MaxPplCount = 9 => "MAX_PPL_COUNT",
        MaxAstateCount = 10 => "MAX_ASTATE_COUNT",
        MaxModulePinCount = 11 => "MAX_MODULE_PIN_COUNT",
        ModulesCount = 12 => "MODULES_COUNT",
        MaxModInstCount = 13 => "MAX_MOD_INST_COUNT",
        MaxLlTasksPerPriCount = 14 => "MAX_LL_TASKS_PER_PRI_COUNT",
        LlPriCount = 15 => "LL_PRI_COUNT",
        MaxDpTasksCount = 16 => "MAX_DP_TASKS_COUNT",
        MaxLibsCount = 17 => "MAX_LIBS_COUNT",
        SchedulerConfiguration = 18 => "SCHEDULER_CONFIGURATION",
    }
}

codes! {
    /// Types of the {type, length, value} tuples of HW_CONFIG.
    pub enum HwConfigTlv: u32 {
        CavsVersion = 0 => "CAVS_VERSION",
        DspCores = 1 => "DSP_CORES",
        MemPageBytes = 2 => "MEM_PAGE_BYTES",
        TotalPhysMemPages = 3 => "TOTAL_PHYS_MEM_PAGES",
        HpEbbCount = 7 => "HP_EBB_COUNT",
        LpEbbCount = 8 => "LP_EBB_COUNT",
        EbbSizeBytes = 9 => "EBB_SIZE_BYTES",
    }
}

/// Byte count (single message, first block) or byte offset (later blocks) of
/// a LARGE_CONFIG transfer: extension bits 19:0.
pub const DATA_OFF_SIZE_MASK: u32 = 0x000F_FFFF;
/// Last block of the transfer: extension bit 28.
pub const FINAL_BLOCK: u32 = 1 << 28;
/// First block of the transfer: extension bit 29.
pub const INIT_BLOCK: u32 = 1 << 29;
/// Lowest bit of the parameter id in the extension.
pub const PARAM_SHIFT: u32 = 20;

/// Layout of the ENABLE_LOGS payload, in 32-bit words.
pub mod enable_logs {
    /// Ageing timer period in ms.
    pub const AGING_TIMER_PERIOD_MS: usize = 0;
    /// FIFO-full timer period in ms; not used.
    pub const FIFO_FULL_TIMER_PERIOD_MS: usize = 1;
    /// 0 switches the log off, 1 on.
    pub const ENABLE: usize = 2;
    /// First of the 16 priority masks; only the first counts.
    pub const PRIORITIES_MASK: usize = 3;
    /// Words in the payload.
    pub const WORDS: usize = 19;
    /// Shortest ageing period; a shorter one is raised to it.
    pub const MIN_AGING_MS: u32 = 100;
    /// Ageing period until the host says otherwise.
    pub const DEFAULT_AGING_MS: u32 = 1000;
}

/// Layout of the SET_DX payload, in 32-bit words.
pub mod set_dx {
    /// Cores the command is about, one bit each.
    pub const CORE_MASK: usize = 0;
    /// 1 = D0 (on), 0 = D3 (off), for the cores in the mask.
    pub const DX_MASK: usize = 1;
    /// Words in the payload.
    pub const WORDS: usize = 2;
}

/// Layout of the NOTIFICATION_MASK payload, in 32-bit words. The bits are those
/// of [`super::resource_event::ResourceEventType::mask_bit`].
pub mod notification_mask {
    /// Bits the command is about.
    pub const NOTIFICATIONS: usize = 0;
    /// Their new values.
    pub const ENABLED: usize = 1;
    /// Words in the payload.
    pub const WORDS: usize = 2;
    /// Bits that mean something.
    pub const KNOWN: u32 = 0xF;
}

/// Layout of the SCHEDULERS_INFO answer, in 32-bit words: count, then for each
/// scheduler a head of [`HEAD_WORDS`](schedulers_info::HEAD_WORDS) and for each
/// of its tasks a head of [`TASK_WORDS`](schedulers_info::TASK_WORDS) with ids
/// behind it.
pub mod schedulers_info {
    /// Words of a scheduler's head: domain (0 LL, 1 DP), core, tasks.
    pub const HEAD_WORDS: usize = 3;
    /// Words of a task's head: id, number of module ids that follow.
    pub const TASK_WORDS: usize = 2;
}

codes! {
    /// Types of the {type, length, value} tuples of MEMORY_STATE_INFO, our own:
    /// no public source lists those of the field.
    pub enum MemoryStateTlv: u32 {
        PagesTotal = 0 => "PAGES_TOTAL",
        PagesFree = 1 => "PAGES_FREE",
        HeapBytesTotal = 2 => "HEAP_BYTES_TOTAL",
        HeapBytesUsed = 3 => "HEAP_BYTES_USED",
        HeapBlocks = 4 => "HEAP_BLOCKS",
        ObjectsUsed = 5 => "OBJECTS_USED",
        ThreadsUsed = 6 => "THREADS_USED",
    }
}
