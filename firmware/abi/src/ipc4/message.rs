//! Message types, bits 28:24 of the primary word.

codes! {
    /// Types of messages for the firmware itself ([`super::Target::Global`]).
    pub enum GlobalType: u8 {
        BootConfig = 0 => "BOOT_CONFIG",
        RomControl = 1 => "ROM_CONTROL",
        IpcGatewayCmd = 2 => "IPCGATEWAY_CMD",
        PerfMeasurementsCmd = 13 => "PERF_MEASUREMENTS_CMD",
        ChainDma = 14 => "CHAIN_DMA",
        LoadMultipleModules = 15 => "LOAD_MULTIPLE_MODULES",
        UnloadMultipleModules = 16 => "UNLOAD_MULTIPLE_MODULES",
        CreatePipeline = 17 => "CREATE_PIPELINE",
        DeletePipeline = 18 => "DELETE_PIPELINE",
        SetPipelineState = 19 => "SET_PIPELINE_STATE",
        GetPipelineState = 20 => "GET_PIPELINE_STATE",
        GetPipelineContextSize = 21 => "GET_PIPELINE_CONTEXT_SIZE",
        SavePipeline = 22 => "SAVE_PIPELINE",
        RestorePipeline = 23 => "RESTORE_PIPELINE",
        LoadLibrary = 24 => "LOAD_LIBRARY",
        LoadLibraryPrepare = 25 => "LOAD_LIBRARY_PREPARE",
        InternalMessage = 26 => "INTERNAL_MESSAGE",
        Notification = 27 => "NOTIFICATION",
        EnterGdb = 31 => "ENTER_GDB",
    }
}

codes! {
    /// Types of messages for a module instance ([`super::Target::Module`]).
    pub enum ModuleType: u8 {
        InitInstance = 0 => "INIT_INSTANCE",
        ConfigGet = 1 => "CONFIG_GET",
        ConfigSet = 2 => "CONFIG_SET",
        LargeConfigGet = 3 => "LARGE_CONFIG_GET",
        LargeConfigSet = 4 => "LARGE_CONFIG_SET",
        Bind = 5 => "BIND",
        Unbind = 6 => "UNBIND",
        SetDx = 7 => "SET_DX",
        SetD0ix = 8 => "SET_D0IX",
        EnterModuleRestore = 9 => "ENTER_MODULE_RESTORE",
        ExitModuleRestore = 10 => "EXIT_MODULE_RESTORE",
        DeleteInstance = 11 => "DELETE_INSTANCE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_lead_back() {
        for kind in GlobalType::ALL {
            assert_eq!(GlobalType::from_code(kind.code()), Some(*kind));
            assert_eq!(GlobalType::from_name(kind.name()), Some(*kind));
        }
        for kind in ModuleType::ALL {
            assert_eq!(ModuleType::from_code(kind.code()), Some(*kind));
            assert_eq!(ModuleType::from_name(kind.name()), Some(*kind));
        }
        assert_eq!(GlobalType::from_code(3), None);
        assert_eq!(ModuleType::from_code(12), None);
    }
}
